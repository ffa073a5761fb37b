/** The saved blocks: how each looks, renaming, removing. They are made in the editor. */
import { ActionIcon, Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { EmailThumbnail } from '../../parts/email-thumbnail/thumbnail';
import {
  removeSaved,
  renameSaved,
  rowOfSaved,
  type SavedBlock,
  savedBlocksQuery,
} from '../../parts/saved-blocks/queries';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { renderSample } from './queries';

export function SavedBlocks() {
  const { t } = useTranslation('brand');
  const query = useQuery(savedBlocksQuery());
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Text fz="sm" c="dimmed">
            {t('saved.empty')}
          </Text>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {items.map((saved) => (
              <SavedCard key={saved.id} saved={saved} />
            ))}
          </SimpleGrid>
        )
      }
    </Loaded>
  );
}

function SavedCard({ saved }: { saved: SavedBlock }) {
  const { t } = useTranslation('brand');
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: savedBlocksQuery().queryKey.slice(0, 2) });
  const remove = async () => {
    try {
      await removeSaved(saved.id);
      await fresh();
      toastDone(t('saved.removed', { name: saved.name }));
    } catch (error) {
      toastFailed(error);
    }
  };
  const rename = () => {
    const id = modals.open({
      title: t('saved.rename'),
      children: <Rename saved={saved} onEnd={() => modals.close(id)} onDone={fresh} />,
    });
  };
  return (
    <Card withBorder p={0} style={{ overflow: 'hidden' }}>
      <EmailThumbnail
        of={['saved', saved.id, saved.version]}
        render={() => renderSample({ schema: 1, rows: [rowOfSaved(saved)] })}
        title={t('saved.of', { name: saved.name })}
        height={140}
      />
      <Group p="sm" justify="space-between" wrap="nowrap">
        <Stack gap={0} miw={0}>
          <Text fz="sm" fw={600} truncate>
            {saved.name}
          </Text>
          <Text fz="xs" c="dimmed">
            <Moment at={saved.updated_at} />
          </Text>
        </Stack>
        <Group gap={0} wrap="nowrap">
          <ActionIcon aria-label={t('saved.renameThis', { name: saved.name })} onClick={rename}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={t('saved.removeThis', { name: saved.name })}
            onClick={() =>
              ask({
                title: t('saved.removeThis', { name: saved.name }),
                text: t('saved.removeText'),
                action: t('common:delete'),
                danger: true,
                onConfirm: () => void remove(),
              })
            }
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Card>
  );
}

function Rename({
  saved,
  onEnd,
  onDone,
}: {
  saved: SavedBlock;
  onEnd: () => void;
  onDone: () => Promise<void>;
}) {
  const { t } = useTranslation('brand');
  const words = useProblemText();
  const [name, setName] = useState(saved.name);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await renameSaved(saved, name.trim());
      await onDone();
      onEnd();
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          data-autofocus
          label={t('saved.name')}
          maxLength={120}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={name.trim() === ''}>
            {t('common:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
