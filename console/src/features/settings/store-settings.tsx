/** The store's settings in one form: name and address, place and language, measuring, quiet hours and frequency. */
import { zodResolver } from '@hookform/resolvers/zod';
import { Alert, Button, Card, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { setStoreZone } from '../../lib/format';
import { sessionQuery } from '../../lib/session';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { Loaded } from '../../ui/states';
import { toastDone } from '../../ui/toasts';
import { changeStore, type Store, storeQuery } from './queries';
import { FrequencyFields, IdentityFields, MeasuringFields, PlaceFields, QuietFields } from './sections';
import { changeOf, type SettingsValues, settingsRules, valuesOf } from './settings-form';

export const route = createLazyRoute('/s/$store/settings/store')({ component: StoreSettings });

const FIELDS = ['name', 'postal_address', 'time_zone', 'language', 'currency'] as const;

function StoreSettings() {
  const { t } = useTranslation('settings');
  const query = useQuery(storeQuery());
  return (
    <Page title={t('title')} description={t('description')}>
      <Loaded query={query}>
        {(store) => <SettingsForm store={store} onReload={() => query.refetch()} />}
      </Loaded>
    </Page>
  );
}

function SettingsForm({ store, onReload }: { store: Store; onReload: () => Promise<unknown> }) {
  const { t } = useTranslation('settings');
  const words = useProblemText();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const form = useForm<SettingsValues>({
    resolver: zodResolver(
      settingsRules({ required: t('required'), time: t('quiet.wrongTime'), sameTime: t('quiet.sameTime') }),
    ),
    defaultValues: valuesOf(store),
  });
  const { reset, formState } = form;
  useEffect(() => {
    if (!form.formState.isDirty) reset(valuesOf(store));
  }, [store, reset, form]);
  const submit = form.handleSubmit(async (values) => {
    setRefusal(undefined);
    try {
      const changed = await changeStore(store.version, changeOf(values));
      queries.setQueryData(storeQuery().queryKey, changed);
      setStoreZone(changed.settings.time_zone ?? 'UTC');
      reset(valuesOf(changed));
      toastDone(t('common:saved'));
      if (changed.name !== store.name) await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 412) setRefusal(t('changedMeanwhile'));
      else if (!showServerErrors(error, form.setError, FIELDS)) setRefusal(words(problem));
    }
  });
  const takeTheirs = async () => {
    setRefusal(undefined);
    reset(valuesOf(store), { keepDirty: false });
    await onReload();
  };
  return (
    <FormProvider {...form}>
      <form onSubmit={submit} noValidate>
        <Stack maw={760}>
          {refusal !== undefined && (
            <Alert color="red" role="alert">
              <Stack gap="xs" align="flex-start">
                {refusal}
                <Button size="compact-sm" variant="default" onClick={() => void takeTheirs()}>
                  {t('reload')}
                </Button>
              </Stack>
            </Alert>
          )}
          <IdentityFields />
          <PlaceFields />
          <MeasuringFields />
          <QuietFields />
          <FrequencyFields />
          <Card withBorder pos="sticky" bottom={0} p="sm" style={{ zIndex: 10 }}>
            <Group justify="flex-end">
              <Button variant="default" disabled={!formState.isDirty} onClick={() => reset(valuesOf(store))}>
                {t('discard')}
              </Button>
              <Button type="submit" loading={formState.isSubmitting} disabled={!formState.isDirty}>
                {t('common:save')}
              </Button>
            </Group>
          </Card>
        </Stack>
      </form>
    </FormProvider>
  );
}
