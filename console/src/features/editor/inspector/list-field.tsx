/** A list of things with fields of their own: products, links, sections of a menu. */
import { ActionIcon, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BlockField } from '../queries';
import { useFieldName } from '../use-names';
import { Field, type FieldProps } from './fields';

type Item = Record<string, unknown>;

export function ListField(props: FieldProps & { value: Item[] }) {
  const { field, label, value, onChange, error, errorAt, kind } = props;
  const { t } = useTranslation('editor');
  const change = (at: number, changes: Item) =>
    onChange(value.map((item, n) => (n === at ? compact({ ...item, ...changes }) : item)));
  const move = (at: number, step: number) => {
    const item = value[at];
    if (item !== undefined) onChange(value.toSpliced(at, 1).toSpliced(at + step, 0, item));
  };
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <Text fz="xs" fw={600} component="span">
        {label}
      </Text>
      {value.map((item, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: members have no names of their own; their place is what they are
        <Paper key={n} withBorder p="xs">
          <Stack gap="xs">
            <Group justify="space-between" gap={4}>
              <Text fz="xs" c="dimmed">
                {t('list.number', { number: n + 1, count: value.length })}
              </Text>
              <Group gap={0}>
                <Act
                  label={t('list.up', { number: n + 1 })}
                  off={n === 0}
                  act={() => move(n, -1)}
                  Icon={IconArrowUp}
                />
                <Act
                  label={t('list.down', { number: n + 1 })}
                  off={n === value.length - 1}
                  act={() => move(n, 1)}
                  Icon={IconArrowDown}
                />
                <Act
                  label={t('list.remove', { number: n + 1 })}
                  off={value.length <= (field.minimum ?? 0)}
                  act={() => onChange(value.toSpliced(n, 1))}
                  Icon={IconTrash}
                />
              </Group>
            </Group>
            <Members
              fields={field.fields}
              item={item}
              kind={kind}
              onChange={(changes) => change(n, changes)}
              errorAt={(name) => errorAt?.(`${n}/${name}`)}
            />
          </Stack>
        </Paper>
      ))}
      {error !== undefined && (
        <Text fz="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={value.length >= (field.maximum ?? Number.POSITIVE_INFINITY)}
        onClick={() => onChange([...value, begun(field.fields, value.at(-1))])}
      >
        {t('list.add')}
      </Button>
    </Stack>
  );
}

function Act(props: { label: string; off: boolean; act: () => void; Icon: typeof IconTrash }) {
  const { label, off, act, Icon } = props;
  return (
    <ActionIcon size={24} aria-label={label} disabled={off} onClick={act}>
      <Icon size={14} aria-hidden />
    </ActionIcon>
  );
}

function Members(props: {
  fields: BlockField[];
  item: Item;
  kind: string;
  onChange: (changes: Item) => void;
  errorAt: (name: string) => string | undefined;
}) {
  const { fields, item, kind, onChange, errorAt } = props;
  const name = useFieldName();
  return fields.map((field) => (
    <Field
      key={field.name}
      field={field}
      kind={kind}
      label={name(kind, field.name)}
      value={item[field.name]}
      error={errorAt(field.name)}
      onChange={(value) => onChange({ [field.name]: value })}
    />
  ));
}

function compact(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

/** A new member: what is needed is there, empty, and addresses begin as those of the last one. */
function begun(fields: BlockField[], last: Item | undefined): Item {
  const needed = fields.filter(({ required }) => required);
  return Object.fromEntries(
    needed.map(({ name, input }) => [
      name,
      input === 'address' && typeof last?.[name] === 'string' ? last[name] : '',
    ]),
  );
}
