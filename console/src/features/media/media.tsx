/** The media library: what there is, room left, and taking more in. */
import {
  Button,
  Group,
  Modal,
  Progress,
  SegmentedControl,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconCamera, IconLayoutGrid, IconList, IconPhoto, IconSearch, IconUpload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes, number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { MediaCard } from '../../parts/media-picker/media-card';
import { mediaQuery, usageQuery } from '../../parts/media-picker/queries';
import { UploadPanel } from '../../parts/media-picker/upload';
import { Page } from '../../ui/page';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Failed, FilteredEmpty } from '../../ui/states';
import { ItemDrawer } from './item-drawer';
import { MediaList } from './media-list';

export const route = createLazyRoute('/s/$store/media')({ component: MediaLibrary });

const KINDS = ['image', 'video', 'audio', 'text'] as const;
const TYPING_MS = 300;

function MediaLibrary() {
  const { t } = useTranslation('media');
  const { store } = route.useParams();
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  const [uploading, upload] = useDisclosure(false);
  useShortcuts([{ keys: 'c', label: t('upload.open'), action: upload.open }]);
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <Button
            component="a"
            href={`/console/capture?store=${store}`}
            variant="default"
            leftSection={<IconCamera size={16} aria-hidden />}
          >
            {t('capture.open')}
          </Button>
          <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={upload.open}>
            {t('upload.open')}
          </Button>
        </>
      }
    >
      <Quota />
      <Filters />
      <Items onUpload={upload.open} />
      <Modal opened={uploading} onClose={upload.close} title={t('upload.open')} size="lg">
        {uploading && <UploadPanel onUploaded={() => {}} />}
      </Modal>
      <ItemDrawer
        id={item}
        onClose={() => void navigate({ search: (now) => ({ ...now, item: undefined }) })}
        onOpen={(id) => void navigate({ search: (now) => ({ ...now, item: id }) })}
      />
    </Page>
  );
}

function Quota() {
  const { t } = useTranslation('media');
  const { data, error, refetch } = useQuery(usageQuery());
  if (error !== null && data === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={28} />;
  const share = (100 * data.bytes) / Math.max(1, data.quota_bytes);
  const words = t('quota', {
    count: data.items,
    items: number(data.items),
    used: bytes(data.bytes),
    quota: bytes(data.quota_bytes),
  });
  return (
    <Stack gap={4} maw={420}>
      <Text fz="sm" c="dimmed">
        {words}
      </Text>
      <Progress value={share} color={share > 90 ? 'red' : 'indigo'} aria-label={words} />
    </Stack>
  );
}

function Filters() {
  const { t } = useTranslation('media');
  const { search = '', kind, view = 'grid' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search);
  const field = useRef<HTMLInputElement>(null);
  const put = useDebouncedCallback(
    (words: string) =>
      void navigate({ replace: true, search: (now) => ({ ...now, search: words || undefined }) }),
    TYPING_MS,
  );
  useShortcuts([{ keys: '/', label: t('search'), action: () => field.current?.focus() }]);
  return (
    <Group justify="space-between">
      <Group>
        <TextInput
          ref={field}
          w={260}
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            put(event.currentTarget.value.trim());
          }}
        />
        <Select
          w={160}
          clearable
          aria-label={t('kind.label')}
          placeholder={t('kind.all')}
          data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind ?? null}
          onChange={(next) =>
            void navigate({ search: (now) => ({ ...now, kind: KINDS.find((one) => one === next) }) })
          }
        />
      </Group>
      <SegmentedControl
        aria-label={t('view.label')}
        value={view}
        onChange={(next) =>
          void navigate({ search: (now) => ({ ...now, view: next === 'list' ? 'list' : undefined }) })
        }
        data={[
          {
            value: 'grid',
            label: (
              <IconLayoutGrid size={18} role="img" aria-label={t('view.grid')} style={{ display: 'block' }} />
            ),
          },
          {
            value: 'list',
            label: <IconList size={18} role="img" aria-label={t('view.list')} style={{ display: 'block' }} />,
          },
        ]}
      />
    </Group>
  );
}

function Items({ onUpload }: { onUpload: () => void }) {
  const { t } = useTranslation('media');
  const { search, kind, view } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({ ...mediaQuery({ search, kind }), placeholderData: keepPreviousData });
  if (query.data === undefined) {
    return query.error ? (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={320} />
    );
  }
  const items = query.data.pages.flatMap((page) => page.items);
  const open = (id: string) => void navigate({ search: (now) => ({ ...now, item: id }) });
  if (items.length === 0) {
    if (search !== undefined || kind !== undefined) {
      return <FilteredEmpty onClear={() => void navigate({ search: (now) => ({ view: now.view }) })} />;
    }
    return (
      <EmptyState
        icon={<IconPhoto aria-hidden />}
        title={t('empty.title')}
        text={t('empty.text')}
        action={<Button onClick={onUpload}>{t('upload.open')}</Button>}
      />
    );
  }
  return (
    <Stack>
      {view === 'list' ? (
        <MediaList items={items} onOpen={open} />
      ) : (
        <SimpleGrid cols={{ base: 2, sm: 3, md: 4, lg: 6 }}>
          {items.map((media) => (
            <MediaCard key={media.id} media={media} onOpen={() => open(media.id)} />
          ))}
        </SimpleGrid>
      )}
      <ShowMore query={query} />
    </Stack>
  );
}
