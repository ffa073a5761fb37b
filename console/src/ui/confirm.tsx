/** Questions before what can't be undone: a plain one, and one that wants a word typed. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A question. `action` names the deed on the button ("Erase contact"), never "OK". */
export interface Question {
  title: string;
  text: ReactNode;
  action: string;
  danger?: boolean;
  onConfirm: () => void;
  /** Is called when the question is gone, after the deed or without it. */
  onClose?: () => void;
}

/** Asks before the deed is done. */
export function ask(question: Question): void {
  modals.openConfirmModal({
    title: question.title,
    children: typeof question.text === 'string' ? <Text fz="sm">{question.text}</Text> : question.text,
    labels: { confirm: question.action, cancel: i18next.t('common:cancel') },
    confirmProps: question.danger ? { color: 'red' } : {},
    onConfirm: question.onConfirm,
    onClose: question.onClose,
  });
}

/** Asks and wants `word` typed first: for what can never be undone. */
export function askTyped(question: Question & { word: string }): void {
  const id = modals.open({
    title: question.title,
    children: <Typed question={question} onEnd={() => modals.close(id)} />,
  });
}

function Typed({ question, onEnd }: { question: Question & { word: string }; onEnd: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === question.word;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!matches) return;
    onEnd();
    question.onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {typeof question.text === 'string' ? <Text fz="sm">{question.text}</Text> : question.text}
        <TextInput
          data-autofocus
          autoComplete="off"
          label={t('typeToConfirm', { word: question.word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('cancel')}
          </Button>
          <Button type="submit" color="red" disabled={!matches}>
            {question.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
