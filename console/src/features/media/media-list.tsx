/** The library as a list. */
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import type { Media } from '../../parts/media-picker/queries';
import { type Column, DataTable } from '../../ui/data-table';
import { Moment } from '../../ui/time';

export function MediaList({ items, onOpen }: { items: Media[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation('media');
  const columns = useMemo<Column<Media>[]>(
    () => [
      { id: 'name', header: t('column.name'), cell: (media) => <Text fz="sm">{media.name}</Text> },
      { id: 'kind', header: t('column.kind'), cell: (media) => t(`kind.${media.kind}`), width: 110 },
      {
        id: 'size',
        header: t('column.size'),
        cell: ({ width, height }) => (width == null ? '—' : `${width} × ${height}`),
        width: 140,
        align: 'end',
      },
      {
        id: 'bytes',
        header: t('column.bytes'),
        cell: (media) => bytes(media.bytes),
        width: 110,
        align: 'end',
      },
      { id: 'alt', header: t('column.alt'), cell: (media) => <Text fz="sm">{media.alt || '—'}</Text> },
      {
        id: 'uploaded',
        header: t('column.uploaded'),
        cell: (media) => <Moment at={media.uploaded_at} />,
        width: 150,
      },
    ],
    [t],
  );
  return (
    <DataTable
      caption={t('title')}
      columns={columns}
      rows={items}
      rowId={(media) => media.id}
      rowName={(media) => media.name}
      onOpen={(media) => onOpen(media.id)}
    />
  );
}
