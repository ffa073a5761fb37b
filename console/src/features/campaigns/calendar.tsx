/** Campaigns by the day they went out or are to; scheduled ones can be dragged to another day. */
import { DndContext, type DragEndEvent, PointerSensor, useSensor, useSensors } from '@dnd-kit/core';
import { ActionIcon, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconList } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { calendarDay, monthOf, weekStartsOn, zone } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { instantOf, wallTime } from '../../lib/wall-time';
import { useGo } from '../../parts/links/links';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toastFailed } from '../../ui/toasts';
import { type Brief, momentOf } from './brief';
import { CalendarGrid } from './calendar-grid';
import { addDays, addMonths, dayOf, daysOf, movedTo, type Period } from './calendar-model';
import { periodQuery } from './list-query';
import { useDeeds } from './use-deeds';

export const route = createLazyRoute('/s/$store/campaigns/calendar')({ component: Calendar });

function Calendar() {
  const { t } = useTranslation('campaigns');
  const search = route.useSearch();
  const params = route.useParams();
  const navigate = route.useNavigate();
  const go = useGo();
  const today = wallTime(Date.now(), zone()).slice(0, 10);
  const { period = 'month', day = today } = search;
  const days = daysOf(period, day, weekStartsOn());
  const [first = today, last = today] = [days[0], days.at(-1)];
  const query = useQuery({
    ...periodQuery(instantOf(`${first} 00:00`, zone()), instantOf(`${addDays(last, 1)} 00:00`, zone())),
    placeholderData: keepPreviousData,
  });
  const show = (next: string) =>
    void navigate({ search: { ...search, day: next === today ? undefined : next } });
  const step = (by: -1 | 1) => show(period === 'week' ? addDays(day, 7 * by) : addMonths(day, by));
  useShortcuts([
    { keys: 't', label: t('calendar.today'), action: () => show(today) },
    { keys: 'n', label: t('calendar.next'), action: () => step(1) },
    { keys: 'p', label: t('calendar.previous'), action: () => step(-1) },
  ]);
  return (
    <Page
      title={t('calendar.title')}
      crumbs={[{ label: t('title'), to: '/s/$store/campaigns' as '/s/$store/home', params }]}
      actions={
        <Button
          variant="default"
          leftSection={<IconList size={16} aria-hidden />}
          onClick={() => go('/campaigns', {})}
        >
          {t('calendar.toList')}
        </Button>
      }
    >
      <Bar
        period={period}
        label={period === 'month' ? monthOf(day) : `${calendarDay(first)} – ${calendarDay(last)}`}
        onStep={step}
        onToday={() => show(today)}
        onPeriod={(next) =>
          void navigate({ search: { ...search, period: next === 'month' ? undefined : next } })
        }
      />
      <Loaded query={query}>
        {(campaigns) => (
          <Days campaigns={campaigns} days={days} period={period} month={day.slice(0, 7)} today={today} />
        )}
      </Loaded>
      <Text fz="sm" c="dimmed">
        {t('calendar.help', { zone: zone() })}
      </Text>
    </Page>
  );
}

function Bar(props: {
  period: Period;
  label: string;
  onStep: (by: -1 | 1) => void;
  onToday: () => void;
  onPeriod: (period: Period) => void;
}) {
  const { period, label, onStep, onToday, onPeriod } = props;
  const { t } = useTranslation('campaigns');
  return (
    <Group justify="space-between">
      <Group gap="xs">
        <Button variant="default" size="sm" onClick={onToday}>
          {t('calendar.today')}
        </Button>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('calendar.previous')}
          onClick={() => onStep(-1)}
        >
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" size={36} aria-label={t('calendar.next')} onClick={() => onStep(1)}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
        <Text fw={600} role="status">
          {label}
        </Text>
      </Group>
      <SegmentedControl
        aria-label={t('calendar.period')}
        value={period}
        onChange={(value) => onPeriod(value === 'week' ? 'week' : 'month')}
        data={[
          { value: 'month', label: t('calendar.month') },
          { value: 'week', label: t('calendar.week') },
        ]}
      />
    </Group>
  );
}

function Days(props: { campaigns: Brief[]; days: string[]; period: Period; month: string; today: string }) {
  const { campaigns, today } = props;
  const { t } = useTranslation('campaigns');
  const deeds = useDeeds();
  // Only pointers drag; the keyboard has `Change time…` in the menu of each campaign.
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
  const drop = ({ active, over }: DragEndEvent) => {
    const campaign = campaigns.find(({ id }) => id === active.id);
    const at = campaign && momentOf(campaign);
    if (campaign === undefined || at === undefined || over === null) return;
    const day = String(over.id);
    if (day === dayOf(at, zone())) return;
    const to = movedTo(at, day, zone());
    if (day < today || new Date(to).getTime() <= Date.now()) {
      toastFailed(new Error(t('timing.past')));
      return;
    }
    deeds.move(campaign, to);
  };
  return (
    <DndContext sensors={sensors} onDragEnd={drop}>
      <Stack gap="xs">
        <CalendarGrid {...props} />
      </Stack>
    </DndContext>
  );
}
