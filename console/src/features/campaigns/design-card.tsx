/** The design of the email as it looks now, with the doors to the editor and to other designs. */
import { Alert, Box, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTemplate } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useGo } from '../../parts/links/links';
import { MailFrame } from '../../ui/mail-frame';
import { Failed } from '../../ui/states';
import { DesignPicker } from './design-picker';
import { renderQuery } from './queries';
import type { StepProps } from './wizard';

const WAIT_MS = 500;

export function DesignCard({ id, state }: StepProps) {
  const { t } = useTranslation('campaigns');
  const go = useGo();
  const [open, { open: show, close }] = useDisclosure(false);
  const { subject, preheader, body, text } = state.draft.content;
  const [source] = useDebouncedValue({ subject, preheader, body, text }, WAIT_MS);
  const query = useQuery({ ...renderQuery(source), placeholderData: keepPreviousData });
  const edit = async () => {
    await state.flush();
    go('/campaigns/$campaign/content', { campaign: id });
  };
  return (
    <Card withBorder component="section" aria-label={t('design.title')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <div>
            <Title order={2}>{t('design.title')}</Title>
            <Text fz="sm" c="dimmed">
              {t(`design.format.${body.format}`)}
            </Text>
          </div>
          <Group gap="xs">
            <Button variant="default" leftSection={<IconTemplate size={16} aria-hidden />} onClick={show}>
              {t('design.choose')}
            </Button>
            <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={() => void edit()}>
              {t('design.edit')}
            </Button>
          </Group>
        </Group>
        {query.error ? (
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data === undefined ? (
          <Skeleton height={420} />
        ) : query.data.preview ? (
          <Box style={{ containerType: 'inline-size' }}>
            <MailFrame html={query.data.preview.html} title={t('design.title')} height={460} />
          </Box>
        ) : (
          <Alert color="red" title={t('design.broken')}>
            {query.data.issues.map((issue) => (
              <Text key={`${issue.code} ${issue.pointer ?? ''} ${issue.line ?? 0}`} fz="sm">
                {issue.message}
              </Text>
            ))}
          </Alert>
        )}
      </Stack>
      <DesignPicker
        opened={open}
        onClose={close}
        onPick={(source) => {
          close();
          const { content } = state.draft;
          state.setContent({
            body: source.body,
            text: source.text ?? null,
            subject: content.subject.trim() === '' ? (source.subject ?? '') : content.subject,
            preheader: content.preheader?.trim() ? content.preheader : (source.preheader ?? ''),
          });
        }}
      />
    </Card>
  );
}
