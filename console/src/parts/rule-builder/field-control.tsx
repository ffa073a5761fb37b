/** One field of a condition, with the input its kind needs. */
import { Group, MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { monthName } from '../../lib/format';
import { countryChoices, languageChoices, zoneChoices } from '../../lib/regions';
import { useSeveral } from '../../ui/several';
import { SegmentSelect, TagPicker } from '../audience-pickers';
import type { Attribute, Field } from './catalogue';
import { AttributeChoice, CampaignChoice, ImportChoice } from './choices';
import { EventNameControl, NumberControl, PropertyControl, TestsControl } from './event-controls';
import type { FieldValue } from './model';
import { DayControl, ScalarControl } from './scalar-control';
import type { RuleWords } from './words';

/** Limits of the server. */
const TEXT_MAX = 200;
const DAYS_MAX = 3_650;
const LINK_MAX = 65_535;

export interface FieldProps {
  field: Field;
  label: string;
  words: RuleWords;
  value: FieldValue | undefined;
  /** True if the server or the form has something against it. */
  error: boolean;
  /** The type of the attribute that the condition is about. */
  attributeType: Attribute['type'] | undefined;
  /** The event that the condition is about, if it is about one that has a name. */
  event: { kind: 'track' | 'page' | 'screen'; name: string } | undefined;
  /** The segment that the rule belongs to; it cannot be inside itself. */
  segment: string | undefined;
  onChange: (value: FieldValue | undefined) => void;
}

const asText = (value: FieldValue | undefined) => (typeof value === 'string' ? value : undefined);
const asList = (value: FieldValue | undefined) =>
  Array.isArray(value) ? (value as unknown[]).filter((item) => typeof item === 'string') : [];

export function FieldControl(props: FieldProps) {
  const { field, label, value, error, segment, onChange } = props;
  const chooser = { label, value: asText(value), error, onChange };
  switch (field.kind) {
    case 'attribute':
      return <AttributeChoice {...chooser} />;
    case 'campaign':
      return <CampaignChoice {...chooser} />;
    case 'import':
      return <ImportChoice {...chooser} />;
    case 'segment':
      return (
        <SegmentSelect
          label={label}
          hideLabel
          size="sm"
          w={240}
          value={asText(value) ?? null}
          error={error}
          without={segment === undefined ? [] : [segment]}
          onChange={(id) => onChange(id ?? undefined)}
        />
      );
    case 'tags':
      return (
        <TagPicker
          label={label}
          hideLabel
          size="sm"
          w={340}
          value={asList(value)}
          error={error}
          onChange={onChange}
        />
      );
    case 'instant':
      return <DayControl label={label} value={value} error={error} onChange={onChange} />;
    case 'scalar':
      return (
        <ScalarControl
          label={label}
          type={props.attributeType}
          value={value}
          error={error}
          onChange={onChange}
        />
      );
    case 'choice':
      return <WordChoice {...props} />;
    case 'choices':
    case 'countries':
    case 'languages':
    case 'time_zones':
      return <ListControl {...props} />;
    case 'days':
    case 'link':
    case 'month':
    case 'month_day':
      return <CountControl {...props} />;
    case 'texts':
      return <TextsControl {...props} />;
    case 'event_name':
      return <EventNameControl {...props} />;
    case 'property':
      return <PropertyControl {...props} />;
    case 'filters':
      return <TestsControl {...props} />;
    case 'count':
    case 'amount':
      return <NumberControl {...props} whole={field.kind === 'count'} />;
    default:
      return (
        <TextInput
          size="sm"
          w={220}
          aria-label={label}
          placeholder={label}
          maxLength={TEXT_MAX}
          error={error}
          value={asText(value) ?? ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}

function WordChoice({ field, label, words, value, error, onChange }: FieldProps) {
  return (
    <Select
      size="sm"
      w={190}
      aria-label={label}
      placeholder={label}
      data={field.choices.map((c) => ({ value: c.word, label: words.choice(field.name, c) }))}
      value={asText(value) ?? null}
      error={error}
      allowDeselect={false}
      onChange={(word) => onChange(word ?? undefined)}
    />
  );
}

function ListControl({ field, label, words, value, error, onChange }: FieldProps) {
  const { t } = useTranslation('rules');
  const list = useSeveral();
  const chosen = asList(value);
  const kept = chosen.join('|');
  const data = useMemo(() => {
    const also = kept === '' ? [] : kept.split('|');
    if (field.kind === 'countries') return countryChoices();
    if (field.kind === 'languages') return languageChoices(also);
    if (field.kind === 'time_zones') return zoneChoices(also);
    return field.choices.map((c) => ({ value: c.word, label: words.choice(field.name, c) }));
  }, [field, kept, words]);
  return (
    <MultiSelect
      {...list}
      size="sm"
      miw={220}
      maw={420}
      aria-label={label}
      placeholder={chosen.length === 0 ? label : undefined}
      data={data}
      value={chosen}
      error={error}
      searchable
      selectFirstOptionOnChange
      limit={100}
      hidePickedOptions
      nothingFoundMessage={t('nothing.value')}
      onChange={onChange}
    />
  );
}

function TextsControl({ label, value, error, onChange }: FieldProps) {
  const { t } = useTranslation('rules');
  return (
    <TagsInput
      size="sm"
      miw={220}
      maw={420}
      aria-label={label}
      placeholder={asList(value).length === 0 ? t('severalTexts') : undefined}
      value={asList(value)}
      error={error}
      splitChars={[',', '\n']}
      acceptValueOnBlur
      onChange={(texts) => onChange(texts.map((text) => text.slice(0, TEXT_MAX)))}
    />
  );
}

function CountControl({ field, label, value, error, onChange }: FieldProps) {
  const { t } = useTranslation('rules');
  if (field.kind === 'month')
    return <MonthControl label={label} month={asNumber(value)} error={error} onChange={onChange} />;
  if (field.kind === 'month_day') {
    return <MonthDayControl label={label} value={asText(value)} error={error} onChange={onChange} />;
  }
  const days = field.kind === 'days';
  return (
    <NumberInput
      size="sm"
      w={days ? 130 : 100}
      aria-label={label}
      min={days ? 1 : 0}
      max={days ? DAYS_MAX : LINK_MAX}
      clampBehavior="blur"
      allowDecimal={false}
      suffix={days ? t('daysSuffix') : undefined}
      placeholder={days ? t('daysExample') : '0'}
      value={asNumber(value) ?? ''}
      error={error}
      onChange={(next) => onChange(next === '' ? undefined : Number(next))}
    />
  );
}

const asNumber = (value: FieldValue | undefined) => (typeof value === 'number' ? value : undefined);

interface MonthProps {
  label: string;
  month: number | undefined;
  error: boolean;
  onChange: (month: number | undefined) => void;
}

function MonthControl({ label, month, error, onChange }: MonthProps) {
  const months = Array.from({ length: 12 }, (_, n) => ({ value: String(n + 1), label: monthName(n + 1) }));
  return (
    <Select
      size="sm"
      w={140}
      aria-label={label}
      placeholder={label}
      data={months}
      value={month === undefined ? null : String(month)}
      error={error}
      allowDeselect={false}
      onChange={(next) => onChange(next === null ? undefined : Number(next))}
    />
  );
}

function MonthDayControl(props: {
  label: string;
  value: string | undefined;
  error: boolean;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslation('rules');
  const { label, value, error, onChange } = props;
  const [month, date] = (value ?? '').split('-').map(Number);
  const set = (m: number, d: number) =>
    onChange(`${String(m).padStart(2, '0')}-${String(Math.min(d, daysOf(m))).padStart(2, '0')}`);
  return (
    <Group gap={4} wrap="nowrap">
      <MonthControl
        label={`${label}: ${t('month')}`}
        month={month || undefined}
        error={error}
        onChange={(next) => set(next ?? 1, date || 1)}
      />
      <NumberInput
        size="sm"
        w={80}
        aria-label={`${label}: ${t('dayOfMonth')}`}
        min={1}
        max={daysOf(month || 1)}
        clampBehavior="blur"
        allowDecimal={false}
        value={date || ''}
        error={error}
        onChange={(next) => set(month || 1, Number(next) || 1)}
      />
    </Group>
  );
}

/** Days of a month in a leap year: 29 February is a birthday too. */
function daysOf(month: number): number {
  return new Date(Date.UTC(2000, month, 0)).getUTCDate();
}
