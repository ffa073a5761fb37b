/** The palette: drag a block onto the email, or press it to put it after what is chosen. */
import { useDraggable } from '@dnd-kit/core';
import { SimpleGrid, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { iconOf } from '../../../parts/email-document/starters';
import type { Carried } from '../dnd';
import { useEditor } from '../editor-state';
import { useCatalogue } from '../use-catalogue';
import { useDeeds } from '../use-deeds';
import { useBlockName } from '../use-names';
import './panes.css';

export function BlocksPane() {
  const { t } = useTranslation('editor');
  const { kinds } = useCatalogue();
  return (
    <Stack gap="sm">
      <Text fz="xs" c="dimmed">
        {t('pane.blocksHelp')}
      </Text>
      {kinds.length === 0 && <Skeleton height={280} />}
      <SimpleGrid cols={2} spacing={8}>
        {kinds.map((kind) => (
          <Card key={kind} kind={kind} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Card({ kind }: { kind: string }) {
  const { editable, chosen } = useEditor();
  const name = useBlockName()(kind);
  const deeds = useDeeds();
  const { setNodeRef, listeners } = useDraggable({
    id: `new:${kind}`,
    data: { kind: 'new', type: kind, name } satisfies Carried,
    disabled: !editable,
  });
  const Icon = iconOf(kind);
  return (
    <UnstyledButton
      ref={setNodeRef}
      {...listeners}
      className="sp-block-card"
      disabled={!editable}
      onClick={() => deeds.insertNew(kind, deeds.after(chosen))}
    >
      <Icon size={22} stroke={1.5} aria-hidden />
      <span>{name}</span>
    </UnstyledButton>
  );
}
