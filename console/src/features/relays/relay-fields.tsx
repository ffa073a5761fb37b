/** Groups of fields of the relay form. */
import {
  Accordion,
  Checkbox,
  Grid,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { Controller, type FieldPath, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ENCRYPTIONS, type Encryption, PROVIDERS, type RelayForm, usualPort } from './model';

function Figure(props: {
  name: FieldPath<RelayForm>;
  label: string;
  hideLabel?: boolean;
  description?: string;
  max: number;
}) {
  const { control } = useFormContext<RelayForm>();
  const { name, label, hideLabel = false, description, max } = props;
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <NumberInput
          label={hideLabel ? undefined : label}
          aria-label={hideLabel ? label : undefined}
          description={description}
          min={1}
          max={max}
          allowDecimal={false}
          thousandSeparator=","
          value={typeof field.value === 'number' ? field.value : ''}
          onChange={(value) => field.onChange(value === '' ? '' : Number(value))}
          onBlur={field.onBlur}
          error={fieldState.error?.message}
        />
      )}
    />
  );
}

/** Kind, encryption, host and port. */
export function AddressFields() {
  const { t } = useTranslation('relays');
  const { register, control, watch, setValue, getValues, formState } = useFormContext<RelayForm>();
  const encrypt = (next: Encryption) => {
    // The port follows the encryption as long as it is the usual one.
    if (getValues('port') === usualPort(getValues('encryption'))) setValue('port', usualPort(next));
    setValue('encryption', next, { shouldDirty: true });
  };
  return (
    <>
      <Controller
        control={control}
        name="kind"
        render={({ field }) => (
          <SegmentedControl
            aria-label={t('field.kind')}
            value={field.value}
            onChange={field.onChange}
            data={[
              { value: 'smtp', label: t('kind.smtp') },
              { value: 'sandbox', label: t('kind.sandbox') },
            ]}
          />
        )}
      />
      {watch('kind') === 'sandbox' ? (
        <Text fz="sm" c="dimmed">
          {t('sandboxHelp')}
        </Text>
      ) : (
        <Grid>
          <Grid.Col span={{ base: 12, xs: 4 }}>
            <Select
              label={t('field.encryption')}
              data={ENCRYPTIONS.map((one) => ({ value: one, label: t(`encryption.${one}`) }))}
              value={watch('encryption')}
              allowDeselect={false}
              onChange={(value) => value !== null && encrypt(value as Encryption)}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 8, xs: 5 }}>
            <TextInput
              label={t('field.host')}
              placeholder="smtp.example.com"
              error={formState.errors.host?.message}
              {...register('host', {
                validate: (value, form) => form.kind === 'sandbox' || value.trim() !== '' || t('required'),
              })}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 4, xs: 3 }}>
            <Figure name="port" label={t('field.port')} max={65_535} />
          </Grid.Col>
        </Grid>
      )}
    </>
  );
}

/** User and password; stored ones are kept and never shown. */
export function LoginFields(props: {
  stored: boolean;
  forget: boolean;
  onForget: (forget: boolean) => void;
}) {
  const { stored, forget, onForget } = props;
  const { t } = useTranslation('relays');
  const { register, formState } = useFormContext<RelayForm>();
  return (
    <Stack gap="xs">
      <Grid>
        <Grid.Col span={{ base: 12, xs: 6 }}>
          <TextInput
            label={t('field.user')}
            autoComplete="off"
            placeholder={stored ? t('storedUser') : ''}
            disabled={forget}
            error={formState.errors.user?.message}
            {...register('user')}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, xs: 6 }}>
          <PasswordInput
            label={t('field.password')}
            autoComplete="new-password"
            placeholder={stored ? '••••••••' : ''}
            disabled={forget}
            visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
            error={formState.errors.password?.message}
            {...register('password')}
          />
        </Grid.Col>
      </Grid>
      <Text fz="xs" c="dimmed">
        {stored ? t('storedHelp') : t('loginHelp')}
      </Text>
      {stored && (
        <Checkbox
          label={t('forget')}
          checked={forget}
          onChange={(event) => onForget(event.currentTarget.checked)}
        />
      )}
    </Stack>
  );
}

/** Connections, the name in EHLO, trusted certificates, limits by provider. */
export function LimitFields() {
  const { t } = useTranslation('relays');
  const { register, formState } = useFormContext<RelayForm>();
  return (
    <Accordion variant="separated" multiple>
      <Accordion.Item value="speed">
        <Accordion.Control>{t('section.speed')}</Accordion.Control>
        <Accordion.Panel>
          <Grid>
            <Grid.Col span={{ base: 12, xs: 6 }}>
              <Figure name="connections_max" label={t('field.connections_max')} max={200} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, xs: 6 }}>
              <Figure
                name="messages_per_connection_max"
                label={t('field.messages_per_connection_max')}
                max={100_000}
              />
            </Grid.Col>
          </Grid>
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="limits">
        <Accordion.Control>{t('section.limits')}</Accordion.Control>
        <Accordion.Panel>
          <ProviderTable />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="more">
        <Accordion.Control>{t('section.more')}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <TextInput
              label={t('field.helo')}
              description={t('fieldHelp.helo')}
              placeholder="push.shop.example"
              error={formState.errors.helo?.message}
              {...register('helo')}
            />
            <Textarea
              label={t('field.authority')}
              description={t('fieldHelp.authority')}
              autosize
              minRows={3}
              maxRows={10}
              placeholder="-----BEGIN CERTIFICATE-----"
              error={formState.errors.authority?.message}
              styles={{ input: { fontFamily: 'monospace', fontSize: 12 } }}
              {...register('authority')}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function ProviderTable() {
  const { t } = useTranslation('relays');
  return (
    <Stack gap="xs">
      <Text fz="sm" c="dimmed">
        {t('limitsHelp')}
      </Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('limits.provider')}</Table.Th>
            <Table.Th>{t('limits.atOnce')}</Table.Th>
            <Table.Th>{t('limits.perMinute')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {PROVIDERS.map((provider) => (
            <Table.Tr key={provider}>
              <Table.Th scope="row" fw={500}>
                {t(`provider.${provider}`)}
              </Table.Th>
              {(['messages_at_once', 'messages_per_minute'] as const).map((figure) => (
                <Table.Td key={figure}>
                  <Figure
                    name={`limits.${provider}.${figure}`}
                    label={`${t(`provider.${provider}`)}: ${figure === 'messages_at_once' ? t('limits.atOnce') : t('limits.perMinute')}`}
                    hideLabel
                    max={1_000_000}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
