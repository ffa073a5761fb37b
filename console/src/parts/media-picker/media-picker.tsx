/** Chooses a picture from the library, or uploads one. */
import { Modal, SimpleGrid, Skeleton, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ShowMore } from '../../ui/show-more';
import { Failed } from '../../ui/states';
import { MediaCard } from './media-card';
import { type Media, mediaQuery } from './queries';
import { UploadPanel } from './upload';

export interface MediaPickerProps {
  opened: boolean;
  onClose: () => void;
  /** Gets a picture that is public. */
  onPick: (media: Media) => void;
}

export default function MediaPicker({ opened, onClose, onPick }: MediaPickerProps) {
  const { t } = useTranslation('media');
  const pick = (media: Media) => {
    if (media.url == null || media.kind !== 'image') return;
    onPick(media);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('picker.title')}>
      {opened && (
        <Tabs defaultValue="library">
          <Tabs.List mb="md">
            <Tabs.Tab value="library">{t('picker.library')}</Tabs.Tab>
            <Tabs.Tab value="upload">{t('picker.upload')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="library">
            <Library onPick={pick} />
          </Tabs.Panel>
          <Tabs.Panel value="upload">
            <UploadPanel images onUploaded={pick} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Modal>
  );
}

function Library({ onPick }: { onPick: (media: Media) => void }) {
  const { t } = useTranslation('media');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 300);
  const wanted = { kind: 'image' as const, search: search || undefined };
  const query = useInfiniteQuery({ ...mediaQuery(wanted), placeholderData: keepPreviousData });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <TextInput
        data-autofocus
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {query.error && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={200} />}
      {!query.isPending && items.length === 0 && (
        <Text fz="sm" c="dimmed" role="status">
          {t(search === '' ? 'picker.empty' : 'picker.nothing')}
        </Text>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {items.map((media) => (
          <MediaCard key={media.id} media={media} onOpen={() => onPick(media)} />
        ))}
      </SimpleGrid>
      <ShowMore query={query} />
    </Stack>
  );
}
