/** A question for a name, in a dialog: wants one, and says under the field why the server did not take it. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { useProblemText } from './problem-text';

export interface NameFormProps {
  label: string;
  help?: string;
  /** Longest name (the server's limit). */
  max: number;
  /** The name to begin with. */
  first?: string;
  /** The deed on the button; `Save` if absent. */
  action?: string;
  onSave: (name: string) => Promise<void>;
  /** Is called after the deed, and instead of it. */
  onEnd: () => void;
  /** Whatever else is asked. */
  children?: ReactNode;
}

export function NameForm({ label, help, max, first = '', action, onSave, onEnd, children }: NameFormProps) {
  const { t } = useTranslation();
  const words = useProblemText();
  const [name, setName] = useState(first);
  const [error, setError] = useState<string>();
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setError(t('nameMissing'));
    setSaving(true);
    try {
      await onSave(name.trim());
      onEnd();
    } catch (refused) {
      const problem = problemOf(refused);
      setError(problem.errors?.[0]?.detail ?? words(problem));
      setSaving(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={label}
          description={help}
          maxLength={max}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={saving}>
            {action ?? t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
