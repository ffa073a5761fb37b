/** A new contact by hand: an address at least, and her consent only with the words she saw. */
import { Alert, Button, Checkbox, Group, Modal, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { TagPicker } from '../../parts/audience-pickers';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { createContact } from './queries';

interface Values {
  email: string;
  phone: string;
  first_name: string;
  last_name: string;
  tags: string[];
  subscribed: boolean;
  wording: string;
  proof: string;
}

const FIRST: Values = {
  email: '',
  phone: '',
  first_name: '',
  last_name: '',
  tags: [],
  subscribed: false,
  wording: '',
  proof: '',
};
const FIELDS = ['email', 'phone', 'first_name', 'last_name', 'tags', 'wording', 'proof'] as const;

/** What the API is told; empty fields are left out. */
function bodyOf(values: Values): Parameters<typeof createContact>[0] {
  const { email, phone, first_name, last_name, tags, subscribed, wording, proof } = values;
  const given = (text: string) => (text.trim() === '' ? undefined : text.trim());
  return {
    email: given(email),
    phone: given(phone),
    first_name: given(first_name),
    last_name: given(last_name),
    tags,
    consent: subscribed ? { email: 'subscribed', wording: wording.trim(), proof: given(proof) } : undefined,
  };
}

export function CreateContact({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('contacts');
  return (
    <Modal opened={opened} onClose={onClose} title={t('create.title')} size="lg">
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  const [refusal, setRefusal] = useState<string>();
  const { register, control, handleSubmit, setError, watch, formState } = useForm<Values>({
    defaultValues: FIRST,
  });
  const { errors, isSubmitting } = formState;
  const subscribed = watch('subscribed');
  const submit = handleSubmit(async (values) => {
    setRefusal(undefined);
    if (values.email.trim() === '' && values.phone.trim() === '') {
      setError('email', { message: t('create.addressMissing') }, { shouldFocus: true });
      return;
    }
    try {
      const made = await createContact(bodyOf(values));
      toastDone(t('create.done'));
      onClose();
      await navigate({ to: '/s/$store/contacts/$contact', params: { store, contact: made.id } });
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
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            data-autofocus
            label={t('field.email')}
            type="email"
            error={errors.email?.message}
            {...register('email')}
          />
          <TextInput
            label={t('field.phone')}
            description={t('create.phoneHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            type="tel"
            error={errors.phone?.message}
            {...register('phone')}
          />
          <TextInput
            label={t('field.first_name')}
            error={errors.first_name?.message}
            {...register('first_name')}
          />
          <TextInput
            label={t('field.last_name')}
            error={errors.last_name?.message}
            {...register('last_name')}
          />
        </SimpleGrid>
        <Controller
          control={control}
          name="tags"
          render={({ field }) => (
            <TagPicker
              label={t('column.tags')}
              value={field.value}
              onChange={field.onChange}
              create
              error={errors.tags?.message}
            />
          )}
        />
        <Checkbox
          label={t('create.subscribed')}
          description={t('create.subscribedHelp')}
          {...register('subscribed')}
        />
        {subscribed && (
          <>
            <Textarea
              label={t('consent.wording')}
              description={t('consent.wordingHelp')}
              required
              autosize
              minRows={2}
              error={errors.wording?.message}
              {...register('wording', { required: t('consent.wordingMissing') })}
            />
            <TextInput
              label={t('consent.proof')}
              description={t('consent.proofHelp')}
              error={errors.proof?.message}
              {...register('proof')}
            />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={isSubmitting}>
            {t('create.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
