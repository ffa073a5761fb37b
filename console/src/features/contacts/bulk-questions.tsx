/** What must be known before many contacts are changed: which tag, which channel, which format. */
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TagPicker } from '../../parts/audience-pickers';
import { CHANNELS, type Channel } from '../../parts/contact-bits';

function Question(props: {
  text: string;
  action: string;
  disabled?: boolean;
  danger?: boolean;
  onClose: () => void;
  onSubmit: () => void;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onClose();
    props.onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text fz="sm">{props.text}</Text>
        {props.children}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={props.disabled} color={props.danger ? 'red' : undefined}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function TagQuestion(props: {
  action: 'tag' | 'untag';
  onClose: () => void;
  onDone: (tags: string[]) => void;
}) {
  const { t } = useTranslation('contacts');
  const [tags, setTags] = useState<string[]>([]);
  const adding = props.action === 'tag';
  return (
    <Question
      text={t(adding ? 'bulk.tagText' : 'bulk.untagText')}
      action={t(`bulk.${props.action}`)}
      disabled={tags.length === 0}
      onClose={props.onClose}
      onSubmit={() => props.onDone(tags)}
    >
      <TagPicker data-autofocus label={t('bulk.tags')} value={tags} onChange={setTags} create={adding} />
    </Question>
  );
}

export function ChannelQuestion(props: {
  action: 'unsubscribe' | 'suppress';
  onClose: () => void;
  onDone: (channel: Channel) => void;
}) {
  const { t } = useTranslation(['contacts', 'consent']);
  const [channel, setChannel] = useState<Channel>('email');
  return (
    <Question
      text={t(`contacts:bulk.${props.action}Text`)}
      action={t(`contacts:bulk.${props.action}`)}
      danger
      onClose={props.onClose}
      onSubmit={() => props.onDone(channel)}
    >
      <Select
        data-autofocus
        label={t('contacts:bulk.channel')}
        data={CHANNELS.map((one) => ({ value: one, label: t(`consent:channel.${one}`) }))}
        value={channel}
        allowDeselect={false}
        onChange={(next) => next !== null && setChannel(next as Channel)}
      />
    </Question>
  );
}

export function FormatQuestion(props: { onClose: () => void; onDone: (format: 'csv' | 'jsonl') => void }) {
  const { t } = useTranslation('contacts');
  const [format, setFormat] = useState<'csv' | 'jsonl'>('csv');
  return (
    <Question
      text={t('bulk.exportText')}
      action={t('bulk.export')}
      onClose={props.onClose}
      onSubmit={() => props.onDone(format)}
    >
      <Select
        data-autofocus
        label={t('bulk.format')}
        data={[
          { value: 'csv', label: t('bulk.csv') },
          { value: 'jsonl', label: t('bulk.jsonl') },
        ]}
        value={format}
        allowDeselect={false}
        onChange={(next) => setFormat(next === 'jsonl' ? 'jsonl' : 'csv')}
      />
    </Question>
  );
}
