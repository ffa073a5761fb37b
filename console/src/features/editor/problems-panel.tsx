/** Everything the server has against the email; each leads to what it is about. */
import { Badge, Button, Group, Popover, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEditor } from './editor-state';
import { findBlock, findRow } from './model/edit';
import { useBlockName, useFieldName } from './use-names';
import type { Located } from './use-problems';
import './panes/panes.css';

const ICONS = {
  error: { Icon: IconCircleX, color: 'var(--sp-bad)' },
  warning: { Icon: IconAlertTriangle, color: 'var(--sp-warning)' },
  fine: { Icon: IconCircleCheck, color: 'var(--sp-good)' },
} as const;

export function ProblemsButton({
  problems,
  onGo,
}: {
  problems: Located[];
  onGo: (problem: Located) => void;
}) {
  const { t } = useTranslation('editor');
  const errors = problems.filter(({ level }) => level === 'error').length;
  const warnings = problems.filter(({ level }) => level === 'warning').length;
  const level = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'fine';
  const { Icon, color } = ICONS[level];
  const label =
    errors > 0
      ? t('problems.errors', { count: errors })
      : warnings > 0
        ? t('problems.warnings', { count: warnings })
        : t('problems.none');
  return (
    <Popover width={400} position="bottom-end" shadow="md" withArrow trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon size={16} color={color} aria-hidden />}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={t('problems.title')}>
        <ScrollArea.Autosize mah={420} type="auto">
          <Stack gap={2}>
            {problems.map((problem) => (
              <Line key={problem.key} problem={problem} onGo={onGo} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Line({ problem, onGo }: { problem: Located; onGo: (problem: Located) => void }) {
  const { t } = useTranslation('editor');
  const { document: email } = useEditor();
  const about = useAbout(problem);
  const { Icon, color } = ICONS[problem.level];
  const leads =
    problem.target.kind !== 'email' ||
    problem.part === 'subject' ||
    problem.part === 'preheader' ||
    (email === undefined && problem.line !== undefined);
  const words = (
    <Group gap="xs" wrap="nowrap" align="flex-start" p={6}>
      <Icon
        size={18}
        color={color}
        role="img"
        aria-label={t(`problems.level.${problem.level}`)}
        style={{ flexShrink: 0, marginTop: 1 }}
      />
      <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {about !== '' && <strong>{about}: </strong>}
        {problem.message}
        {problem.line !== undefined && email === undefined && (
          <Badge ms={6} size="xs">
            {t('problems.line', { line: problem.line })}
          </Badge>
        )}
      </Text>
    </Group>
  );
  if (!leads) return words;
  return (
    <UnstyledButton className="sp-problem" onClick={() => onGo(problem)}>
      {words}
    </UnstyledButton>
  );
}

/** The block and field, or the row, that a problem is about; empty if it is the email. */
function useAbout({ target, field }: Located): string {
  const { t } = useTranslation('editor');
  const { document: email } = useEditor();
  const blockName = useBlockName();
  const fieldName = useFieldName();
  if (email === undefined || target.kind === 'email') return '';
  if (target.kind === 'row')
    return t('row.numbered', { number: (findRow(email, target.id)?.index ?? 0) + 1 });
  const type = findBlock(email, target.id)?.block.type ?? '';
  const last = field.split('/').at(-1) ?? '';
  return last === '' ? blockName(type) : `${blockName(type)} · ${fieldName(type, last)}`;
}
