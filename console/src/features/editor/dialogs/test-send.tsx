/** Sends the campaign's message, filled with one contact's data, to an address of one's own. */
import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../../api/problem';
import { ContactPicker } from '../../../parts/audience-pickers';
import { useProblemText } from '../../../ui/problem-text';
import { toastDone } from '../../../ui/toasts';
import { sendTest } from '../queries';
import type { Autosave } from '../use-autosave';

export function TestSendDialog(props: {
  campaign: string;
  autosave: Autosave;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation('editor');
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t('test.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {props.opened && <TestForm {...props} />}
    </Modal>
  );
}

function TestForm({
  campaign,
  autosave,
  onClose,
}: {
  campaign: string;
  autosave: Autosave;
  onClose: () => void;
}) {
  const { t } = useTranslation('editor');
  const words = useProblemText();
  const [to, setTo] = useState('');
  const [contact, setContact] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (contact === null) return setRefusal(t('test.contactNeeded'));
    setBusy(true);
    setRefusal(undefined);
    try {
      // What is tested is what is on the screen.
      await autosave.flush();
      await sendTest(campaign, contact, to.trim());
      toastDone(t('test.sent', { address: to.trim() }));
      onClose();
    } catch (error) {
      const problem = problemOf(error);
      setRefusal(problem.errors?.[0]?.detail ?? words(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {refusal !== undefined && (
          <Alert color="red" role="alert">
            {refusal}
          </Alert>
        )}
        <TextInput
          data-autofocus
          label={t('test.to')}
          type="email"
          required
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <ContactPicker
          label={t('test.contact')}
          description={t('test.contactHelp')}
          value={contact}
          onChange={setContact}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('test.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
