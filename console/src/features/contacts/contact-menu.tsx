/** Deeds on a contact that are more than a changed field: put her addresses on the suppression list, erase her. */
import { Button, Menu } from '@mantine/core';
import { IconBan, IconChevronDown, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { askTyped } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastDone, toastFailed, toastUndo } from '../../ui/toasts';
import { type Contact, eraseContact, liftSuppression, suppress } from './queries';

export function ContactMenu({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  const fail = (error: unknown) => toastFailed(error, words(problemOf(error)));
  const addToList = (address: { email: string } | { phone: string }) =>
    void suppress(address).then(
      (id) => toastUndo(t('suppress.done'), () => void liftSuppression(id).catch(fail)),
      fail,
    );
  const erase = () =>
    askTyped({
      title: t('erase.title'),
      text: t('erase.text'),
      action: t('erase.action'),
      word: t('erase.word'),
      onConfirm: () =>
        void eraseContact(contact.id).then(async () => {
          toastDone(t('erase.done'));
          await navigate({ to: '/s/$store/contacts', params: { store } });
        }, fail),
    });
  const { email, phone, channels } = contact;
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
          {t('more')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {email && !channels.email.suppressed_at && (
          <Menu.Item leftSection={<IconBan size={16} aria-hidden />} onClick={() => addToList({ email })}>
            {t('suppress.email')}
          </Menu.Item>
        )}
        {phone && !channels.sms.suppressed_at && (
          <Menu.Item leftSection={<IconBan size={16} aria-hidden />} onClick={() => addToList({ phone })}>
            {t('suppress.phone')}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={erase}>
          {t('erase.item')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
