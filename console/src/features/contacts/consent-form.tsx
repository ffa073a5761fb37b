/** Records what a contact said about a channel: a yes only with the words she saw, after a no also with proof. */
import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { instantOf, wallTime } from '../../lib/wall-time';
import type { Channel } from '../../parts/contact-bits';
import { MomentPicker } from '../../ui/moment-picker';
import { useProblemText } from '../../ui/problem-text';
import { showServerErrors } from '../../ui/server-errors';
import { toastDone } from '../../ui/toasts';
import { type Contact, recordConsent } from './queries';

interface Values {
  status: 'subscribed' | 'unsubscribed';
  wording: string;
  wording_version: string;
  proof: string;
  ip: string;
  /** Wall time of the store, or empty for now. */
  at: string | null;
}

const FIELDS = ['status', 'wording', 'wording_version', 'proof', 'ip', 'at'] as const;
const WORDING_MAX = 2_000;

export function ConsentForm(props: { contact: Contact; channel: Channel; onEnd: () => void }) {
  const { contact, channel, onEnd } = props;
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const [refusal, setRefusal] = useState<string>();
  const present = contact.channels[channel].status;
  const { register, control, handleSubmit, setError, watch, formState } = useForm<Values>({
    defaultValues: {
      status: present === 'subscribed' ? 'unsubscribed' : 'subscribed',
      wording: '',
      wording_version: '',
      proof: '',
      ip: '',
      at: null,
    },
  });
  const { errors, isSubmitting } = formState;
  const yes = watch('status') === 'subscribed';
  const again = yes && present === 'unsubscribed';
  const submit = handleSubmit(async ({ status, wording, wording_version, proof, ip, at }) => {
    setRefusal(undefined);
    const given = (text: string) => (text.trim() === '' ? undefined : text.trim());
    try {
      await recordConsent(contact.id, {
        channel,
        status,
        wording: wording.trim(),
        wording_version: wording_version.trim(),
        proof: given(proof),
        ip: given(ip),
        at: at === null ? undefined : instantOf(at),
      });
      toastDone(t('consent.recorded'));
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
        <Text fz="sm">{t('consent.text')}</Text>
        <Controller
          control={control}
          name="status"
          render={({ field }) => (
            <SegmentedControl
              aria-label={t('consent.answer')}
              value={field.value}
              onChange={field.onChange}
              data={[
                { value: 'subscribed', label: t('consent.yes') },
                { value: 'unsubscribed', label: t('consent.no') },
              ]}
            />
          )}
        />
        {yes && (
          <Textarea
            label={t('consent.wording')}
            description={t('consent.wordingHelp')}
            required
            autosize
            minRows={2}
            maxLength={WORDING_MAX}
            error={errors.wording?.message}
            {...register('wording', {
              validate: (text) => !yes || text.trim() !== '' || t('consent.wordingMissing'),
            })}
          />
        )}
        {yes && (
          <TextInput
            label={t('consent.version')}
            maxLength={64}
            error={errors.wording_version?.message}
            {...register('wording_version')}
          />
        )}
        <TextInput
          label={t('consent.proof')}
          description={t(again ? 'consent.proofNeeded' : 'consent.proofHelp')}
          required={again}
          error={errors.proof?.message}
          {...register('proof', {
            validate: (text) => !again || text.trim() !== '' || t('consent.proofMissing'),
          })}
        />
        <Group grow align="flex-start">
          <TextInput
            label={t('consent.ip')}
            placeholder="203.0.113.7"
            error={errors.ip?.message}
            {...register('ip')}
          />
          <Controller
            control={control}
            name="at"
            render={({ field }) => (
              <MomentPicker
                label={t('consent.at')}
                placeholder={t('consent.now')}
                maxDate={wallTime(new Date())}
                clearable
                clearButtonProps={{ 'aria-label': t('clearField', { name: t('consent.at') }) }}
                value={field.value}
                onChange={field.onChange}
                error={errors.at?.message}
              />
            )}
          />
        </Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={isSubmitting}>
            {t('consent.record')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
