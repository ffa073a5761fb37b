/** The right side: fields of the block, the row or the email that is chosen. */
import { ActionIcon, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../../../parts/email-document/types';
import { useEditor } from '../editor-state';
import { findBlock, findRow, updateBlock } from '../model/edit';
import { useCatalogue } from '../use-catalogue';
import { useBlockName, useFieldName } from '../use-names';
import type { Located } from '../use-problems';
import { ConditionField } from './condition-field';
import { EmailForm } from './email-form';
import { Field } from './fields';
import { RowForm } from './row-form';

export function Inspector({ problems }: { problems: Located[] }) {
  const { t } = useTranslation('editor');
  const { document: email, chosen } = useEditor();
  const name = useBlockName();
  if (email !== undefined && chosen.kind === 'block') {
    const block = findBlock(email, chosen.id)?.block;
    if (block !== undefined) {
      return (
        <Frame title={name(block.type)} closable>
          <BlockForm key={block.id} block={block} problems={problems} />
        </Frame>
      );
    }
  }
  if (email !== undefined && chosen.kind === 'row') {
    const found = findRow(email, chosen.id);
    if (found !== undefined) {
      return (
        <Frame title={t('row.numbered', { number: found.index + 1 })} closable>
          <RowForm row={found.row} problems={problems} />
        </Frame>
      );
    }
  }
  return (
    <Frame title={t('inspector.email')}>
      <EmailForm problems={problems} />
    </Frame>
  );
}

function Frame({
  title,
  closable = false,
  children,
}: {
  title: string;
  closable?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation('editor');
  const { choose } = useEditor();
  return (
    <Stack gap="sm" p="md">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} fz="sm">
          {title}
        </Title>
        {closable && (
          <Tooltip label={t('inspector.close')}>
            <ActionIcon size={24} onClick={() => choose({ kind: 'email' })} aria-label={t('inspector.close')}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {children}
    </Stack>
  );
}

function BlockForm({ block, problems }: { block: Block; problems: Located[] }) {
  const { t } = useTranslation('editor');
  const { edit, editable } = useEditor();
  const { fieldsOf } = useCatalogue();
  const name = useFieldName();
  const own = problems.filter(({ target }) => target.kind === 'block' && target.id === block.id);
  const at = (path: string) => own.find(({ field }) => field === path)?.message;
  const put = (field: string) => (value: unknown) =>
    edit(`block ${block.id} ${field}`, (now) => updateBlock(now, block.id, { [field]: value }));
  const whole = at('');
  return (
    <fieldset disabled={!editable} style={{ border: 0, padding: 0, margin: 0, minInlineSize: 0 }}>
      <Stack gap="sm">
        {whole !== undefined && (
          <Text fz="xs" c="var(--mantine-color-error)" role="alert">
            {whole}
          </Text>
        )}
        {fieldsOf(block.type).map((field) => (
          <Field
            key={field.name}
            field={field}
            kind={block.type}
            label={name(block.type, field.name)}
            value={block[field.name]}
            error={at(field.name)}
            errorAt={(path) => at(`${field.name}/${path}`)}
            onChange={put(field.name)}
            onAlt={block['alt'] === '' ? put('alt') : undefined}
          />
        ))}
        <ConditionField
          label={t('condition.label')}
          value={block.visible_if ?? ''}
          error={at('visible_if')}
          onChange={(value) => put('visible_if')(value === '' ? undefined : value)}
        />
      </Stack>
    </fieldset>
  );
}
