/** Makes a key: a name, what it may do, when it ends. Its text is shown once, with a way to copy it. */
import { zodResolver } from '@hookform/resolvers/zod';
import {
  Alert,
  Button,
  Checkbox,
  Code,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { problemOf } from '../../api/problem';
import { CopyButton } from '../../ui/copy-button';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { makeKey, type Right } from './queries';

/** All rights, as the API names them. */
const RIGHTS: Right[] = [
  'contacts:read',
  'contacts:edit',
  'contacts:export',
  'segments:read',
  'segments:edit',
  'templates:read',
  'templates:edit',
  'campaigns:read',
  'campaigns:edit',
  'campaigns:send',
  'reports:read',
  'settings:read',
  'settings:edit',
  'keys:manage',
  'audit:read',
];
const LIVES = ['0', '30', '90', '365'];
const DAY_MS = 86_400_000;

export function NewKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('keys');
  const [made, setMade] = useState<string>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made === undefined ? t('new') : t('made.title')}
      size="lg"
      closeOnClickOutside={made === undefined}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {made === undefined ? <Form onMade={setMade} /> : <Made text={made} onDone={close} />}
    </Modal>
  );
}

function Made({ text, onDone }: { text: string; onDone: () => void }) {
  const { t } = useTranslation('keys');
  return (
    <Stack>
      <Alert color="yellow">{t('made.text')}</Alert>
      <Group wrap="nowrap" gap="xs">
        <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
          {text}
        </Code>
        <CopyButton value={text} label={t('made.copy')} />
      </Group>
      <Text fz="sm" c="dimmed">
        {t('made.use')}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('made.done')}</Button>
      </Group>
    </Stack>
  );
}

function Form({ onMade }: { onMade: (text: string) => void }) {
  const { t } = useTranslation('keys');
  const words = useProblemText();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const form = useForm({
    resolver: zodResolver(
      z.object({
        name: z.string().trim().min(1, t('required')).max(80),
        scopes: z.array(z.enum(RIGHTS)).min(1, t('oneRight')),
        lives: z.string(),
      }),
    ),
    defaultValues: { name: '', scopes: ['contacts:read'] as Right[], lives: '365' },
  });
  const submit = form.handleSubmit(async ({ name, scopes, lives }) => {
    setRefusal(undefined);
    const days = Number(lives);
    const expires_at = days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
    try {
      const { api_key } = await makeKey({ name, scopes, expires_at });
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/keys'] });
      onMade(api_key);
    } catch (error) {
      if (!showServerErrors(error, form.setError, ['name', 'scopes'])) setRefusal(words(problemOf(error)));
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
          label={t('form.name')}
          placeholder={t('form.nameExample')}
          maxLength={80}
          error={form.formState.errors.name?.message}
          {...form.register('name')}
        />
        <Controller
          control={form.control}
          name="scopes"
          render={({ field, fieldState }) => (
            <Checkbox.Group
              label={t('form.rights')}
              description={t('form.rightsHelp')}
              error={fieldState.error?.message}
              value={field.value}
              onChange={field.onChange}
            >
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt="xs">
                {RIGHTS.map((right) => (
                  <Checkbox key={right} value={right} label={t(`right.${right.replace(':', '_')}`)} />
                ))}
              </SimpleGrid>
            </Checkbox.Group>
          )}
        />
        <Controller
          control={form.control}
          name="lives"
          render={({ field }) => (
            <Select
              label={t('form.lives')}
              allowDeselect={false}
              data={LIVES.map((value) => ({ value, label: t(`life.${value}`) }))}
              {...field}
              onChange={(value) => value !== null && field.onChange(value)}
            />
          )}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={form.formState.isSubmitting}>
            {t('form.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
