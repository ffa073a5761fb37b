/** A figure with its name, its unit or share, how it changed, and what it means. */
import { Card, Group, Text, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { number, share } from '../lib/format';

export interface FigureProps {
  label: string;
  value: ReactNode;
  /** Beside the value, such as a share. */
  note?: ReactNode;
  /** How the figure is defined. */
  help?: string;
  /** Now and before, of the same unit; shows the change. `lessIsBetter` turns the colours round. */
  change?: { now: number; before: number; lessIsBetter?: boolean };
}

export function Figure({ label, value, note, help, change }: FigureProps) {
  return (
    <Card withBorder padding="md">
      <Group gap={4} wrap="nowrap">
        <Text fz="sm" c="dimmed">
          {label}
        </Text>
        {help !== undefined && (
          <Tooltip label={help} multiline maw={320}>
            <IconInfoCircle
              size={14}
              role="img"
              aria-label={help}
              tabIndex={0}
              color="var(--mantine-color-dimmed)"
            />
          </Tooltip>
        )}
      </Group>
      <Group gap="xs" align="baseline">
        <Text fz={26} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {typeof value === 'number' ? number(value) : value}
        </Text>
        {note !== undefined && (
          <Text fz="sm" c="dimmed">
            {note}
          </Text>
        )}
      </Group>
      {change !== undefined && <Change {...change} />}
    </Card>
  );
}

function Change({ now, before, lessIsBetter = false }: NonNullable<FigureProps['change']>) {
  const { t } = useTranslation();
  if (before === 0) {
    return (
      <Text fz="xs" c="dimmed">
        {t('change.noComparison')}
      </Text>
    );
  }
  const difference = now - before;
  const good = lessIsBetter ? difference <= 0 : difference >= 0;
  const color = difference === 0 ? 'dimmed' : good ? 'var(--sp-good)' : 'var(--sp-bad)';
  return (
    <Text fz="xs" c={color}>
      {t(difference >= 0 ? 'change.up' : 'change.down', {
        share: share(Math.abs(difference), before),
        before: number(before),
      })}
    </Text>
  );
}
