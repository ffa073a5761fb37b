/** Who did not get it and why; who did not want it. */
import { Box, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { useDecisionWords } from '../../parts/campaign-words/decisions';
import { FigureLink } from './figure-link';
import type { Figure, Report } from './queries';

export function DeliveryTab({ id, report }: { id: string; report: Report }) {
  const { t } = useTranslation('reports');
  const { sums } = report;
  return (
    <Stack gap="lg">
      <Card withBorder>
        <Title order={2} mb="sm">
          {t('sums.title')}
        </Title>
        <Sums id={id} report={report} />
      </Card>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Causes
          id={id}
          title={t('decisions.title')}
          text={t('decisions.text')}
          causes={report.decisions}
          figure="suppressed"
          whole={sums.audience}
        />
        <Causes
          id={id}
          title={t('failures.title')}
          text={t('failures.text')}
          causes={report.failures}
          figure="failed"
          whole={sums.audience}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
        {(['bounced', 'unsubscribed', 'complained'] as const).map((figure) => (
          <Card withBorder key={figure}>
            <Text fz="sm" c="dimmed">
              {t(`figure.${figure}`)}
            </Text>
            <Text fz={26} fw={600} component="div">
              <FigureLink
                id={id}
                figure={figure}
                value={report[figure].people}
                label={t(`figure.${figure}`)}
              />{' '}
              <Text span fz="sm" c="dimmed" fw={400}>
                {share(report[figure].people, sums.accepted)}
              </Text>
            </Text>
            <Text fz="sm" c="dimmed">
              {t(`help.${figure}`)}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Sums({ id, report }: { id: string; report: Report }) {
  const { t } = useTranslation('reports');
  const { sums } = report;
  const parts = ['accepted', 'deferred', 'failed', 'suppressed', 'unknown', 'open'] as const;
  return (
    <Table>
      <Table.Tbody>
        {parts.map((part) => (
          <Table.Tr key={part}>
            <Table.Th scope="row" fw={500}>
              {t(`sums.${part}`)}
              <Text fz="xs" c="dimmed" fw={400}>
                {t(`sums.${part}Help`)}
              </Text>
            </Table.Th>
            <Table.Td ta="right">
              {part === 'open' ? (
                number(sums.open)
              ) : (
                <FigureLink id={id} figure={part} value={sums[part]} label={t(`sums.${part}`)} />
              )}
            </Table.Td>
            <Table.Td ta="right" w={90} c="dimmed">
              {share(sums[part], sums.audience)}
            </Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th scope="row">{t('sums.audience')}</Table.Th>
          <Table.Td ta="right" fw={600}>
            {number(sums.audience)}
          </Table.Td>
          <Table.Td ta="right" w={90} c="dimmed">
            {share(sums.audience, sums.audience)}
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

function Causes(props: {
  id: string;
  title: string;
  text: string;
  causes: Report['decisions'];
  figure: Figure;
  whole: number;
}) {
  const { id, title, text, causes, figure, whole } = props;
  const { t } = useTranslation('reports');
  const words = useDecisionWords();
  const most = Math.max(1, ...causes.map(({ count }) => count));
  return (
    <Card withBorder>
      <Title order={2}>{title}</Title>
      <Text fz="sm" c="dimmed" mb="md">
        {text}
      </Text>
      {causes.length === 0 && <Text fz="sm">{t('nobody')}</Text>}
      <Stack gap="md">
        {causes.map(({ reason, sentence, count }) => (
          <div key={reason}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text fz="sm" fw={500}>
                {words.reason(reason)}
              </Text>
              <Text fz="sm" fw={600} component="div" style={{ whiteSpace: 'nowrap' }}>
                <FigureLink
                  id={id}
                  figure={figure}
                  reason={reason}
                  value={count}
                  label={words.reason(reason)}
                />{' '}
                <Text span fz="xs" c="dimmed" fw={400}>
                  {share(count, whole)}
                </Text>
              </Text>
            </Group>
            <Box h={6} bg="var(--mantine-color-default-hover)" style={{ borderRadius: 3 }} aria-hidden>
              <Box h="100%" bg="yellow.6" w={`${(100 * count) / most}%`} style={{ borderRadius: 3 }} />
            </Box>
            <Text fz="xs" c="dimmed" mt={2}>
              {words.cause(reason, sentence)}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}
