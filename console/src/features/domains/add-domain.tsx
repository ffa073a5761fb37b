/** Adds a sender domain; the rest of its set-up is on its own page. */
import { Alert, Anchor, Button, Collapse, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useGo } from '../../parts/links/links';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { addDomain, domainsQuery } from './queries';

const FIELDS = ['domain', 'bounce_host', 'tracking_host', 'spf_mechanisms'] as const;
const EMPTY = { domain: '', bounce_host: '', tracking_host: '', spf_mechanisms: '' };

export function AddDomain({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('domains');
  return (
    <Modal opened={opened} onClose={onClose} title={t('add.title')}>
      <AddForm onClose={onClose} />
    </Modal>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('domains');
  const words = useProblemText();
  const queries = useQueryClient();
  const go = useGo();
  const [more, { toggle }] = useDisclosure(false);
  const [refusal, setRefusal] = useState<string>();
  const { register, handleSubmit, setError, watch, formState } = useForm({ defaultValues: EMPTY });
  const name = watch('domain').trim() || 'shop.example';
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    const given = (text: string) => (text.trim() === '' ? undefined : text.trim());
    try {
      const domain = await addDomain({
        domain: values.domain.trim(),
        bounce_host: given(values.bounce_host),
        tracking_host: given(values.tracking_host),
        spf_mechanisms: given(values.spf_mechanisms),
      });
      await queries.invalidateQueries({ queryKey: domainsQuery().queryKey });
      go('/domains/$domain', { domain: domain.id });
    } catch (error) {
      if (!showServerErrors(error, setError, FIELDS)) setRefusal(words(problemOf(error)));
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        <TextInput
          data-autofocus
          label={t('add.domain')}
          description={t('add.domainHelp')}
          placeholder="shop.example"
          error={formState.errors.domain?.message}
          {...register('domain', { required: t('required') })}
        />
        <Anchor component="button" type="button" fz="sm" ta="start" onClick={toggle} aria-expanded={more}>
          {t('add.more')}
        </Anchor>
        <Collapse expanded={more}>
          <Stack>
            {(['bounce_host', 'tracking_host', 'spf_mechanisms'] as const).map((field) => (
              <TextInput
                key={field}
                label={t(`field.${field}`)}
                description={t(`fieldHelp.${field}`)}
                placeholder={placeholder(field, name)}
                error={formState.errors[field]?.message}
                {...register(field)}
              />
            ))}
          </Stack>
        </Collapse>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" loading={formState.isSubmitting}>
            {t('add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function placeholder(field: 'bounce_host' | 'tracking_host' | 'spf_mechanisms', name: string): string {
  return { bounce_host: `bounce.${name}`, tracking_host: `t.${name}`, spf_mechanisms: 'mx' }[field];
}
