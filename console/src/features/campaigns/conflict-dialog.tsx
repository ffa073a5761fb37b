/** Somebody else saved the draft meanwhile: keep mine, take theirs, or compare first. */
import { Alert, Button, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { differences, draftOf } from './model';
import { type Campaign, loadCampaign } from './queries';
import type { DraftState } from './use-draft';

export function ConflictDialog({ id, state }: { id: string; state: DraftState }) {
  const { t } = useTranslation('campaigns');
  // Asked for under a key of its own: the cache of the wizard must not change behind its back.
  const query = useQuery({
    queryKey: ['campaign-conflict', id, state.version],
    queryFn: () => loadCampaign(id),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="lg"
      title={t('conflict.title')}
    >
      <Loaded query={query}>{(theirs) => <Choice theirs={theirs} state={state} />}</Loaded>
    </Modal>
  );
}

function Choice({ theirs, state }: { theirs: Campaign; state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const [compare, setCompare] = useState(false);
  const launched = theirs.state !== 'draft';
  return (
    <Stack>
      <Text fz="sm" component="div">
        {t('conflict.text')} <Moment at={theirs.updated_at} />
      </Text>
      {launched && <Alert color="yellow">{t('conflict.launched')}</Alert>}
      {compare && <Compared theirs={theirs} state={state} />}
      <Group justify="flex-end">
        <Button variant="default" aria-expanded={compare} onClick={() => setCompare(!compare)}>
          {compare ? t('conflict.hide') : t('conflict.compare')}
        </Button>
        <Button variant="default" onClick={() => state.resolve(theirs, false)}>
          {t('conflict.theirs')}
        </Button>
        <Button disabled={launched} onClick={() => state.resolve(theirs, true)}>
          {t('conflict.mine')}
        </Button>
      </Group>
    </Stack>
  );
}

function Compared({ theirs, state }: { theirs: Campaign; state: DraftState }) {
  const { t, i18n } = useTranslation('campaigns');
  const rows = differences(state.draft, draftOf(theirs));
  const name = (path: string) => {
    const key = `difference.${path.replaceAll('.', '_')}`;
    return i18n.exists(`campaigns:${key}`) ? t(key) : path;
  };
  if (rows.length === 0) return <Text fz="sm">{t('conflict.same')}</Text>;
  return (
    <Table.ScrollContainer minWidth={480} mah={320}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('conflict.field')}</Table.Th>
            <Table.Th>{t('conflict.mineColumn')}</Table.Th>
            <Table.Th>{t('conflict.theirsColumn')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.path} style={{ verticalAlign: 'top' }}>
              <Table.Th scope="row" fw={500}>
                {name(row.path)}
              </Table.Th>
              {row.path === 'content.body' ? (
                <Table.Td colSpan={2}>{t('conflict.design')}</Table.Td>
              ) : (
                [row.mine, row.theirs].map((value, n) => (
                  <Table.Td key={n === 0 ? 'mine' : 'theirs'}>
                    <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{value || '—'}</Code>
                  </Table.Td>
                ))
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
