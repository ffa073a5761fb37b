/** A further store of the account: data of their own, nothing is shared between stores. */
import { zodResolver } from '@hookform/resolvers/zod';
import { Alert, Button, Card, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { problemOf } from '../../api/problem';
import { sessionQuery } from '../../lib/session';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { makeStore } from './queries';

export const route = createLazyRoute('/s/$store/settings/stores/new')({ component: NewStore });

function NewStore() {
  const { t } = useTranslation('settings');
  const words = useProblemText();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const [refusal, setRefusal] = useState<string>();
  const form = useForm({
    resolver: zodResolver(z.object({ name: z.string().trim().min(1, t('required')).max(80) })),
    defaultValues: { name: '' },
  });
  const submit = form.handleSubmit(async ({ name }) => {
    setRefusal(undefined);
    try {
      const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const store = await makeStore({ name, settings: { time_zone } });
      await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
      await navigate({ to: '/s/$store/home', params: { store: store.id } });
    } catch (error) {
      if (!showServerErrors(error, form.setError, ['name'])) setRefusal(words(problemOf(error)));
    }
  });
  return (
    <Page title={t('newStore.title')} description={t('newStore.text')}>
      <Card withBorder maw={520}>
        <form onSubmit={submit} noValidate>
          <Stack>
            {refusal !== undefined && (
              <Alert color="red" role="alert">
                {refusal}
              </Alert>
            )}
            <TextInput
              label={t('identity.name')}
              maxLength={80}
              error={form.formState.errors.name?.message}
              {...form.register('name')}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={form.formState.isSubmitting}>
                {t('newStore.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
