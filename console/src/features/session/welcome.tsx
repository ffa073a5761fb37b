/** What comes between log-in and the first store: the policy to read and agree to (P-006), and a store if there is none. */
import { Alert, Button, Checkbox, Group, Loader, ScrollArea, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema, send } from '../../api/client';
import { problemOf } from '../../api/problem';
import { day } from '../../lib/format';
import { sessionQuery } from '../../lib/session';
import { useProblemText } from '../../ui/problem-text';
import { Failed } from '../../ui/states';
import { Front } from './front';

export const route = createLazyRoute('/welcome')({ component: Welcome });

function Welcome() {
  const { t } = useTranslation('session');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { next } = route.useSearch();
  const session = useQuery(sessionQuery);
  const policy = useQuery(api.queryOptions('get', '/api/v1/policy'));
  const goOn = async () => {
    await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    await navigate({ to: next ?? '/' });
  };
  if (session.data === null) return <Nobody />;
  return (
    <Front title={t('policy.title')} text={t('policy.text')} width={760}>
      {policy.data !== undefined ? (
        <Policy policy={policy.data} onAccepted={goOn} />
      ) : policy.error ? (
        <Failed error={policy.error} onRetry={() => void policy.refetch()} />
      ) : (
        <Loader />
      )}
    </Front>
  );
}

function Nobody() {
  const { t } = useTranslation('session');
  const navigate = useNavigate();
  return (
    <Front title={t('login.title')} text={t('policy.logInFirst')}>
      <Button onClick={() => void navigate({ to: '/login' })}>{t('login.submit')}</Button>
    </Front>
  );
}

function Policy({ policy, onAccepted }: { policy: Schema<'PolicyOut'>; onAccepted: () => Promise<void> }) {
  const { t, i18n } = useTranslation('session');
  const words = useProblemText();
  const [read, setRead] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const accept = async () => {
    setBusy(true);
    try {
      await send.POST('/api/v1/policy/acceptance', {
        body: { version: policy.version, read_and_agreed: true, locale: i18n.language },
      });
      await onAccepted();
    } catch (error) {
      setRefusal(words(problemOf(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack>
      <Text fz="sm" c="dimmed">
        {t('policy.version', { version: policy.version, date: day(policy.last_updated) })}
      </Text>
      <ScrollArea
        h={380}
        type="auto"
        offsetScrollbars
        viewportProps={{ tabIndex: 0, 'aria-label': t('policy.title'), lang: 'en' }}
      >
        <Stack gap="sm">
          {policy.introduction.map((paragraph) => (
            <Text key={paragraph.slice(0, 80)} fz="sm">
              {paragraph}
            </Text>
          ))}
          {policy.parts.map((part) => (
            <div key={part.number + part.title}>
              <Title order={2} mt="sm" mb={4}>
                {part.number} {part.title}
              </Title>
              {part.paragraphs.map((paragraph) => (
                <Text key={paragraph.slice(0, 80)} fz="sm" mb={6}>
                  {paragraph}
                </Text>
              ))}
            </div>
          ))}
        </Stack>
      </ScrollArea>
      {refusal !== undefined && (
        <Alert color="red" role="alert">
          {refusal}
        </Alert>
      )}
      <Checkbox
        label={t('policy.agree')}
        checked={read}
        onChange={(event) => setRead(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!read} loading={busy} onClick={() => void accept()}>
          {t('policy.accept')}
        </Button>
      </Group>
    </Stack>
  );
}
