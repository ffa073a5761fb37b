/** How the message stands in a list of mail: sender, subject, preheader, light and dark. */
import { Avatar, Box, Card, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseSender, plainLiquid } from './model';
import type { Content } from './queries';

const LOOKS = {
  light: { background: '#ffffff', text: '#1f2328', quiet: '#57606a', line: '#d0d7de' },
  dark: { background: '#1f1f1f', text: '#e8eaed', quiet: '#a9adb3', line: '#3c4043' },
};

export function InboxPreview({ content }: { content: Content }) {
  const { t } = useTranslation('campaigns');
  const [look, setLook] = useState<'light' | 'dark'>('light');
  const colors = LOOKS[look];
  const { name, email } = parseSender(content.from);
  const sender = name || email || t('content.noSender');
  return (
    <Card withBorder component="section" aria-label={t('content.preview')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{t('content.preview')}</Title>
          <SegmentedControl
            size="xs"
            aria-label={t('content.look')}
            value={look}
            onChange={(value) => setLook(value === 'dark' ? 'dark' : 'light')}
            data={[
              { value: 'light', label: t('content.light') },
              { value: 'dark', label: t('content.dark') },
            ]}
          />
        </Group>
        <Box p="sm" bg={colors.background} style={{ border: `1px solid ${colors.line}`, borderRadius: 8 }}>
          <Group wrap="nowrap" align="flex-start" gap="sm">
            <Avatar radius="xl" color="indigo" variant="filled" aria-hidden>
              {sender.slice(0, 1).toUpperCase()}
            </Avatar>
            <Box miw={0} flex={1}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text fz="sm" fw={600} c={colors.text} truncate>
                  {sender}
                </Text>
                <Text fz="xs" c={colors.quiet} style={{ whiteSpace: 'nowrap' }}>
                  {t('content.now')}
                </Text>
              </Group>
              <Text fz="sm" fw={600} c={colors.text} truncate>
                {plainLiquid(content.subject) || t('content.noSubject')}
              </Text>
              <Text fz="sm" c={colors.quiet} truncate>
                {plainLiquid(content.preheader ?? '') || t('content.noPreheader')}
              </Text>
            </Box>
          </Group>
        </Box>
      </Stack>
    </Card>
  );
}
