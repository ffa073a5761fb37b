/** One input for each kind of field the server's catalogue knows. */
import {
  ColorInput,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { IconAlignCenter, IconAlignLeft, IconAlignRight } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { FONTS, swatches } from '../../../parts/email-document/brand';
import { isRecord } from '../../../parts/email-document/values';
import { MediaField } from '../../../parts/media-picker/media-field';
import { TagInput } from '../../../parts/merge-tags/tag-input';
import { useEditor } from '../editor-state';
import type { BlockField } from '../queries';
import { ConditionField } from './condition-field';
import { ListField } from './list-field';

const RichText = lazy(() => import('../text/rich-text'));
const CodeField = lazy(() => import('../code/code-field'));

/** Longer texts get more than one line, in bytes. */
const LONG = 250;

export interface FieldProps {
  field: BlockField;
  label: string;
  value: unknown;
  /** Undefined takes the field away. */
  onChange: (value: unknown) => void;
  error?: string;
  /** Errors of members of lists: by path below the field. */
  errorAt?: (path: string) => string | undefined;
  /** Gets the alternative text of a picture that was chosen from the library. */
  onAlt?: (alt: string) => void;
  /** The kind of block, for names of fields in lists. */
  kind: string;
}

export function Field(props: FieldProps): ReactNode {
  const { field, label, value, onChange, error } = props;
  const text =
    typeof value === 'string'
      ? value
      : typeof field.default === 'string' && value === undefined
        ? field.default
        : '';
  const put = (next: string) => onChange(next === '' && !field.required ? undefined : next);
  const common = { label, error, required: field.required };
  switch (field.input) {
    case 'text':
      return (
        <TagInput {...common} size="xs" value={text} onChange={put} multiline={(field.maximum ?? 0) > LONG} />
      );
    case 'address':
      return <TagInput {...common} size="xs" value={text} onChange={put} address placeholder="https://" />;
    case 'image':
      return <MediaField {...common} value={text} onChange={put} onAlt={props.onAlt} />;
    case 'time':
      return (
        <TagInput {...common} size="xs" value={text} onChange={put} placeholder="2026-12-24T18:00:00Z" />
      );
    case 'html':
      return <HtmlField {...props} text={text} put={(html) => onChange(html)} />;
    case 'color':
      return <ColorField {...common} value={text} optional={!field.required} onChange={put} />;
    case 'choice':
      return <ChoiceField {...props} value={text} />;
    case 'font':
      return <FontField label={label} error={error} value={text} onChange={put} />;
    case 'condition':
      return <ConditionField label={label} error={error} value={text} onChange={put} />;
    case 'flag':
      return (
        <Switch
          label={label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return <Amount {...props} />;
    case 'list':
      return <ListField {...props} value={Array.isArray(value) ? value.filter(isRecord) : []} />;
    default:
      return (
        <TextInput {...common} size="xs" value={text} onChange={(event) => put(event.currentTarget.value)} />
      );
  }
}

function Amount({ field, label, value, onChange, error }: FieldProps) {
  const { t } = useTranslation('editor');
  const shown = typeof value === 'number' ? value : typeof field.default === 'number' ? field.default : '';
  const counts = ['per_row'].includes(field.name);
  return (
    <NumberInput
      size="xs"
      label={label}
      error={error}
      value={shown}
      min={field.minimum ?? undefined}
      max={field.maximum ?? undefined}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      suffix={counts ? undefined : ' px'}
      placeholder={field.required ? undefined : t('inspector.automatic')}
      onChange={(next) => onChange(typeof next === 'number' ? next : field.required ? shown : undefined)}
    />
  );
}

export function ColorField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  required?: boolean;
  optional?: boolean;
}) {
  const { label, value, onChange, error, optional = false } = props;
  const { t } = useTranslation('editor');
  const { brand } = useEditor();
  return (
    <ColorInput
      size="xs"
      label={label}
      error={error}
      format="hex"
      value={value}
      swatches={swatches(brand)}
      swatchesPerRow={8}
      placeholder={optional ? t('inspector.asEmail') : undefined}
      eyeDropperButtonProps={{ 'aria-label': t('inspector.eyeDropper') }}
      onChange={onChange}
    />
  );
}

const SIDES = { left: IconAlignLeft, center: IconAlignCenter, right: IconAlignRight } as const;

function ChoiceField({ field, label, value, onChange }: FieldProps & { value: string }) {
  const { t, i18n } = useTranslation('editor');
  const name = (word: string) => (i18n.exists(`editor:choice.${word}`) ? t(`choice.${word}`) : word);
  const data = field.choices.map((word) => {
    const Icon = word in SIDES ? SIDES[word as keyof typeof SIDES] : undefined;
    return {
      value: word,
      label: Icon ? (
        <Icon size={16} role="img" aria-label={name(word)} className="sp-choice-icon" />
      ) : (
        name(word)
      ),
    };
  });
  return (
    <Stack gap={2}>
      <Text fz="xs" fw={500} component="span">
        {label}
      </Text>
      <SegmentedControl size="xs" aria-label={label} data={data} value={value} onChange={onChange} />
    </Stack>
  );
}

function FontField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}) {
  const { label, value, onChange, error } = props;
  const data = FONTS.includes(value) || value === '' ? FONTS : [value, ...FONTS];
  return (
    <Select
      size="xs"
      label={label}
      error={error}
      data={data}
      value={value}
      allowDeselect={false}
      onChange={(next) => next !== null && onChange(next)}
      renderOption={({ option }) => (
        <Text style={{ fontFamily: option.value }}>{option.value.split(',')[0]}</Text>
      )}
    />
  );
}

function HtmlField(props: FieldProps & { text: string; put: (html: string) => void }) {
  const { label, text, put, kind, error } = props;
  const { t } = useTranslation('editor');
  const { brand, writing } = useEditor();
  const inPlace = writing !== undefined && kind === 'text';
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text fz="xs" fw={500} component="span">
          {label}
        </Text>
      </Group>
      <Suspense fallback={<Text fz="xs">…</Text>}>
        {kind === 'html' && <CodeField label={label} value={text} onChange={put} />}
        {kind !== 'html' && inPlace && (
          <Text fz="xs" c="dimmed">
            {t('inspector.inPlace')}
          </Text>
        )}
        {kind !== 'html' && !inPlace && (
          <RichText label={label} html={text} onChange={put} swatches={swatches(brand)} />
        )}
      </Suspense>
      {error !== undefined && (
        <Text fz="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}
