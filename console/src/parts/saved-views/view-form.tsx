/** Name of a view and who sees it. */
import { Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';

/** Longest name (the server's limit). */
const NAME_MAX = 80;

export function ViewForm(props: {
  onSave: (name: string, shared: boolean) => Promise<void>;
  onEnd: () => void;
}) {
  const { onSave, onEnd } = props;
  const { t } = useTranslation('views');
  const words = useProblemText();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [error, setError] = useState<string>();
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setError(t('nameMissing'));
    setSaving(true);
    try {
      await onSave(name.trim(), shared);
      onEnd();
    } catch (refused) {
      setError(words(problemOf(refused)));
      setSaving(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={t('name')}
          description={t('nameHelp')}
          maxLength={NAME_MAX}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          label={t('share')}
          description={t('shareHelp')}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" loading={saving}>
            {t('common:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
