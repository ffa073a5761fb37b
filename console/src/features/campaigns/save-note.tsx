/** How the saving stands: `Saved 10:02`. */
import { Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import type { SaveState } from '../../lib/autosave';
import { timeOfDay } from '../../lib/format';
import { useProblemText } from '../../ui/problem-text';

export function SaveNote({ save }: { save: SaveState }) {
  const { t } = useTranslation('campaigns');
  const words = useProblemText();
  const fields = save.kind === 'refused' ? (problemOf(save.error).errors ?? []) : [];
  const said = {
    saved:
      save.kind === 'saved' && save.at ? t('save.savedAt', { time: timeOfDay(save.at) }) : t('save.saved'),
    waiting: t('save.waiting'),
    saving: t('save.saving'),
    retrying: t('save.retrying'),
    conflict: t('save.conflict'),
    refused:
      save.kind === 'refused'
        ? t('save.refused', { why: fields.map((f) => f.detail).join(' ') || words(problemOf(save.error)) })
        : '',
  }[save.kind];
  const isBad = save.kind === 'refused' || save.kind === 'conflict' || save.kind === 'retrying';
  return (
    <Group gap={6} wrap="nowrap" maw={420}>
      {save.kind === 'saved' && <IconCloudCheck size={18} aria-hidden />}
      {save.kind === 'retrying' && <IconCloudOff size={18} aria-hidden />}
      {(save.kind === 'refused' || save.kind === 'conflict') && <IconAlertTriangle size={18} aria-hidden />}
      {(save.kind === 'saving' || save.kind === 'waiting') && <Loader size={14} />}
      <Text fz="sm" c={isBad ? 'var(--sp-bad)' : 'dimmed'} role="status">
        {said}
      </Text>
    </Group>
  );
}
