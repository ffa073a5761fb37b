/** Sends the message, filled with somebody's data, to an address of the merchant's. */
import { Alert, Button, Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { ContactPicker } from '../../parts/audience-pickers';
import { PlaceLink } from '../../parts/links/links';
import { useProblemText } from '../../ui/problem-text';
import { sendTest } from './queries';
import type { DraftState } from './use-draft';

const meQuery = () => api.queryOptions('get', '/api/v1/me');

export function TestCard({ id, state }: { id: string; state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const words = useProblemText();
  const me = useQuery(meQuery());
  const [typed, setTyped] = useState<string>();
  const [contact, setContact] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ good: boolean; words: string }>();
  const to = typed ?? me.data?.email ?? '';
  const send = async () => {
    if (contact === null) {
      setResult({ good: false, words: t('test.noContact') });
      return;
    }
    setBusy(true);
    setResult(undefined);
    try {
      await state.flush();
      await sendTest(id, to.trim(), contact);
      setResult({ good: true, words: t('test.sent', { to: to.trim() }) });
    } catch (error) {
      const problem = problemOf(error);
      const fields = (problem.errors ?? []).map(({ detail }) => detail).join(' ');
      setResult({ good: false, words: fields || words(problem) });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  return (
    <Card withBorder component="section" aria-label={t('test.title')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <div>
            <Title order={2}>{t('test.title')}</Title>
            <Text fz="sm" c="dimmed">
              {t('test.help')}
            </Text>
          </div>
          <TextInput
            label={t('test.to')}
            type="email"
            value={to}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <ContactPicker
            label={t('test.contact')}
            description={t('test.contactHelp')}
            value={contact}
            onChange={(chosen) => setContact(chosen)}
          />
          {result !== undefined && (
            <Alert color={result.good ? 'teal' : 'red'} role="alert">
              {result.words}{' '}
              {result.good && (
                <PlaceLink to="/sandbox" params={{}} fz="sm">
                  {t('test.toSandbox')}
                </PlaceLink>
              )}
            </Alert>
          )}
          <Button
            type="submit"
            variant="default"
            loading={busy}
            leftSection={<IconSend size={16} aria-hidden />}
          >
            {t('test.send')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
