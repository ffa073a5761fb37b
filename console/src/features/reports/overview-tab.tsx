/** The report at a glance: funnel, the first 48 hours, people and machines. */
import { Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { share } from '../../lib/format';
import { Chart } from '../../ui/chart';
import { Figure } from '../../ui/figure';
import { FigureLink } from './figure-link';
import { Funnel } from './funnel';
import { hoursShown } from './model';
import type { Report } from './queries';

interface TabProps {
  id: string;
  report: Report;
}

export function OverviewTab({ id, report }: TabProps) {
  const { t } = useTranslation('reports');
  const { sums } = report;
  const figures = [
    { figure: 'accepted', value: sums.accepted, whole: sums.audience },
    { figure: 'opened', value: report.opened.people, whole: sums.accepted },
    { figure: 'clicked', value: report.clicked.people, whole: sums.accepted },
    { figure: 'unsubscribed', value: report.unsubscribed.people, whole: sums.accepted },
    { figure: 'bounced', value: report.bounced.people, whole: sums.accepted },
    { figure: 'complained', value: report.complained.people, whole: sums.accepted },
  ] as const;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 3, xl: 6 }}>
        {figures.map(({ figure, value, whole }) => (
          <Figure
            key={figure}
            label={t(`figure.${figure}`)}
            help={t(`help.${figure}`)}
            value={<FigureLink id={id} figure={figure} value={value} label={t(`figure.${figure}`)} />}
            note={share(value, whole)}
          />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Card withBorder>
          <Title order={2} mb="md">
            {t('funnel')}
          </Title>
          <Funnel id={id} report={report} />
        </Card>
        <Machines id={id} report={report} />
      </SimpleGrid>
      <Hours report={report} />
    </Stack>
  );
}

function Hours({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  const hours = hoursShown(report.hours);
  const series = (['accepted', 'opened', 'clicked', 'unsubscribed'] as const).map((key) => ({
    name: t(`figure.${key}`),
    values: hours.map((hour) => hour[key]),
  }));
  // Deliveries come in the first minutes and would flatten everything else.
  const reactions = series.slice(1);
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('hours')}
      </Title>
      <Chart
        label={t('hoursLabel')}
        categoryName={t('hour')}
        categories={hours.map(({ hour }) => t('hourNumber', { hour }))}
        series={reactions}
      />
    </Card>
  );
}

function Machines({ id, report }: TabProps) {
  const { t } = useTranslation('reports');
  const rows = [
    { name: t('opens'), people: report.opened, machines: report.opened_by_machine, of: 'opened' },
    { name: t('clicks'), people: report.clicked, machines: report.clicked_by_machine, of: 'clicked' },
  ] as const;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2}>{t('machines.title')}</Title>
        <Text fz="sm" c="dimmed">
          {t('machines.text')}
        </Text>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th />
              <Table.Th ta="right">{t('machines.byPeople')}</Table.Th>
              <Table.Th ta="right">{t('machines.byMachines')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.of}>
                <Table.Th scope="row" fw={500}>
                  {row.name}
                </Table.Th>
                <Table.Td ta="right">
                  <Count id={id} figure={row.of} tally={row.people} label={t('machines.byPeople')} />
                </Table.Td>
                <Table.Td ta="right">
                  <Count
                    id={id}
                    figure={`${row.of}_by_machine`}
                    tally={row.machines}
                    label={t('machines.byMachines')}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Card>
  );
}

function Count(props: {
  id: string;
  figure: 'opened' | 'clicked' | 'opened_by_machine' | 'clicked_by_machine';
  tally: Report['opened'];
  label: string;
}) {
  const { id, figure, tally, label } = props;
  const { t } = useTranslation('reports');
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <FigureLink id={id} figure={figure} value={tally.people} label={label} />
      <Text fz="xs" c="dimmed">
        {t('times', { count: tally.times })}
      </Text>
    </Group>
  );
}
