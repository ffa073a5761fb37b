/** The sections of the settings form; each is a card with a sentence that says what it is good for. */
import {
  Card,
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { Controller, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { contactLanguages, currencies, timeZones } from '../../lib/choices';
import type { SettingsValues } from './settings-form';

export function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <Card withBorder>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" fz="sm" mb="md">
        {text}
      </Text>
      <Stack>{children}</Stack>
    </Card>
  );
}

export function IdentityFields() {
  const { t } = useTranslation('settings');
  const { register, formState } = useFormContext<SettingsValues>();
  return (
    <Section title={t('identity.title')} text={t('identity.text')}>
      <TextInput
        label={t('identity.name')}
        maxLength={80}
        error={formState.errors.name?.message}
        {...register('name')}
      />
      <Textarea
        label={t('identity.address')}
        description={t('identity.addressHelp')}
        autosize
        minRows={2}
        maxLength={500}
        autoComplete="street-address"
        error={formState.errors.postal_address?.message}
        {...register('postal_address')}
      />
    </Section>
  );
}

export function PlaceFields() {
  const { t } = useTranslation('settings');
  const { control, getValues } = useFormContext<SettingsValues>();
  const lists = useMemo(
    () => ({
      time_zone: timeZones(getValues('time_zone')),
      language: contactLanguages(getValues('language')),
      currency: currencies(),
    }),
    [getValues],
  );
  return (
    <Section title={t('place.title')} text={t('place.text')}>
      {(['time_zone', 'language', 'currency'] as const).map((name) => (
        <Controller
          key={name}
          control={control}
          name={name}
          render={({ field, fieldState }) => (
            <Select
              label={t(`place.${name}`)}
              description={t(`place.${name}Help`)}
              data={lists[name]}
              searchable
              allowDeselect={false}
              nothingFoundMessage={t('nothingFound')}
              error={fieldState.error?.message}
              {...field}
              onChange={(value) => value !== null && field.onChange(value)}
            />
          )}
        />
      ))}
    </Section>
  );
}

export function MeasuringFields() {
  const { t } = useTranslation('settings');
  const { register } = useFormContext<SettingsValues>();
  return (
    <Section title={t('measuring.title')} text={t('measuring.text')}>
      <Switch
        label={t('measuring.opens')}
        description={t('measuring.opensHelp')}
        {...register('track_opens')}
      />
      <Switch
        label={t('measuring.clicks')}
        description={t('measuring.clicksHelp')}
        {...register('track_clicks')}
      />
    </Section>
  );
}

export function QuietFields() {
  const { t } = useTranslation('settings');
  const { register, watch, formState } = useFormContext<SettingsValues>();
  return (
    <Section title={t('quiet.title')} text={t('quiet.text')}>
      <Switch label={t('quiet.on')} {...register('quiet')} />
      {watch('quiet') && (
        <Group align="flex-start">
          <TextInput
            type="time"
            label={t('quiet.from')}
            error={formState.errors.quiet_from?.message}
            {...register('quiet_from')}
          />
          <TextInput
            type="time"
            label={t('quiet.to')}
            error={formState.errors.quiet_to?.message}
            {...register('quiet_to')}
          />
        </Group>
      )}
    </Section>
  );
}

export function FrequencyFields() {
  const { t } = useTranslation('settings');
  const { control, register, watch } = useFormContext<SettingsValues>();
  const field = (name: 'cap_messages' | 'cap_days', max: number) => (
    <Controller
      control={control}
      name={name}
      render={({ field: { ref, value, onBlur, onChange }, fieldState }) => (
        <NumberInput
          ref={ref}
          label={t(`frequency.${name}`)}
          min={1}
          max={max}
          allowDecimal={false}
          value={value}
          onBlur={onBlur}
          onChange={(next) => onChange(typeof next === 'number' ? next : 1)}
          error={fieldState.error?.message}
        />
      )}
    />
  );
  return (
    <Section title={t('frequency.title')} text={t('frequency.text')}>
      <Switch label={t('frequency.on')} {...register('capped')} />
      {watch('capped') && (
        <Group align="flex-start">
          {field('cap_messages', 100)}
          {field('cap_days', 90)}
        </Group>
      )}
    </Section>
  );
}
