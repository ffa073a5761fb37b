/** One item: how it looks, its words, when and where it was made, cutting, removing. */
import { Alert, Button, Drawer, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCrop, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { mediaFacts } from '../../parts/media-picker/media-card';
import { changeMedia, itemQuery, type Media, mediaKey, removeMedia } from '../../parts/media-picker/queries';
import { ask } from '../../ui/confirm';
import { CopyButton } from '../../ui/copy-button';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { CropDialog } from './crop/crop-dialog';
import { WhenAndWhere } from './when-and-where';

export function ItemDrawer(props: {
  id: string | undefined;
  onClose: () => void;
  onOpen: (id: string) => void;
}) {
  const { id, onClose, onOpen } = props;
  const { t } = useTranslation('media');
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={t('item.title')}>
      {id !== undefined && <Item id={id} onClose={onClose} onOpen={onOpen} />}
    </Drawer>
  );
}

function Item({ id, onClose, onOpen }: { id: string; onClose: () => void; onOpen: (id: string) => void }) {
  const query = useQuery(itemQuery(id));
  return (
    <Loaded query={query}>
      {(media) => <Details key={media.id} media={media} onClose={onClose} onOpen={onOpen} />}
    </Loaded>
  );
}

function Details({
  media,
  onClose,
  onOpen,
}: {
  media: Media;
  onClose: () => void;
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation('media');
  const queries = useQueryClient();
  const [cropping, crop] = useDisclosure(false);
  const remove = async () => {
    try {
      await removeMedia(media.id);
      onClose();
      await queries.invalidateQueries({ queryKey: mediaKey });
      toastDone(t('item.removed', { name: media.name }));
    } catch (error) {
      toastFailed(error);
    }
  };
  const askFirst = () =>
    ask({
      title: t('item.removeTitle', { name: media.name }),
      text: t('item.removeText'),
      action: t('item.remove'),
      danger: true,
      onConfirm: () => void remove(),
    });
  return (
    <Stack>
      <Shown media={media} />
      <Group gap="xs">
        <Text fz="sm" c="dimmed">
          {t(`kind.${media.kind}`)} · {mediaFacts(media)} · <Moment at={media.uploaded_at} />
        </Text>
        {media.url != null && <CopyButton value={media.url} label={t('item.copyAddress')} />}
      </Group>
      <Words media={media} />
      <WhenAndWhere media={media} />
      <Group justify="space-between">
        {media.kind === 'image' ? (
          <Button
            variant="default"
            leftSection={<IconCrop size={16} aria-hidden />}
            disabled={media.url == null}
            onClick={crop.open}
          >
            {t('crop.open')}
          </Button>
        ) : (
          <span />
        )}
        <Button
          color="red"
          variant="light"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={askFirst}
        >
          {t('item.remove')}
        </Button>
      </Group>
      {cropping && <CropDialog media={media} onClose={crop.close} onDone={(made) => onOpen(made.id)} />}
    </Stack>
  );
}

function Shown({ media }: { media: Media }) {
  const { t } = useTranslation('media');
  if (media.url == null) {
    return (
      <Alert color="yellow" title={t('personal.title')}>
        {t('personal.text')}
      </Alert>
    );
  }
  if (media.kind === 'image')
    return (
      <img
        src={media.url}
        alt={media.alt}
        style={{ maxWidth: '100%', maxHeight: 320, objectFit: 'contain' }}
      />
    );
  if (media.kind === 'video') {
    // biome-ignore lint/a11y/useMediaCaption: it is the merchant's own file, looked at before it is used
    return <video src={media.url} controls style={{ maxWidth: '100%', maxHeight: 320 }} />;
  }
  // biome-ignore lint/a11y/useMediaCaption: see above
  if (media.kind === 'audio') return <audio src={media.url} controls style={{ width: '100%' }} />;
  return null;
}

function Words({ media }: { media: Media }) {
  const { t } = useTranslation('media');
  const words = useProblemText();
  const queries = useQueryClient();
  const [name, setName] = useState(media.name);
  const [alt, setAlt] = useState(media.alt);
  const [reference, setReference] = useState(media.consent_reference ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const changed = name !== media.name || alt !== media.alt || reference !== (media.consent_reference ?? '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setErrors({});
    try {
      await changeMedia(media.id, {
        name,
        alt,
        consent_reference: reference.trim() === '' ? null : reference,
      });
      await queries.invalidateQueries({ queryKey: mediaKey });
      toastDone(t('item.saved'));
    } catch (error) {
      const problem = problemOf(error);
      const fields = (problem.errors ?? []).map(({ pointer, detail }) => [pointer.slice(1), detail]);
      setErrors(fields.length > 0 ? Object.fromEntries(fields) : { name: words(problem) });
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('item.name')}
          maxLength={200}
          value={name}
          error={errors['name']}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t('item.alt')}
          description={t('item.altHelp')}
          autosize
          minRows={2}
          maxLength={1000}
          value={alt}
          error={errors['alt']}
          onChange={(event) => setAlt(event.currentTarget.value)}
        />
        {(media.contains_personal || reference !== '') && (
          <TextInput
            label={t('item.consent')}
            description={t('item.consentHelp')}
            maxLength={500}
            value={reference}
            error={errors['consent_reference']}
            onChange={(event) => setReference(event.currentTarget.value)}
          />
        )}
        <Button type="submit" disabled={!changed || name.trim() === ''} style={{ alignSelf: 'flex-start' }}>
          {t('common:save')}
        </Button>
      </Stack>
    </form>
  );
}
