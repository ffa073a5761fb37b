/** Puts one address on the suppression list. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { toastFailed, toastUndo } from '../../ui/toasts';
import { addSuppression, removeSuppression } from './queries';

export function AddForm({ onEnd }: { onEnd: () => void }) {
  const { t } = useTranslation('suppressions');
  const words = useProblemText();
  const [address, setAddress] = useState('');
  const [error, setError] = useState<string>();
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() === '') {
      setError(t('add.missing'));
      return;
    }
    setSaving(true);
    try {
      const made = await addSuppression(address);
      onEnd();
      toastUndo(t('add.done'), () => {
        void removeSuppression(made.id).catch((undo: unknown) => toastFailed(undo, words(problemOf(undo))));
      });
    } catch (refused) {
      setError(words(problemOf(refused)));
      setSaving(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text fz="sm">{t('add.text')}</Text>
        <TextInput
          data-autofocus
          label={t('address')}
          description={t('add.help')}
          autoComplete="off"
          value={address}
          error={error}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={saving}>
            {t('add.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
