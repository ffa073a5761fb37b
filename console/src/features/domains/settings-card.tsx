/** Names and mechanisms of a domain that can be changed; the records above follow them. */
import { Alert, Button, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { changeDomain, type Domain, domainQuery } from './queries';

const FIELDS = ['bounce_host', 'tracking_host', 'spf_mechanisms'] as const;

export function SettingsCard({ domain }: { domain: Domain }) {
  const { t } = useTranslation('domains');
  const words = useProblemText();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const { bounce_host, tracking_host, spf_mechanisms } = domain;
  const { register, handleSubmit, setError, formState, reset } = useForm({
    values: { bounce_host, tracking_host, spf_mechanisms },
  });
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    try {
      const fresh = await changeDomain(domain.id, values);
      queries.setQueryData(domainQuery(domain.id).queryKey, fresh);
      reset(values);
      toastDone(t('settings.saved'));
    } catch (error) {
      if (!showServerErrors(error, setError, FIELDS)) setRefusal(words(problemOf(error)));
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Title order={2}>{t('settings.title')}</Title>
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`field.${field}`)}
              description={t(`fieldHelp.${field}`)}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              error={formState.errors[field]?.message}
              {...register(field, { required: t('required') })}
            />
          ))}
        </SimpleGrid>
        <Button
          type="submit"
          variant="default"
          loading={formState.isSubmitting}
          disabled={!formState.isDirty}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('common:save')}
        </Button>
      </Stack>
    </form>
  );
}
