/** The name of a tag: a new one, or another name. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';

const NAME_MAX = 100;

export function TagForm(props: {
  first: string;
  action: string;
  onSave: (name: string) => Promise<void>;
  onEnd: () => void;
}) {
  const { first, action, onSave, onEnd } = props;
  const { t } = useTranslation('tags');
  const words = useProblemText();
  const [name, setName] = useState(first);
  const [error, setError] = useState<string>();
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') {
      setError(t('nameMissing'));
      return;
    }
    setSaving(true);
    try {
      await onSave(name.trim());
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
          label={t('column.name')}
          description={t('nameHelp')}
          maxLength={NAME_MAX}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={saving}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
