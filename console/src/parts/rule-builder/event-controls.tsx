/** Fields of conditions on what was done: the name of an event, a property, tests of properties, counts, sums. */
import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  NumberInput,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from './field-control';
import type { PropertyTest } from './model';
import { eventNamesQuery, eventPropertiesQuery } from './queries';

/** Limits of the server. */
const NAME_MAX = 200;
const COUNT_MAX = 1_000_000;
const TESTS_MAX = 10;

const OPERATORS = [
  'equals',
  'not_equals',
  'less_than',
  'at_most',
  'greater_than',
  'at_least',
  'exists',
  'not_exists',
];
const NUMBERS = new Set(['less_than', 'at_most', 'greater_than', 'at_least']);
const NO_VALUE = new Set(['exists', 'not_exists']);

type ControlProps = Pick<FieldProps, 'label' | 'value' | 'error' | 'onChange'>;

/** The name of an event: one that there was, or one that is still to come. */
export function EventNameControl({ label, value, error, onChange }: ControlProps) {
  const { data } = useQuery(eventNamesQuery());
  const names = (data?.items ?? []).filter((item) => item.kind === 'track').map((item) => item.name);
  return (
    <Autocomplete
      size="sm"
      w={240}
      aria-label={label}
      placeholder={label}
      maxLength={NAME_MAX}
      limit={50}
      data={names}
      value={typeof value === 'string' ? value : ''}
      error={error}
      onChange={(name) => onChange(name || undefined)}
    />
  );
}

/** How often, or to what sum. */
export function NumberControl(props: ControlProps & { whole: boolean }) {
  const { label, value, error, whole, onChange } = props;
  return (
    <NumberInput
      size="sm"
      w={110}
      aria-label={label}
      placeholder="0"
      {...(whole ? { min: 0, max: COUNT_MAX, clampBehavior: 'blur' as const } : { decimalScale: 4 })}
      allowDecimal={!whole}
      thousandSeparator={whole ? undefined : ' '}
      value={typeof value === 'number' ? value : ''}
      error={error}
      onChange={(next) => onChange(next === '' ? undefined : Number(next))}
    />
  );
}

function useProperties(event: FieldProps['event']) {
  const known = useQuery({
    ...eventPropertiesQuery(event ?? { kind: 'track', name: '' }),
    enabled: event !== undefined && event.name !== '',
  });
  return known.data?.items ?? [];
}

function PropertyInput(props: {
  label: string;
  value: string;
  error: boolean;
  paths: string[];
  onChange: (path: string) => void;
}) {
  const { t } = useTranslation('rules');
  return (
    <Autocomplete
      size="sm"
      w={190}
      aria-label={props.label}
      placeholder={t('propertyExample')}
      maxLength={NAME_MAX}
      limit={50}
      data={props.paths}
      value={props.value}
      error={props.error}
      onChange={props.onChange}
    />
  );
}

/** A property whose numbers are added up. */
export function PropertyControl({
  label,
  value,
  error,
  event,
  onChange,
}: ControlProps & Pick<FieldProps, 'event'>) {
  const paths = useProperties(event)
    .filter((property) => property.numbers)
    .map((property) => property.path);
  return (
    <PropertyInput
      label={label}
      value={typeof value === 'string' ? value : ''}
      error={error}
      paths={paths}
      onChange={(path) => onChange(path || undefined)}
    />
  );
}

const isTest = (item: unknown): item is PropertyTest => typeof item === 'object' && item !== null;

/** Tests of the properties of one event, all of which hold. */
export function TestsControl({
  label,
  value,
  error,
  event,
  onChange,
}: ControlProps & Pick<FieldProps, 'event'>) {
  const { t } = useTranslation('rules');
  const tests = Array.isArray(value) ? (value as unknown[]).filter(isTest) : [];
  const properties = useProperties(event);
  const set = (no: number, test: PropertyTest | undefined) => {
    const next = tests.flatMap((old, n) => (n === no ? (test === undefined ? [] : [test]) : [old]));
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {tests.map((test, no) => (
        <TestLine
          // Tests have no other name than their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are not moved
          key={no}
          test={test}
          error={error}
          properties={properties}
          onChange={(next) => set(no, next)}
        />
      ))}
      {tests.length < TESTS_MAX && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} aria-hidden />}
          onClick={() => onChange([...tests, { property: '', operator: 'equals' }])}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('addTest')}
        </Button>
      )}
    </Stack>
  );
}

interface LineProps {
  test: PropertyTest;
  error: boolean;
  properties: { path: string; numbers: boolean; texts: boolean }[];
  onChange: (test: PropertyTest | undefined) => void;
}

function TestLine({ test, error, properties, onChange }: LineProps) {
  const { t } = useTranslation('rules');
  const { property, operator, value } = test;
  const known = properties.find((p) => p.path === property);
  const numeric =
    NUMBERS.has(operator) || typeof value === 'number' || (known?.numbers && !known.texts) === true;
  return (
    <Group gap={6} wrap="wrap">
      <PropertyInput
        label={t('property')}
        value={property}
        error={error && property === ''}
        paths={properties.map((p) => p.path)}
        onChange={(path) => onChange({ ...test, property: path })}
      />
      <Select
        size="sm"
        w={150}
        aria-label={t('comparison')}
        data={OPERATORS.map((word) => ({ value: word, label: t(`operator.${word as 'equals'}`) }))}
        value={operator}
        allowDeselect={false}
        onChange={(word) => word !== null && onChange(compared(test, word))}
      />
      {!NO_VALUE.has(operator) &&
        (numeric ? (
          <NumberControl
            label={t('field.value')}
            whole={false}
            value={value}
            error={error && value === undefined}
            onChange={(next) => onChange(valued(test, next as number | undefined))}
          />
        ) : (
          <TextInput
            size="sm"
            w={160}
            aria-label={t('field.value')}
            placeholder={t('field.value')}
            maxLength={NAME_MAX}
            value={value === undefined ? '' : String(value)}
            error={error && value === undefined}
            onChange={(next) => onChange(valued(test, next.currentTarget.value || undefined))}
          />
        ))}
      <ActionIcon
        size={24}
        aria-label={t('removeDetail', { name: property || t('property') })}
        onClick={() => onChange(undefined)}
      >
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function valued({ value: _, ...test }: PropertyTest, value: string | number | undefined): PropertyTest {
  return value === undefined ? test : { ...test, value };
}

/** The test with another comparison; a value that it cannot have goes. */
function compared(test: PropertyTest, operator: string): PropertyTest {
  const fits = !NO_VALUE.has(operator) && (!NUMBERS.has(operator) || typeof test.value === 'number');
  return fits ? { ...test, operator } : { property: test.property, operator };
}
