/** A line or some lines of text with Liquid in it; the picker puts a variable where the cursor is. */
import { Text, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LIQUID, lacksFallback } from './model';
import { MergeTagPicker } from './picker';

export interface TagInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  required?: boolean;
  maxLength?: number;
  /** More than one line. */
  multiline?: boolean;
  /** It is an address: the picker offers addresses only. */
  address?: boolean;
  disabled?: boolean;
  size?: 'xs' | 'sm';
}

export function TagInput(props: TagInputProps) {
  const { value, onChange, multiline = false, address = false, description, error, ...rest } = props;
  const { t } = useTranslation('mergeTags');
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const insert = (liquid: string) => {
    const [start, end] = [
      field.current?.selectionStart ?? value.length,
      field.current?.selectionEnd ?? value.length,
    ];
    onChange(value.slice(0, start) + liquid + value.slice(end));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(start + liquid.length, start + liquid.length);
    });
  };
  const bare = (value.match(LIQUID) ?? []).filter(lacksFallback);
  const note = bare.length > 0 && (
    <Text fz="xs" c="var(--sp-warning)" component="span">
      {t('noFallback', { tag: bare[0] })}
    </Text>
  );
  const common = {
    ...rest,
    ref: field,
    value,
    error,
    description: note ? (
      <>
        {description} {note}
      </>
    ) : (
      description
    ),
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as (
      | 'label'
      | 'input'
      | 'description'
      | 'error'
    )[],
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
    rightSection: rest.disabled ? undefined : <MergeTagPicker onPick={insert} addresses={address} />,
  };
  if (!multiline) return <TextInput {...common} inputMode={address ? 'url' : undefined} />;
  return (
    <Textarea
      {...common}
      autosize
      minRows={2}
      maxRows={10}
      rightSectionProps={{ style: { alignItems: 'start', paddingTop: 4 } }}
    />
  );
}
