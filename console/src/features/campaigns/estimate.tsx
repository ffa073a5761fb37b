/** What is left of an audience: matched − excluded − each reason = will receive, as bars and as a list. */
import { Alert, Box, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { useDecisionWords } from '../../parts/campaign-words/decisions';
import { Failed } from '../../ui/states';
import type { Plan } from './queries';

export function Estimate(props: { plan: Plan | undefined; error: unknown; busy: boolean; isEmpty: boolean }) {
  const { plan, error, busy, isEmpty } = props;
  const { t } = useTranslation('campaigns');
  return (
    <Card
      withBorder
      component="section"
      aria-label={t('estimate.title')}
      style={{ position: 'sticky', top: 72 }}
    >
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{t('estimate.title')}</Title>
          {busy && !isEmpty && <Loader size={16} aria-label={t('estimate.counting')} />}
        </Group>
        {isEmpty ? (
          <Stack align="center" py="lg" gap="xs" ta="center">
            <IconUsers size={28} aria-hidden color="var(--mantine-color-dimmed)" />
            <Text fz="sm" c="dimmed">
              {t('estimate.empty')}
            </Text>
          </Stack>
        ) : error ? (
          <Failed error={error} />
        ) : (
          plan !== undefined && <Breakdown plan={plan} />
        )}
      </Stack>
    </Card>
  );
}

/** Rows of the breakdown; also on the review. */
export function Breakdown({ plan }: { plan: Plan }) {
  const { t } = useTranslation('campaigns');
  const words = useDecisionWords();
  const matched = plan.audience + plan.excluded;
  return (
    <Stack gap="xs" role="status">
      <Row label={t('estimate.matched')} value={matched} whole={matched} color="gray.5" />
      {plan.excluded > 0 && (
        <Row label={t('estimate.excluded')} value={plan.excluded} whole={matched} color="gray.5" minus />
      )}
      {plan.refused.map(({ reason, sentence, count }) => (
        <Row
          key={reason}
          label={words.reason(reason)}
          help={words.cause(reason, sentence)}
          value={count}
          whole={matched}
          color="yellow.6"
          minus
        />
      ))}
      <Box pt="xs" style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
        <Row label={t('estimate.receive')} value={plan.will_receive} whole={matched} color="teal.6" total />
      </Box>
      {plan.will_receive === 0 && <Alert color="red">{t('estimate.nobody')}</Alert>}
    </Stack>
  );
}

function Row(props: {
  label: string;
  help?: string;
  value: number;
  whole: number;
  color: string;
  minus?: boolean;
  total?: boolean;
}) {
  const { label, help, value, whole, color, minus = false, total = false } = props;
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fz="sm" fw={total ? 600 : 400}>
          {label}
        </Text>
        <Text fz={total ? 'lg' : 'sm'} fw={total ? 700 : 500} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {minus ? '−' : total ? '= ' : ''}
          {number(value)}
          {(minus || total) && whole > 0 && (
            <Text span fz="xs" c="dimmed" fw={400} ms={6}>
              {share(value, whole)}
            </Text>
          )}
        </Text>
      </Group>
      <Box
        h={6}
        bg="var(--mantine-color-default-hover)"
        style={{ borderRadius: 3, overflow: 'hidden' }}
        aria-hidden
      >
        <Box
          h="100%"
          bg={color}
          w={`${whole === 0 ? 0 : (100 * value) / whole}%`}
          style={{ minWidth: value > 0 ? 2 : 0 }}
        />
      </Box>
      {help !== undefined && (
        <Text fz="xs" c="dimmed" mt={2}>
          {help}
        </Text>
      )}
    </div>
  );
}
