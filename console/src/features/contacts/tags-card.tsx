/** Tags of a contact, each with where it came from; adding and removing can be undone. */
import { Button, Card, Group, Pill, Text, Title, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { TagPicker } from '../../parts/audience-pickers';
import { useProblemText } from '../../ui/problem-text';
import { toastFailed, toastUndo } from '../../ui/toasts';
import { type Contact, tagContact } from './queries';

export function TagsCard({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const [adding, setAdding] = useState<string[]>();
  const fail = (error: unknown) => toastFailed(error, words(problemOf(error)));
  const remove = (name: string) =>
    void tagContact(contact.id, { remove: [name] }).then(
      () =>
        toastUndo(t('tag.removed', { name }), () => void tagContact(contact.id, { add: [name] }).catch(fail)),
      fail,
    );
  const add = (names: string[]) =>
    void tagContact(contact.id, { add: names }).then(() => {
      setAdding(undefined);
      toastUndo(t('tag.added', { count: names.length }), () => {
        void tagContact(contact.id, { remove: names }).catch(fail);
      });
    }, fail);
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t('column.tags')}</Title>
        {adding === undefined && (
          <Button size="compact-sm" variant="subtle" onClick={() => setAdding([])}>
            {t('tag.add')}
          </Button>
        )}
      </Group>
      {contact.tags.length === 0 && adding === undefined && (
        <Text fz="sm" c="dimmed">
          {t('tag.none')}
        </Text>
      )}
      <Group gap={6}>
        {contact.tags.map((tag) => (
          <Tooltip key={tag.name} label={t('tag.from', { origin: t(`origin.${tag.origin}`) })}>
            <Pill
              size="md"
              withRemoveButton
              removeButtonProps={{
                'aria-label': t('tag.remove', { name: tag.name }),
                'aria-hidden': false,
                tabIndex: 0,
              }}
              onRemove={() => remove(tag.name)}
            >
              {tag.name}
            </Pill>
          </Tooltip>
        ))}
      </Group>
      {adding !== undefined && (
        <Group mt="sm" gap="xs" align="flex-end" wrap="nowrap">
          <TagPicker label={t('tag.new')} hideLabel w="100%" value={adding} onChange={setAdding} create />
          <Button disabled={adding.length === 0} onClick={() => add(adding)}>
            {t('tag.add')}
          </Button>
          <Button variant="default" onClick={() => setAdding(undefined)}>
            {t('cancel')}
          </Button>
        </Group>
      )}
    </Card>
  );
}
