/** How the file is read: what was found out, and ways to say it better. */
import { Card, Group, Select, SimpleGrid, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import { withReading } from './mapping';
import type { Look } from './queries';
import type { StepProps } from './wizard';

const ENCODINGS = ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'gb18030', 'Big5', 'Shift_JIS', 'EUC-KR', 'windows-1252'];
const DELIMITERS = [',', ';', 'tab', '|'] as const;
const SAMPLES = 3;

export function FileStep({ look, onMapping, busy }: StepProps) {
  const { t } = useTranslation('imports');
  const { layout, mapping, plan, file_bytes, file_sha256 } = look.import;
  const read = (change: Parameters<typeof withReading>[1]) => onMapping(withReading(mapping, change));
  const csv = layout.kind === 'csv';
  const encodings = [...new Set([layout.encoding ?? 'UTF-8', ...ENCODINGS])];
  return (
    <Stack>
      <Card withBorder>
        <Title order={2} mb="md">
          {t('file.title')}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          <Found label={t('file.kind')} text={t(csv ? 'file.csv' : 'file.xlsx')} note={bytes(file_bytes)} />
          <Found label={t('file.format')} text={t(`format.${plan.format}`)} />
          {csv && (
            <Select
              label={t('file.encoding')}
              data={encodings}
              value={layout.encoding ?? 'UTF-8'}
              allowDeselect={false}
              disabled={busy}
              onChange={(encoding) => read({ encoding })}
            />
          )}
          {csv && (
            <Select
              label={t('file.delimiter')}
              data={DELIMITERS.map((value) => ({
                value,
                label: t(`delimiter.${NAMES[value]}`),
              }))}
              value={layout.delimiter ?? ','}
              allowDeselect={false}
              disabled={busy}
              onChange={(value) => read({ delimiter: DELIMITERS.find((d) => d === value) ?? null })}
            />
          )}
          {!csv && (
            <Select
              label={t('file.sheet')}
              data={layout.sheets}
              value={layout.sheet ?? null}
              allowDeselect={false}
              disabled={busy}
              onChange={(sheet) => read({ sheet })}
            />
          )}
        </SimpleGrid>
        <Switch
          mt="md"
          label={t('file.header')}
          checked={layout.has_header}
          disabled={busy}
          onChange={(event) => read({ header: event.currentTarget.checked })}
        />
        <Text fz="xs" c="dimmed" mt="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('file.sha', { sha: file_sha256 })}
        </Text>
      </Card>
      <Preview look={look} />
    </Stack>
  );
}

const NAMES = { ',': 'comma', ';': 'semicolon', tab: 'tab', '|': 'bar' } as const;

function Found({ label, text, note }: { label: string; text: string; note?: string }) {
  return (
    <Stack gap={2}>
      <Text fz="sm" fw={500}>
        {label}
      </Text>
      <Group gap="xs" mih={36}>
        <Text fz="sm">{text}</Text>
        {note !== undefined && (
          <Text fz="sm" c="dimmed">
            {note}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

/** Some values of each column, to see whether it was read right. */
function Preview({ look }: { look: Look }) {
  const { t } = useTranslation('imports');
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('file.preview', { count: look.import.layout.columns.length })}
      </Title>
      <Text fz="sm" c="dimmed" mb="sm">
        {t('file.previewText')}
      </Text>
      <Table.ScrollContainer minWidth={480} mah={420} type="native">
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('columns.heading')}</Table.Th>
              <Table.Th>{t('columns.samples')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {look.import.plan.columns.map((column, n) => (
              <Table.Tr key={column.heading}>
                <Table.Td>
                  <Text fz="sm" fw={500}>
                    {column.heading}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Text fz="sm" c="dimmed" lineClamp={2}>
                    {(look.samples[n] ?? []).slice(0, SAMPLES).join(' · ') || '—'}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
