/** Changes the password. All other log-ins end with it. */
import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { changePassword, sessionsQuery } from './queries';

const FIELDS = ['current', 'new'] as const;

export function PasswordForm() {
  const { t } = useTranslation('account');
  const words = useProblemText();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const { register, handleSubmit, setError, reset, formState } = useForm({
    defaultValues: { current: '', new: '' },
  });
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    try {
      await changePassword(values);
      reset();
      toastDone(t('password.changed'));
      await queries.invalidateQueries({ queryKey: sessionsQuery().queryKey });
    } catch (error) {
      if (!showServerErrors(error, setError, FIELDS)) setRefusal(words(problemOf(error)));
    }
  });
  const toggle = { 'aria-label': t('password.show'), tabIndex: 0 };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          error={formState.errors.current?.message}
          visibilityToggleButtonProps={toggle}
          {...register('current', { required: t('password.required') })}
        />
        <PasswordInput
          label={t('password.new')}
          description={t('password.help')}
          autoComplete="new-password"
          error={formState.errors.new?.message}
          visibilityToggleButtonProps={toggle}
          {...register('new', { required: t('password.required') })}
        />
        <Button type="submit" loading={formState.isSubmitting} style={{ alignSelf: 'flex-start' }}>
          {t('password.submit')}
        </Button>
      </Stack>
    </form>
  );
}
