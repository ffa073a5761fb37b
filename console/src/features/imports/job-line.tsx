/** How far a job of an import is. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { share } from '../../lib/format';
import type { Job } from '../../parts/job-watch';

export function JobLine({ job, label }: { job: Job | undefined; label: string }) {
  const { t } = useTranslation('imports');
  const total = job?.total ?? 0;
  const known = job !== undefined && total > 0;
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text fz="sm">{label}</Text>
        <Text fz="sm" c="dimmed" role="status">
          {known ? share(job.done, total) : t('waiting')}
        </Text>
      </Group>
      <Progress value={known ? (100 * job.done) / total : 100} animated={!known} aria-label={label} />
    </Stack>
  );
}
