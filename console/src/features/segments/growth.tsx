/** How a segment grew: its members day by day, and who came and went. */
import { Card, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { calendarDay } from '../../lib/format';
import { Chart } from '../../ui/chart';
import { Loaded } from '../../ui/states';
import { growthQuery, type Segment } from './queries';

const SPANS = [30, 90, 365];

export function Growth({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const [days, setDays] = useState(90);
  const [shown, setShown] = useState<'members' | 'changes'>('members');
  const query = useQuery(growthQuery(segment.id, days));
  const label = t(shown === 'members' ? 'growth.members' : 'growth.changes');
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('growth.title')}
      </Title>
      <Text fz="sm" c="dimmed" mb="sm">
        {t('growth.help')}
      </Text>
      <Group gap="xs" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('growth.what')}
          value={shown}
          onChange={(to) => setShown(to as 'members' | 'changes')}
          data={[
            { value: 'members', label: t('growth.members') },
            { value: 'changes', label: t('growth.changes') },
          ]}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('growth.span')}
          value={String(days)}
          onChange={(to) => setDays(Number(to))}
          data={SPANS.map((span) => ({ value: String(span), label: t('growth.days', { count: span }) }))}
        />
      </Group>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t('growth.none')}</Text>
          ) : (
            <Chart
              label={label}
              categoryName={t('growth.day')}
              categories={items.map((day) => calendarDay(day.day))}
              kind={shown === 'members' ? 'line' : 'bar'}
              series={
                shown === 'members'
                  ? [{ name: t('growth.members'), values: items.map((day) => day.members) }]
                  : [
                      { name: t('growth.entered'), values: items.map((day) => day.entered ?? null) },
                      { name: t('growth.left'), values: items.map((day) => day.left ?? null) },
                    ]
              }
            />
          )
        }
      </Loaded>
    </Card>
  );
}
