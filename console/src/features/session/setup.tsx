/** The first run of an installation: the owner's account and the first store. */
import { zodResolver } from '@hookform/resolvers/zod';
import { Alert, Button, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { problemOf } from '../../api/problem';
import { currencies, timeZones } from '../../lib/choices';
import { installationQuery, sessionQuery, setUp } from '../../lib/session';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { Loaded } from '../../ui/states';
import { Front } from './front';

export const route = createLazyRoute('/setup')({ component: Setup });

const FIELDS = [
  'email',
  'password',
  'store_name',
  'postal_address',
  'time_zone',
  'currency',
  'setup_code',
] as const;

function Setup() {
  const { t } = useTranslation('session');
  const navigate = useNavigate();
  const query = useQuery(installationQuery());
  return (
    <Front title={t('setup.title')} text={t('setup.text')} width={520}>
      <Loaded query={query}>
        {({ set_up, setup_code_required }) =>
          set_up ? (
            <Stack>
              <Alert>{t('setup.there')}</Alert>
              <Button onClick={() => void navigate({ to: '/login' })}>{t('login.submit')}</Button>
            </Stack>
          ) : (
            <SetupForm needsCode={setup_code_required} />
          )
        }
      </Loaded>
    </Front>
  );
}

function SetupForm({ needsCode }: { needsCode: boolean }) {
  const { t, i18n } = useTranslation('session');
  const words = useProblemText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const lists = useMemo(() => ({ time_zone: timeZones(own), currency: currencies() }), [own]);
  const form = useForm({
    resolver: zodResolver(
      z.object({
        email: z.email(t('setup.emailWrong')),
        password: z.string().min(12, t('setup.tooShort')).max(128),
        store_name: z.string().trim().min(1, t('required')).max(80),
        postal_address: z.string().max(500),
        time_zone: z.string().min(1),
        currency: z.string().min(1),
        setup_code: needsCode ? z.string().trim().min(1, t('required')).max(64) : z.string(),
      }),
    ),
    defaultValues: {
      email: '',
      password: '',
      store_name: '',
      postal_address: '',
      time_zone: own,
      currency: 'USD',
      setup_code: '',
    },
  });
  const { register, formState } = form;
  const submit = form.handleSubmit(async ({ postal_address, setup_code, ...values }) => {
    setRefusal(undefined);
    try {
      const language = i18n.language.startsWith('zh') ? i18n.language : 'en';
      const session = await setUp({
        ...values,
        language,
        postal_address: postal_address.trim() || null,
        setup_code: setup_code.trim() || null,
      });
      queries.setQueryData(sessionQuery.queryKey, session);
      await queries.invalidateQueries({ queryKey: installationQuery().queryKey });
      const store = session.stores[0];
      await navigate({ to: '/welcome', search: store === undefined ? {} : { next: `/s/${store.id}/start` } });
    } catch (error) {
      if (!showServerErrors(error, form.setError, FIELDS)) setRefusal(words(problemOf(error)));
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
        {needsCode && (
          <TextInput
            label={t('setup.code')}
            description={t('setup.codeHelp')}
            autoComplete="one-time-code"
            error={formState.errors.setup_code?.message}
            {...register('setup_code')}
          />
        )}
        <TextInput
          label={t('setup.email')}
          type="email"
          autoComplete="username"
          error={formState.errors.email?.message}
          {...register('email')}
        />
        <PasswordInput
          label={t('login.password')}
          description={t('setup.passwordHelp')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
          error={formState.errors.password?.message}
          {...register('password')}
        />
        <TextInput
          label={t('setup.store')}
          maxLength={80}
          autoComplete="organization"
          error={formState.errors.store_name?.message}
          {...register('store_name')}
        />
        <Textarea
          label={t('setup.address')}
          description={t('setup.addressHelp')}
          autosize
          minRows={2}
          maxLength={500}
          autoComplete="street-address"
          error={formState.errors.postal_address?.message}
          {...register('postal_address')}
        />
        {(['time_zone', 'currency'] as const).map((name) => (
          <Controller
            key={name}
            control={form.control}
            name={name}
            render={({ field, fieldState }) => (
              <Select
                label={t(name === 'time_zone' ? 'setup.zone' : 'setup.currency')}
                data={lists[name]}
                searchable
                allowDeselect={false}
                error={fieldState.error?.message}
                {...field}
                onChange={(value) => value !== null && field.onChange(value)}
              />
            )}
          />
        ))}
        <Button type="submit" loading={formState.isSubmitting}>
          {t('setup.submit')}
        </Button>
      </Stack>
    </form>
  );
}
