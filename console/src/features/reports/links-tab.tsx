/** Links by who clicked them: as a table, and as heat over the email. */
import { Card, Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { MailFrame } from '../../ui/mail-frame';
import { Loaded, RowsLoading } from '../../ui/states';
import { FigureLink } from './figure-link';
import { withHeat } from './heat-map';
import { heat } from './model';
import { launchedHtmlQuery, type Report } from './queries';

const PHONE_PX = 375;

interface TabProps {
  id: string;
  report: Report;
}

export function LinksTab({ id, report }: TabProps) {
  const { t } = useTranslation('reports');
  if (report.links.length === 0) return <Text c="dimmed">{t('noLinks')}</Text>;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Card withBorder>
        <Title order={2} mb="sm">
          {t('links')}
        </Title>
        <LinkTable id={id} report={report} />
      </Card>
      <HeatMap id={id} report={report} />
    </SimpleGrid>
  );
}

function LinkTable({ id, report }: TabProps) {
  const { t } = useTranslation('reports');
  const sorted = [...report.links].sort((a, b) => b.people - a.people || a.link - b.link);
  return (
    <Table.ScrollContainer
      minWidth={420}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('links') } }}
    >
      <Table>
        <Table.Caption>{t('linksCaption')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('link')}</Table.Th>
            <Table.Th ta="right">{t('clickedPeople')}</Table.Th>
            <Table.Th ta="right">{t('clicks')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((link) => (
            <Table.Tr key={link.link}>
              <Table.Td style={{ overflowWrap: 'anywhere' }} fz="sm">
                {link.url || (
                  <Text span inherit c="dimmed">
                    {t('dynamicLink', { number: link.link + 1 })}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                <FigureLink
                  id={id}
                  figure="clicked"
                  link={link.link}
                  value={link.people}
                  label={link.url || t('dynamicLink', { number: link.link + 1 })}
                />{' '}
                <Text span fz="xs" c="dimmed">
                  {share(link.people, report.sums.accepted)}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{number(link.times)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function HeatMap({ id, report }: TabProps) {
  const { t } = useTranslation('reports');
  const [phone, setPhone] = useState(false);
  const query = useQuery(launchedHtmlQuery(id));
  const { links, sums } = report;
  const marked = useMemo(
    () =>
      query.data === undefined
        ? undefined
        : withHeat(query.data, {
            links,
            heat: heat(links),
            label: ({ people }) => `${number(people)} · ${share(people, sums.accepted)}`,
          }),
    [query.data, links, sums.accepted],
  );
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{t('heatMap')}</Title>
          <SegmentedControl
            size="xs"
            aria-label={t('width')}
            value={phone ? 'phone' : 'desktop'}
            onChange={(value) => setPhone(value === 'phone')}
            data={[
              { value: 'desktop', label: t('desktop') },
              { value: 'phone', label: t('phone') },
            ]}
          />
        </Group>
        <Text fz="sm" c="dimmed">
          {t('heatMapHelp')}
        </Text>
        <Loaded query={{ ...query, data: marked }} loading={<RowsLoading />}>
          {(html) => (
            <MailFrame html={html} title={t('heatMap')} width={phone ? PHONE_PX : '100%'} height={720} />
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}
