/** Log-in with email and password. Paste and password managers work; nothing has to be remembered. */
import { Alert, Button, Checkbox, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { logIn, sessionQuery } from '../../lib/session';
import { useProblemText } from '../../ui/problem-text';
import { Front } from './front';

export const route = createLazyRoute('/login')({ component: LogIn });

interface Values {
  email: string;
  password: string;
  remember: boolean;
}

function LogIn() {
  const { t } = useTranslation('session');
  const words = useProblemText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { next } = route.useSearch();
  const [refusal, setRefusal] = useState<string>();
  const form = useForm<Values>({ defaultValues: { email: '', password: '', remember: false } });
  const { register, handleSubmit, formState } = form;
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    try {
      queries.setQueryData(sessionQuery.queryKey, await logIn(values));
      await navigate({ to: next ?? '/' });
    } catch (error) {
      const problem = problemOf(error);
      setRefusal(problem.status === 401 ? t('login.wrong') : words(problem));
      form.setFocus('password');
    }
  });
  return (
    <Front title={t('login.title')}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {refusal !== undefined && (
            <Alert color="red" role="alert">
              {refusal}
            </Alert>
          )}
          <TextInput
            label={t('login.email')}
            type="email"
            autoComplete="username"
            autoFocus
            error={formState.errors.email?.message}
            {...register('email', { required: t('required') })}
          />
          <PasswordInput
            label={t('login.password')}
            autoComplete="current-password"
            error={formState.errors.password?.message}
            visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0 }}
            {...register('password', { required: t('required') })}
          />
          <Checkbox label={t('login.remember')} {...register('remember')} />
          <Button type="submit" loading={formState.isSubmitting}>
            {t('login.submit')}
          </Button>
        </Stack>
      </form>
    </Front>
  );
}
