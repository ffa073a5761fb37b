/** What the people in the file agreed to, what happens with known contacts, and which tags the rows get. */
import { Alert, Card, Radio, Select, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { countryChoices } from '../../lib/regions';
import { TagPicker } from '../../parts/audience-pickers';
import { selectText } from '../../ui/select-text';
import { type ConsentMeaning, consentWords, MEANINGS, withEveryone, withWord } from './mapping';
import { StatementCard } from './statement-card';
import type { Promises, StepProps } from './wizard';

const CHANNELS = ['email', 'sms'] as const;
const RULES = ['overwrite', 'fill_gaps', 'skip'] as const;

export interface ConsentStepProps extends StepProps {
  promises: Promises;
  onPromises: (promises: Promises) => void;
}

export function ConsentStep(props: ConsentStepProps) {
  const { look, onMapping, busy } = props;
  const { t } = useTranslation('imports');
  const { mapping } = look.import;
  return (
    <Stack>
      <ConsentColumns {...props} />
      <StatementCard item={look.import} promises={props.promises} onPromises={props.onPromises} />
      <Card withBorder>
        <Title order={2} mb="md">
          {t('known.title')}
        </Title>
        <Stack>
          <Radio.Group
            label={t('known.rule')}
            value={mapping.existing ?? 'overwrite'}
            onChange={(rule) =>
              onMapping({ ...mapping, existing: RULES.find((one) => one === rule) ?? 'overwrite' })
            }
          >
            <Stack gap="xs" mt="xs">
              {RULES.map((rule) => (
                <Radio
                  key={rule}
                  value={rule}
                  disabled={busy}
                  label={t(`rule.${rule}`)}
                  description={t(`rule.${rule}Help`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TagPicker
              label={t('tags.label')}
              description={t('tags.help')}
              value={mapping.tags ?? []}
              onChange={(tags) => onMapping({ ...mapping, tags })}
              create
            />
            <Select
              label={t('country.label')}
              description={t('country.help')}
              data={countryChoices()}
              value={mapping.default_country ?? look.import.plan.default_country ?? null}
              searchable
              selectFirstOptionOnChange
              {...selectText}
              clearable
              clearButtonProps={{ 'aria-label': t('country.clear') }}
              disabled={busy}
              onChange={(country) => onMapping({ ...mapping, default_country: country })}
            />
          </SimpleGrid>
        </Stack>
      </Card>
    </Stack>
  );
}

function ConsentColumns({ look, onMapping, busy }: StepProps) {
  const { t } = useTranslation(['imports', 'consent']);
  const { plan, mapping } = look.import;
  const columns = plan.columns.filter((c) => c.target.kind === 'consent');
  const words = consentWords(plan.columns, look.samples);
  const meanings = MEANINGS.map((value) => ({ value, label: t(`consent:state.${value}`) }));
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('imports:consent.title')}
      </Title>
      <Text fz="sm" c="dimmed" mb="md">
        {columns.length > 0
          ? t('imports:consent.found', { columns: columns.map((c) => c.heading).join(', ') })
          : t('imports:consent.notFound')}
      </Text>
      {words.length > 0 && (
        <Table mb="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports:consent.word')}</Table.Th>
              <Table.Th w={280}>{t('imports:consent.means')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {words.map((word) => (
              <Table.Tr key={word}>
                <Table.Td>{word}</Table.Td>
                <Table.Td>
                  <Meaning
                    label={t('imports:consent.meansOf', { word })}
                    unset={t('imports:consent.recognise')}
                    meanings={meanings}
                    value={mapping.consent_words?.[word]}
                    busy={busy}
                    onChange={(value) => onMapping(withWord(mapping, word, value))}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {CHANNELS.map((channel) => (
          <Meaning
            key={channel}
            visible
            label={t('imports:consent.everyone', { channel: t(`consent:channel.${channel}`) })}
            unset={t('imports:consent.everyoneUnset')}
            meanings={meanings}
            value={mapping.everyone?.[channel] ?? plan.everyone?.[channel]}
            busy={busy}
            onChange={(value) => onMapping(withEveryone(mapping, channel, value))}
          />
        ))}
      </SimpleGrid>
      {CHANNELS.some((channel) => mapping.everyone?.[channel] === 'subscribed') && (
        <Alert color="yellow" mt="md" icon={<IconAlertTriangle aria-hidden />}>
          {t('imports:consent.everyoneWarning')}
        </Alert>
      )}
    </Card>
  );
}

function Meaning(props: {
  label: string;
  visible?: boolean;
  unset: string;
  meanings: { value: ConsentMeaning; label: string }[];
  value: string | undefined;
  busy: boolean;
  onChange: (value: ConsentMeaning | undefined) => void;
}) {
  const { label, visible = false, unset, meanings, value, busy, onChange } = props;
  return (
    <Select
      label={visible ? label : undefined}
      aria-label={visible ? undefined : label}
      data={[{ value: '', label: unset }, ...meanings]}
      value={value ?? ''}
      allowDeselect={false}
      disabled={busy}
      onChange={(next) => onChange(MEANINGS.find((one) => one === next))}
    />
  );
}
