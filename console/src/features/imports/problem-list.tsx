/** The first problems of a file, and the file with all of them. */
import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { serverSentence } from '../../lib/server-sentences';
import { Status } from '../../ui/status';
import { problemsOf } from './problems';
import { type Counts, errorsAddress, readErrorFile } from './queries';

const SHOWN = 10;

export function Problems({ id, counts }: { id: string; counts: Counts }) {
  const { t } = useTranslation('imports');
  const errors = counts.errors ?? 0;
  const count = errors + (counts.warnings ?? 0);
  const query = useQuery({
    queryKey: ['import-problems', id, counts],
    enabled: count > 0,
    queryFn: async ({ signal }) => problemsOf(await readErrorFile(id, signal), SHOWN),
  });
  if (count === 0) return <Text fz="sm">{t('problems.none')}</Text>;
  return (
    <>
      <Group justify="space-between">
        <Text fz="sm" fw={600}>
          {t('problems.title', { count, shown: number(count) })}
        </Text>
        <Button
          component="a"
          size="compact-sm"
          variant="default"
          href={errorsAddress(id)}
          download
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {t('problems.download')}
        </Button>
      </Group>
      {query.data === undefined ? (
        <Skeleton height={80} />
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={90}>{t('problems.line')}</Table.Th>
                <Table.Th w={170}>{t('problems.effect')}</Table.Th>
                <Table.Th w={170}>{t('columns.heading')}</Table.Th>
                <Table.Th>{t('problems.reason')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.map((problem) => (
                <Table.Tr key={`${problem.line}-${problem.column}-${problem.reason}`}>
                  <Table.Td>{problem.line}</Table.Td>
                  <Table.Td>
                    <Status
                      tone={problem.severity === 'error' ? 'bad' : 'warning'}
                      label={t(`severity.${problem.severity}`)}
                    />
                  </Table.Td>
                  <Table.Td>{problem.column || '—'}</Table.Td>
                  <Table.Td>{serverSentence(problem.reason)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Text fz="sm" c="dimmed">
        {t('problems.mend')}
      </Text>
    </>
  );
}
