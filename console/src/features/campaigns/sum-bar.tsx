/** The sums of delivery as one bar that always closes, with the figures below it. */
import { Box, Group, SimpleGrid, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { PlaceLink } from '../../parts/links/links';
import { SUM_PARTS, type SumPart } from './model';
import type { Sums } from './queries';

const COLORS: Record<SumPart, string> = {
  accepted: '#0f9d8a',
  deferred: '#d9a514',
  failed: '#d64545',
  suppressed: '#6b7585',
  unknown: '#a13fd1',
  open: 'var(--mantine-color-default-border)',
};

export function SumBar({ sums, campaign }: { sums: Sums; campaign: string }) {
  const { t } = useTranslation('campaigns');
  const shown = SUM_PARTS.filter((part) => sums[part] > 0);
  const label = shown.map((part) => `${t(`sum.${part}`)}: ${number(sums[part])}`).join(', ');
  return (
    <>
      <Box
        role="img"
        aria-label={label}
        h={18}
        style={{ display: 'flex', borderRadius: 9, overflow: 'hidden' }}
      >
        {shown.map((part) => (
          <Tooltip key={part} label={`${t(`sum.${part}`)}: ${number(sums[part])}`}>
            <Box
              bg={COLORS[part]}
              style={{
                width: `${(100 * sums[part]) / Math.max(1, sums.audience)}%`,
                minWidth: 3,
                transition: 'width 200ms',
              }}
            />
          </Tooltip>
        ))}
      </Box>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        {SUM_PARTS.map((part) => (
          <div key={part}>
            <Group gap={6} wrap="nowrap">
              <Box w={10} h={10} bg={COLORS[part]} style={{ borderRadius: 3 }} aria-hidden />
              <Text fz="sm" c="dimmed">
                {t(`sum.${part}`)}
              </Text>
            </Group>
            <Text fz="lg" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {sums[part] > 0 && part !== 'open' ? (
                <PlaceLink
                  to="/campaigns/$campaign/report/people"
                  params={{ campaign }}
                  search={{ figure: part }}
                  inherit
                  c="inherit"
                  underline="always"
                >
                  {number(sums[part])}
                </PlaceLink>
              ) : (
                number(sums[part])
              )}{' '}
              <Text span fz="xs" c="dimmed" fw={400}>
                {share(sums[part], sums.audience)}
              </Text>
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </>
  );
}
