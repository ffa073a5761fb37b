/** A custom field: what it is called, what it holds, how revealing it is, and what it is needed for. */
import { Alert, Button, Group, Radio, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { nameOf } from './names';
import { type Attribute, createAttribute, saveAttribute } from './queries';

const TYPES = ['text', 'integer', 'number', 'bool', 'date', 'time'] as const;
const FIELDS = ['label', 'name', 'type', 'class', 'purpose'] as const;

type Values = Omit<Schema<'AttributeIn'>, 'label'> & { label: string };

export function AttributeForm({ attribute, onEnd }: { attribute?: Attribute; onEnd: () => void }) {
  const { t } = useTranslation('attributes');
  const words = useProblemText();
  const [refusal, setRefusal] = useState<string>();
  const [named, setNamed] = useState(false);
  const { register, control, handleSubmit, setError, setValue, formState } = useForm<Values>({
    defaultValues: {
      label: attribute?.label ?? '',
      name: attribute?.name ?? '',
      type: attribute?.type ?? 'text',
      class: attribute?.class ?? 'fact',
      purpose: attribute?.purpose ?? '',
    },
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    try {
      if (attribute === undefined) await createAttribute(values);
      else await saveAttribute(attribute.id, { label: values.label, purpose: values.purpose });
      toastDone(t(attribute === undefined ? 'created' : 'saved', { name: values.label }));
      onEnd();
    } catch (error) {
      if (!showServerErrors(error, setError, FIELDS)) setRefusal(words(problemOf(error)));
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        <TextInput
          data-autofocus
          label={t('field.label')}
          required
          maxLength={100}
          error={errors.label?.message}
          {...register('label', {
            required: t('field.labelMissing'),
            onChange: (event: { target: { value: string } }) => {
              if (attribute === undefined && !named) setValue('name', nameOf(event.target.value));
            },
          })}
        />
        {attribute === undefined && (
          <>
            <TextInput
              label={t('field.name')}
              description={t('field.nameHelp')}
              required
              maxLength={64}
              error={errors.name?.message}
              {...register('name', {
                required: t('field.nameMissing'),
                pattern: { value: /^[a-z0-9_]{1,64}$/, message: t('field.nameWrong') },
                onChange: () => setNamed(true),
              })}
            />
            <Controller
              control={control}
              name="type"
              render={({ field }) => (
                <Select
                  label={t('field.type')}
                  description={t('field.typeHelp')}
                  data={TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
                  value={field.value}
                  onChange={field.onChange}
                  allowDeselect={false}
                  error={errors.type?.message}
                />
              )}
            />
            <Controller
              control={control}
              name="class"
              render={({ field }) => (
                <Radio.Group label={t('field.class')} value={field.value} onChange={field.onChange}>
                  <Stack gap="xs" mt={4}>
                    <Radio value="fact" label={t('class.fact')} description={t('class.factHelp')} />
                    <Radio
                      value="personal"
                      label={t('class.personal')}
                      description={t('class.personalHelp')}
                    />
                  </Stack>
                </Radio.Group>
              )}
            />
          </>
        )}
        <Textarea
          label={t('field.purpose')}
          description={t('field.purposeHelp')}
          required
          autosize
          minRows={2}
          maxLength={500}
          error={errors.purpose?.message}
          {...register('purpose', { required: t('field.purposeMissing') })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={isSubmitting}>
            {t(attribute === undefined ? 'create' : 'save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
