/** What became of the rows, as figures; their sum is always the number of rows. */
import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { share } from '../../lib/format';
import { Figure } from '../../ui/figure';
import type { Counts } from './queries';

const MAIN = ['rows', 'created', 'updated', 'skipped', 'errors'] as const;
const MORE = ['warnings', 'duplicates', 'refused_subscriptions'] as const;

export function CountGrid({ counts }: { counts: Counts }) {
  const { t } = useTranslation('imports');
  const rows = counts.rows ?? 0;
  const shown = [...MAIN, ...MORE.filter((name) => (counts[name] ?? 0) > 0)];
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: shown.length > 6 ? 4 : shown.length > 5 ? 3 : 5 }}>
      {shown.map((name) => (
        <Figure
          key={name}
          label={t(`count.${name}`)}
          help={t(`count.${name}Help`)}
          value={counts[name] ?? 0}
          note={name === 'rows' || rows === 0 ? undefined : share(counts[name] ?? 0, rows)}
        />
      ))}
    </SimpleGrid>
  );
}
