/** What a place shows when it has nothing to show: never used, filtered to nothing, failed, or still loading. */
import { Alert, Button, Center, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconFilterOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { CopyButton } from './copy-button';
import { useProblemText } from './problem-text';

/** Nothing here yet: says what the place is good for and offers the one thing to do first. */
export function EmptyState(props: { icon: ReactNode; title: string; text: string; action?: ReactNode }) {
  return (
    <Center py={64}>
      <Stack align="center" gap="sm" maw={440} ta="center">
        <ThemeIcon size={56} radius="xl" variant="light">
          {props.icon}
        </ThemeIcon>
        <Title order={2}>{props.title}</Title>
        <Text c="dimmed">{props.text}</Text>
        {props.action !== undefined && <Group mt="xs">{props.action}</Group>}
      </Stack>
    </Center>
  );
}

/** Filters leave nothing: offers to clear them. */
export function FilteredEmpty({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconFilterOff aria-hidden />}
      title={t('filteredEmpty.title')}
      text={t('filteredEmpty.text')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('filteredEmpty.clear')}
        </Button>
      }
    />
  );
}

/** Something failed: what, what can be done, and the request id for whoever looks into it. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const problem = problemOf(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('failed.title')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text fz="sm">{text(problem)}</Text>
        {problem.request_id !== undefined && (
          <Group gap={4}>
            <Text fz="xs" ff="monospace">
              {t('failed.requestId', { id: problem.request_id })}
            </Text>
            <CopyButton value={problem.request_id} label={t('failed.copyId')} />
          </Group>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Grey lines in the shape of a list. */
export function RowsLoading({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={n} height={36} />
      ))}
    </Stack>
  );
}

/** A query's data, or what stands in its place. Old data stay while new ones come. */
export function Loaded<T>(props: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown; isPending: boolean };
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { query, loading, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return loading ?? <RowsLoading />;
}
