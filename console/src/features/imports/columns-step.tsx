/** What each column becomes: the proposal, how sure it is, some values, and the choice. */
import { Alert, Card, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CHANNELS } from '../../parts/contact-bits';
import { selectText } from '../../ui/select-text';
import { Status, type Tone } from '../../ui/status';
import { AttributeControls } from './attribute-controls';
import { FIELDS, hasAddress, type KnownAttribute, keyOf, ROLES, targetOf, withColumn } from './mapping';
import { attributesQuery, type ColumnPlan, type Target } from './queries';
import type { StepProps } from './wizard';

const DATES = ['ymd', 'dmy', 'mdy'] as const;
const SAMPLES = 3;

export function ColumnsStep({ look, onMapping, busy }: StepProps) {
  const { t } = useTranslation('imports');
  const { plan, mapping } = look.import;
  const known = useQuery(attributesQuery()).data?.items ?? [];
  const left = plan.columns.filter((c) => c.target.kind === 'ignore').length;
  return (
    <Card withBorder>
      <Group justify="space-between" align="flex-end" mb="md">
        <Stack gap={0}>
          <Title order={2}>{t('columns.title')}</Title>
          <Text fz="sm" c="dimmed" role="status">
            {t('columns.summary', { count: plan.columns.length - left, all: plan.columns.length })}
          </Text>
        </Stack>
        <Select
          label={t('columns.dates')}
          w={240}
          data={[
            { value: 'auto', label: t('dates.auto') },
            ...DATES.map((value) => ({ value, label: t(`dates.${value}`) })),
          ]}
          value={mapping.dates ?? 'auto'}
          allowDeselect={false}
          disabled={busy}
          onChange={(order) => onMapping({ ...mapping, dates: DATES.find((d) => d === order) ?? null })}
        />
      </Group>
      {!hasAddress(plan.columns) && (
        <Alert color="red" mb="md" role="alert">
          {t('columns.noAddress')}
        </Alert>
      )}
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="24%">{t('columns.heading')}</Table.Th>
              <Table.Th w="26%">{t('columns.samples')}</Table.Th>
              <Table.Th>{t('columns.becomes')}</Table.Th>
              <Table.Th w={130}>{t('columns.sure')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.columns.map((column, n) => (
              <ColumnRow
                key={column.heading}
                column={column}
                samples={look.samples[n] ?? []}
                known={known}
                busy={busy}
                onTarget={(target) => onMapping(withColumn(mapping, column.heading, target))}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

const TONES: Record<ColumnPlan['confidence'], Tone> = { given: 'neutral', known: 'good', guessed: 'warning' };

interface RowProps {
  column: ColumnPlan;
  samples: string[];
  known: KnownAttribute[];
  busy: boolean;
  onTarget: (target: Target) => void;
}

function ColumnRow({ column, samples, known, busy, onTarget }: RowProps) {
  const { t } = useTranslation('imports');
  const data = useTargets(column, known);
  const { target, confidence, note, heading } = column;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fz="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {heading}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text fz="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {samples.slice(0, SAMPLES).join(' · ') || '—'}
        </Text>
      </Table.Td>
      <Table.Td>
        <Stack gap={6}>
          <Select
            aria-label={t('columns.becomesOf', { heading })}
            data={data}
            value={keyOf(target)}
            allowDeselect={false}
            searchable
            selectFirstOptionOnChange
            {...selectText}
            disabled={busy}
            onChange={(key) => key !== null && onTarget(targetOf(key, heading, known))}
          />
          {target.kind === 'attribute' && (
            <AttributeControls
              heading={heading}
              target={target}
              fixed={known.some((one) => one.name === target.name)}
              busy={busy}
              onTarget={onTarget}
            />
          )}
          {note && (
            <Text fz="xs" c="dimmed">
              {note}
            </Text>
          )}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Status tone={TONES[confidence]} label={t(`confidence.${confidence}`)} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Everything a column can become, by kind. */
function useTargets(column: ColumnPlan, known: RowProps['known']) {
  const { t } = useTranslation(['imports', 'consent']);
  return useMemo(() => {
    const present = keyOf(column.target);
    const fields = FIELDS.map((field) => ({ value: `field:${field}`, label: t(`imports:target.${field}`) }));
    const consent = CHANNELS.filter((c) => c !== 'push').flatMap((channel) =>
      ROLES.map((role) => ({
        value: `consent:${channel}:${role}`,
        label: t('imports:target.consent', {
          channel: t(`consent:channel.${channel}`),
          role: t(`imports:role.${role}`),
        }),
      })),
    );
    const own = known.map((one) => ({ value: `attribute:${one.name}`, label: one.name }));
    const listed = [...fields, ...consent, ...own].map((one) => one.value);
    const extra =
      listed.includes(present) || present === 'tags' || present === 'ignore'
        ? []
        : [
            {
              value: present,
              label: presentLabel(column.target, (name) => t('imports:target.newNamed', { name })),
            },
          ];
    return [
      {
        group: t('imports:target.other'),
        items: [
          { value: 'ignore', label: t('imports:target.ignore') },
          { value: 'tags', label: t('imports:target.tags') },
        ],
      },
      { group: t('imports:target.fields'), items: fields },
      { group: t('imports:target.consents'), items: consent },
      {
        group: t('imports:target.custom'),
        items: [...extra, ...own, { value: 'new', label: t('imports:target.new') }],
      },
    ];
  }, [t, column.target, known]);
}

function presentLabel(target: Target, named: (name: string) => string): string {
  if (target.kind === 'attribute') return named(target.name);
  return target.kind === 'external_id' ? target.system : keyOf(target);
}
