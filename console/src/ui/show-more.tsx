/** The button below a list that grows: asks for the next page, and is not there when there is none. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What it needs of an infinite query. */
interface Growing {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

export function ShowMore({ query }: { query: Growing }) {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <Button
      variant="default"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
      style={{ alignSelf: 'center' }}
    >
      {t('showMore')}
    </Button>
  );
}
