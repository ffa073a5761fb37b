/** A condition as a line that reads as a sentence: what, how it compares, with what. */
import { ActionIcon, Box, Button, Group, Menu, Select, Text, Tooltip } from '@mantine/core';
import { IconHourglass, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  type Condition,
  eventOf,
  type Field,
  missingFields,
  operatorOf,
  operatorsFor,
  withField,
  withOperator,
} from './catalogue';
import { FieldControl } from './field-control';
import type { Complaint, FieldValue, Leaf } from './model';
import { type NodeActions, NodeMenu } from './node-menu';
import { attributesQuery } from './queries';
import { type RuleWords, useRuleWords } from './words';

export interface ConditionRowProps extends NodeActions {
  leaf: Leaf;
  condition: Condition;
  complaints: Complaint[];
  /** True once gaps are to be pointed out. */
  strict: boolean;
  segment: string | undefined;
  first: boolean;
  last: boolean;
  onChange: (leaf: Leaf) => void;
}

function useAttributeType(leaf: Leaf) {
  const name = leaf.fields['attribute'];
  const { data } = useQuery({ ...attributesQuery(), enabled: leaf.condition === 'attribute' });
  return data?.items.find((a) => a.name === name)?.type;
}

export function ConditionRow(props: ConditionRowProps) {
  const { leaf, condition, complaints, strict, segment, onChange } = props;
  const { t } = useTranslation('rules');
  const words = useRuleWords();
  const type = useAttributeType(leaf);
  const operator = operatorOf(condition, leaf);
  const missing = new Set(strict ? missingFields(condition, leaf) : []);
  const title = words.condition(condition);
  const fieldsOf = (names: string[]) =>
    names.flatMap((name) => condition.fields.filter((f) => f.name === name));
  const needed = fieldsOf(operator?.needs ?? []);
  const optional = fieldsOf(operator?.takes ?? []);
  const given = optional.filter((f) => leaf.fields[f.name] !== undefined);
  const control = (field: Field) => (
    <FieldControl
      key={field.name}
      field={field}
      words={words}
      label={words.field(condition.id, field)}
      value={leaf.fields[field.name]}
      attributeType={type}
      event={eventOf(leaf, field.name)}
      segment={segment}
      error={missing.has(field.name) || complaints.some((c) => c.field === field.name)}
      onChange={(value) => onChange(changed(condition, leaf, field, value))}
    />
  );
  // The attribute is named before it is compared; everything else comes after the comparison.
  const before = needed.filter((f) => f.kind === 'attribute');
  const after = needed.filter((f) => f.kind !== 'attribute');
  return (
    <Box role="group" aria-label={title}>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Group gap="xs" flex={1} align="center" miw={0}>
          <ConditionTitle condition={condition} title={title} words={words} />
          {before.map(control)}
          {condition.operators.length > 0 && (
            <Select
              size="sm"
              w={170}
              aria-label={t('comparison')}
              data={operatorsFor(condition, type).map((o) => ({
                value: o.word,
                label: words.operator(condition.id, o),
              }))}
              value={leaf.operator}
              error={complaints.some((c) => c.field === 'operator')}
              allowDeselect={false}
              onChange={(word) => word !== null && onChange(withOperator(condition, leaf, word))}
            />
          )}
          {after.map((field, n) => (
            <Group key={field.name} gap="xs" wrap="nowrap">
              {n > 0 && leaf.operator === 'between' && <Text fz="sm">{t('and')}</Text>}
              {control(field)}
            </Group>
          ))}
          {given.map((field) => (
            <Detail
              key={field.name}
              label={words.field(condition.id, field)}
              isList={field.kind === 'filters'}
              onRemove={() => onChange(withField(leaf, field.name, undefined))}
            >
              {control(field)}
            </Detail>
          ))}
          <DetailMenu
            fields={optional.filter((f) => !given.includes(f))}
            label={(f) => words.field(condition.id, f)}
            onPick={(field) => onChange(withField(leaf, field.name, emptyValue(field)))}
          />
        </Group>
        <NodeMenu {...props} name={title} />
      </Group>
      {complaints.map((complaint) => (
        <Text key={complaint.detail} fz="xs" c="var(--sp-bad)" mt={4} role="alert">
          {complaint.detail}
        </Text>
      ))}
      {missing.size > 0 && complaints.length === 0 && (
        <Text fz="xs" c="var(--sp-bad)" mt={4}>
          {t('incomplete')}
        </Text>
      )}
    </Box>
  );
}

/** The leaf with a field changed; another attribute has another type, so its old value goes. */
function changed(
  condition: Condition,
  leaf: Leaf,
  field: Field,
  value: Parameters<typeof withField>[2],
): Leaf {
  const next = withField(leaf, field.name, value);
  if (field.kind !== 'attribute') return next;
  const kept = condition.operators.some((o) => o.word === 'equals') ? 'equals' : leaf.operator;
  return { ...next, operator: kept, fields: { [field.name]: next.fields[field.name] ?? '' } };
}

function emptyValue(field: Field): FieldValue {
  if (field.kind === 'days') return 30;
  if (field.kind === 'count') return 2;
  if (field.kind === 'link' || field.kind === 'amount') return 0;
  if (field.kind === 'filters') return [{ property: '', operator: 'equals' }];
  return field.choices[0]?.word ?? '';
}

function ConditionTitle(props: { condition: Condition; title: string; words: RuleWords }) {
  const { t } = useTranslation('rules');
  const { condition, title, words } = props;
  return (
    <Group gap={4} wrap="nowrap" mih={36}>
      <Tooltip label={words.help(condition)} multiline maw={360}>
        <Text fz="sm" fw={600} tabIndex={0} style={{ cursor: 'help' }}>
          {title}
        </Text>
      </Tooltip>
      {condition.slow && (
        <Tooltip label={t('slow')} multiline maw={320}>
          <IconHourglass
            size={14}
            role="img"
            aria-label={t('slow')}
            tabIndex={0}
            color="var(--mantine-color-dimmed)"
          />
        </Tooltip>
      )}
    </Group>
  );
}

function Detail(props: { label: string; isList: boolean; onRemove: () => void; children: React.ReactNode }) {
  const { t } = useTranslation('rules');
  // The lines of a list are removed one by one, and with the last one the list.
  if (props.isList) {
    return (
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Text fz="sm" c="dimmed" lh="36px">
          {props.label}
        </Text>
        {props.children}
      </Group>
    );
  }
  return (
    <Group gap={4} wrap="nowrap">
      <Text fz="sm" c="dimmed">
        {props.label}
      </Text>
      {props.children}
      <ActionIcon size={24} aria-label={t('removeDetail', { name: props.label })} onClick={props.onRemove}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function DetailMenu(props: {
  fields: Field[];
  label: (field: Field) => string;
  onPick: (field: Field) => void;
}) {
  const { t } = useTranslation('rules');
  if (props.fields.length === 0) return null;
  return (
    <Menu position="bottom-start" withArrow>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} aria-hidden />}
        >
          {t('addDetail')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {props.fields.map((field) => (
          <Menu.Item key={field.name} onClick={() => props.onPick(field)}>
            {props.label(field)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
