/** The plain text part: made from the design, or one's own words. */
import { Card, Code, Group, ScrollArea, Stack, Switch, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { TagInput } from '../../parts/merge-tags/tag-input';
import { Failed } from '../../ui/states';
import { renderQuery } from './queries';
import type { DraftState } from './use-draft';

const WAIT_MS = 500;
/** The place it takes from the start: what is below must not move when the text arrives. */
const HEIGHT_PX = 220;

export function TextPart({ state }: { state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const { content } = state.draft;
  const isOwn = content.text !== null && content.text !== undefined;
  const { subject, preheader, body } = content;
  const [source] = useDebouncedValue({ subject, preheader, body, text: null }, WAIT_MS);
  const made = useQuery({ ...renderQuery(source), placeholderData: keepPreviousData });
  const text = made.data?.preview?.text ?? '';
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Group justify="space-between">
          <div>
            <Title order={2}>{t('text.title')}</Title>
            <Text fz="sm" c="dimmed">
              {t('text.help')}
            </Text>
          </div>
          <Switch
            label={t('text.own')}
            checked={isOwn}
            onChange={(event) => state.setContent({ text: event.currentTarget.checked ? '' : null })}
          />
        </Group>
        {isOwn ? (
          <TagInput
            label={t('text.title')}
            description={t('text.ownHelp')}
            multiline
            value={content.text ?? ''}
            onChange={(text) => state.setContent({ text })}
          />
        ) : made.error ? (
          <Failed error={made.error} />
        ) : (
          <ScrollArea
            h={HEIGHT_PX}
            viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('text.title') }}
          >
            <Code block mih={HEIGHT_PX} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {text || t('text.empty')}
            </Code>
          </ScrollArea>
        )}
      </Stack>
    </Card>
  );
}
