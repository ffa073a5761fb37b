/** From the audience to the click, step by step, each a share of the first. */
import { Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { share } from '../../lib/format';
import { FigureLink } from './figure-link';
import type { Report } from './queries';

export function Funnel({ id, report }: { id: string; report: Report }) {
  const { t } = useTranslation('reports');
  const { sums } = report;
  const steps = [
    { figure: 'audience', value: sums.audience },
    { figure: 'accepted', value: sums.accepted },
    { figure: 'opened', value: report.opened.people },
    { figure: 'clicked', value: report.clicked.people },
  ] as const;
  return (
    <Stack gap="sm">
      {steps.map(({ figure, value }, n) => {
        const before = steps[n - 1];
        return (
          <div key={figure}>
            <Group justify="space-between" gap="xs">
              <Text fz="sm">{t(`figure.${figure}`)}</Text>
              <Text fz="sm" fw={600} component="div">
                <FigureLink id={id} figure={figure} value={value} label={t(`figure.${figure}`)} />
                {before !== undefined && (
                  <Text span fz="xs" c="dimmed" fw={400} ms={6}>
                    {t('ofBefore', { share: share(value, before.value), what: t(`figure.${before.figure}`) })}
                  </Text>
                )}
              </Text>
            </Group>
            <Box h={22} bg="var(--mantine-color-default-hover)" style={{ borderRadius: 6 }} aria-hidden>
              <Box
                h="100%"
                bg="indigo.5"
                w={`${(100 * value) / Math.max(1, sums.audience)}%`}
                style={{ borderRadius: 6, opacity: 1 - n * 0.15, minWidth: value > 0 ? 3 : 0 }}
              />
            </Box>
          </div>
        );
      })}
    </Stack>
  );
}
