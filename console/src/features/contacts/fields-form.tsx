/** The form of a contact's fields. Only what was changed is sent, and only if nobody changed the contact meanwhile. */
import { Alert, Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Controller, type UseFormReturn, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { fieldErrors, problemOf } from '../../api/problem';
import { countryChoices, languageChoices, zoneChoices } from '../../lib/regions';
import { useProblemText } from '../../ui/problem-text';
import { selectText } from '../../ui/select-text';
import { toastDone } from '../../ui/toasts';
import { patchOf, TEXT_FIELDS, type TextField, type Values, valuesOf } from './fields';
import { type Contact, saveContact } from './queries';

type Attribute = Schema<'AttributeOut'>;
type Form = UseFormReturn<Values>;

export function FieldsForm(props: { contact: Contact; attributes: Attribute[]; onEnd: () => void }) {
  const { contact, attributes, onEnd } = props;
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const [first] = useState(() => ({ values: valuesOf(contact, attributes), version: contact.version }));
  const [refusal, setRefusal] = useState<string>();
  const form = useForm<Values>({ defaultValues: first.values });
  const submit = form.handleSubmit(async (values) => {
    setRefusal(undefined);
    const patch = patchOf(first.values, values, attributes);
    if (patch === undefined) return onEnd();
    try {
      await saveContact(contact.id, patch, first.version);
      toastDone(t('changed'));
      onEnd();
    } catch (error) {
      if (!place(error, form)) setRefusal(words(problemOf(error)));
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        {TEXT_FIELDS.map((name) => (
          <FieldInput key={name} name={name} form={form} label={t(`field.${name}`)} />
        ))}
        {attributes.map((attribute) => (
          <AttributeInput key={attribute.name} attribute={attribute} form={form} />
        ))}
        <Group>
          <Button type="submit" loading={form.formState.isSubmitting}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Puts the server's errors beside their fields; true if one was placed. */
function place(error: unknown, form: Form): boolean {
  let placed = false;
  for (const { path, detail } of fieldErrors(error)) {
    const known = TEXT_FIELDS.some((name) => name === path) || path.startsWith('attributes.');
    if (!known) continue;
    form.setError(path as TextField, { type: 'server', message: detail }, { shouldFocus: !placed });
    placed = true;
  }
  return placed;
}

function useChoices(name: TextField, present: string): { value: string; label: string }[] | undefined {
  const { t } = useTranslation('contacts');
  switch (name) {
    case 'gender':
      return (['female', 'male', 'other'] as const).map((value) => ({ value, label: t(`gender.${value}`) }));
    case 'country':
      return countryChoices();
    case 'language':
      return languageChoices(present === '' ? [] : [present]);
    case 'time_zone':
      return zoneChoices(present === '' ? [] : [present]).map((value) => ({ value, label: value }));
    default:
      return undefined;
  }
}

function FieldInput({ name, form, label }: { name: TextField; form: Form; label: string }) {
  const { t } = useTranslation('contacts');
  const choices = useChoices(name, form.formState.defaultValues?.[name] ?? '');
  const error = form.formState.errors[name]?.message;
  if (choices !== undefined) {
    return <Chosen name={name} form={form} label={label} data={choices} error={error} />;
  }
  if (name === 'note')
    return <Textarea label={label} autosize minRows={2} error={error} {...form.register(name)} />;
  return (
    <TextInput
      label={label}
      placeholder={name === 'birthday' ? t('birthdayExample') : undefined}
      type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'}
      error={error}
      {...form.register(name)}
    />
  );
}

function Chosen(props: {
  name: TextField | `attributes.${string}`;
  form: Form;
  label: string;
  data: { value: string; label: string }[];
  error: string | undefined;
}) {
  const { t } = useTranslation('contacts');
  return (
    <Controller
      control={props.form.control}
      name={props.name}
      render={({ field }) => (
        <Select
          label={props.label}
          data={props.data}
          value={typeof field.value === 'string' && field.value !== '' ? field.value : null}
          onChange={(value) => field.onChange(value ?? '')}
          searchable
          selectFirstOptionOnChange
          {...selectText}
          limit={100}
          clearable
          clearButtonProps={{ 'aria-label': t('clearField', { name: props.label }) }}
          error={props.error}
        />
      )}
    />
  );
}

function AttributeInput({ attribute, form }: { attribute: Attribute; form: Form }) {
  const { t } = useTranslation('contacts');
  const name = `attributes.${attribute.name}` as const;
  const error = form.formState.errors.attributes?.[attribute.name]?.message;
  if (attribute.type === 'bool') {
    const data = [
      { value: 'true', label: t('yes') },
      { value: 'false', label: t('no') },
    ];
    return <Chosen name={name} form={form} label={attribute.label} data={data} error={error} />;
  }
  const hints = { date: '2026-11-26', time: '2026-11-26T09:00:00Z', integer: '0', number: '0.5', text: '' };
  return (
    <TextInput
      label={attribute.label}
      placeholder={hints[attribute.type]}
      inputMode={attribute.type === 'integer' || attribute.type === 'number' ? 'decimal' : undefined}
      error={error}
      {...form.register(name)}
    />
  );
}
