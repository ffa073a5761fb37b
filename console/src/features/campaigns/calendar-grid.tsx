/** The grid of days with their campaigns. */
import { useDraggable, useDroppable } from '@dnd-kit/core';
import { Box, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { calendarDay, weekday, zone } from '../../lib/format';
import { wallTime } from '../../lib/wall-time';
import { CampaignStatus } from '../../parts/campaign-words/state';
import { PlaceLink } from '../../parts/links/links';
import { type Brief, momentOf } from './brief';
import { dayOf, type Period } from './calendar-model';
import { CampaignMenu } from './campaign-menu';
import './calendar.css';

export function CalendarGrid(props: {
  campaigns: Brief[];
  days: string[];
  period: Period;
  month: string;
  today: string;
}) {
  const { campaigns, days, period, month, today } = props;
  const { t } = useTranslation('campaigns');
  const weeks = Array.from({ length: days.length / 7 }, (_, n) => days.slice(7 * n, 7 * n + 7));
  const onDay = (day: string) =>
    campaigns.filter((campaign) => dayOf(momentOf(campaign) ?? '', zone()) === day);
  return (
    <Table.ScrollContainer minWidth={880}>
      <Table
        className="sp-calendar"
        layout="fixed"
        withTableBorder
        withColumnBorders
        highlightOnHover={false}
      >
        <caption>
          <VisuallyHidden>{t('calendar.title')}</VisuallyHidden>
        </caption>
        <Table.Thead>
          <Table.Tr>
            {(weeks[0] ?? []).map((day) => (
              <Table.Th key={day}>{weekday(day)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {weeks.map((week) => (
            <Table.Tr key={week[0]}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  campaigns={onDay(day)}
                  tall={period === 'week'}
                  quiet={period === 'month' && !day.startsWith(month)}
                  today={day === today}
                />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Day(props: { day: string; campaigns: Brief[]; tall: boolean; quiet: boolean; today: boolean }) {
  const { day, campaigns, tall, quiet, today } = props;
  const { setNodeRef, isOver } = useDroppable({ id: day });
  const sorted = [...campaigns].sort((a, b) => (momentOf(a) ?? '').localeCompare(momentOf(b) ?? ''));
  return (
    <Table.Td
      ref={setNodeRef}
      h={tall ? 320 : 116}
      p={6}
      bg={
        isOver
          ? 'var(--mantine-primary-color-light)'
          : quiet
            ? 'var(--mantine-color-default-hover)'
            : undefined
      }
      style={{ verticalAlign: 'top' }}
    >
      <Text
        component="time"
        dateTime={day}
        aria-label={calendarDay(day)}
        aria-current={today ? 'date' : undefined}
        fz="xs"
        fw={today ? 700 : 500}
        c={today ? 'var(--mantine-primary-color-light-color)' : quiet ? 'dimmed' : undefined}
      >
        {Number(day.slice(8))}
      </Text>
      {sorted.map((campaign) => (
        <Entry key={campaign.id} campaign={campaign} />
      ))}
    </Table.Td>
  );
}

function Entry({ campaign }: { campaign: Brief }) {
  const movable = campaign.can.includes('reschedule');
  const { setNodeRef, listeners, transform, isDragging } = useDraggable({
    id: campaign.id,
    disabled: !movable,
  });
  const at = momentOf(campaign);
  return (
    <Box
      ref={setNodeRef}
      onPointerDown={(event) => {
        // React tells the entry also of its menu and dialog, which stand elsewhere; those are not to be dragged.
        if (event.currentTarget.contains(event.target as Node)) listeners?.['onPointerDown']?.(event);
      }}
      className="sp-calendar-entry"
      data-movable={movable || undefined}
      style={{
        transform: transform ? `translate(${transform.x}px, ${transform.y}px)` : undefined,
        zIndex: isDragging ? 10 : undefined,
        opacity: isDragging ? 0.85 : 1,
        // Letting go of it is no press of the link under the pointer.
        pointerEvents: isDragging ? 'none' : undefined,
      }}
    >
      <Group gap={2} wrap="nowrap" justify="space-between">
        <Text fz="xs" c="dimmed">
          {at === undefined ? '' : wallTime(at, zone()).slice(11, 16)}
        </Text>
        <CampaignMenu campaign={campaign} />
      </Group>
      <PlaceLink
        to={campaign.can.includes('edit') ? '/campaigns/$campaign/edit' : '/campaigns/$campaign'}
        params={{ campaign: campaign.id }}
        fz="xs"
        fw={500}
        lineClamp={2}
      >
        {campaign.name}
      </PlaceLink>
      <Box mt={4}>
        <CampaignStatus state={campaign.state} />
      </Box>
    </Box>
  );
}
