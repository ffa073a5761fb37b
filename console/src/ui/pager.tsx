/** Forward and back through a list by cursor. The cursor stands in the URL, so a page can be linked to. */
import { Button, Group, Select, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';

const SIZES = ['25', '50', '100'];

export interface PagerProps {
  /** The cursor of the page shown, from the URL. */
  after: string | undefined;
  /** The cursor of the next page, from the answer. */
  next: string | null | undefined;
  onGo: (after: string | undefined) => void;
  limit: number;
  onLimit?: (limit: number) => void;
  /** Such as `50 of 1,204,331`. */
  children?: ReactNode;
}

export function Pager({ after, next, onGo, limit, onLimit, children }: PagerProps) {
  const { t } = useTranslation();
  const trail = useRef<(string | undefined)[]>([]);
  if (after === undefined) trail.current = [];
  const back = () => onGo(trail.current.pop());
  const forward = () => {
    trail.current.push(after);
    onGo(next ?? undefined);
  };
  return (
    <Group justify="space-between" component="nav" aria-label={t('pager.label')}>
      <Text fz="sm" c="dimmed" role="status">
        {children}
      </Text>
      <Group gap="xs">
        {onLimit !== undefined && (
          <Select
            size="xs"
            w={110}
            aria-label={t('pager.size')}
            data={SIZES.map((size) => ({ value: size, label: t('pager.perPage', { count: Number(size) }) }))}
            value={String(limit)}
            allowDeselect={false}
            onChange={(size) => size !== null && onLimit(Number(size))}
          />
        )}
        <Button
          size="xs"
          variant="default"
          disabled={after === undefined}
          leftSection={<IconChevronsLeft size={14} aria-hidden />}
          onClick={() => onGo(undefined)}
        >
          {t('pager.first')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={trail.current.length === 0}
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          onClick={back}
        >
          {t('pager.previous')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!next}
          rightSection={<IconChevronRight size={14} aria-hidden />}
          onClick={forward}
        >
          {t('pager.next')}
        </Button>
      </Group>
    </Group>
  );
}
