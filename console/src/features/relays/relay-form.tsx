/** The form of a relay: where it is, how to log in, how much it is given. */
import { Alert, Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { bodyOf, formOf, patchOf, type RelayForm } from './model';
import { addRelay, changeRelay, type Relay, relaysQuery } from './queries';
import { AddressFields, LimitFields, LoginFields } from './relay-fields';

const FIELDS = [
  'name',
  'host',
  'user',
  'password',
  'helo',
  'authority',
  'connections_max',
  'messages_per_connection_max',
] as const;

export function RelayFormView(props: {
  loaded?: { relay: Relay; tag: string | undefined };
  onClose: () => void;
  onTest: (relay: Relay) => void;
}) {
  const { loaded, onClose, onTest } = props;
  const { t } = useTranslation('relays');
  const words = useProblemText();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const [forget, setForget] = useState(false);
  const form = useForm<RelayForm>({ defaultValues: formOf(loaded?.relay) });
  const { register, handleSubmit, setError, watch, formState } = form;
  const save = async (values: RelayForm): Promise<Relay | undefined> => {
    setRefusal(undefined);
    try {
      if (loaded === undefined) return await addRelay(bodyOf(values));
      await changeRelay(loaded.relay.id, patchOf(values, forget), loaded.tag);
      return { ...loaded.relay, name: values.name };
    } catch (error) {
      const placed = showServerErrors(error, setError, FIELDS);
      if (!placed) setRefusal(words(problemOf(error)));
      return undefined;
    }
  };
  const submit = (test: boolean) =>
    handleSubmit(async (values) => {
      const saved = await save(values);
      if (saved === undefined) return;
      await queries.invalidateQueries({ queryKey: relaysQuery().queryKey });
      toastDone(t('saved', { name: saved.name }));
      onClose();
      if (test) onTest(saved);
    });
  return (
    <FormProvider {...form}>
      <form onSubmit={submit(false)} noValidate>
        <Stack>
          {refusal !== undefined && (
            <Alert color="red" role="alert">
              {refusal}
            </Alert>
          )}
          <TextInput
            data-autofocus
            label={t('field.name')}
            error={formState.errors.name?.message}
            {...register('name', { required: t('required') })}
          />
          <AddressFields />
          {watch('kind') === 'smtp' && (
            <>
              <LoginFields stored={loaded?.relay.logs_in ?? false} forget={forget} onForget={setForget} />
              <LimitFields />
            </>
          )}
          <Checkbox
            label={t('field.preferred')}
            description={t('fieldHelp.preferred')}
            disabled={loaded?.relay.preferred}
            {...register('preferred')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button variant="default" loading={formState.isSubmitting} onClick={() => void submit(true)()}>
              {t('saveAndTest')}
            </Button>
            <Button type="submit" loading={formState.isSubmitting}>
              {t('common:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormProvider>
  );
}
