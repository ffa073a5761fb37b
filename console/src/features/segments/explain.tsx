/** Why a contact is in a segment, or is not: every condition with what was found. */
import { Alert, Card, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { intlLanguage } from '../../lib/i18n';
import { serverReason } from '../../lib/server-sentences';
import { ContactPicker } from '../../parts/audience-pickers';
import { leafSentence, leavesOf, parseRule, useGrammar } from '../../parts/rule-builder';
import { Loaded } from '../../ui/states';
import { explanationQuery, type Segment } from './queries';

const page = getRouteApi('/s/$store/segments/$segment');

export function Explain({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const { contact } = page.useSearch();
  const navigate = page.useNavigate();
  return (
    <Stack maw={720}>
      <ContactPicker
        label={t('explain.contact')}
        description={t('explain.help')}
        value={contact ?? null}
        onChange={(id) => void navigate({ search: { tab: 'explain', contact: id ?? undefined } })}
        clearable
      />
      {contact !== undefined && <Answer segment={segment} contact={contact} />}
    </Stack>
  );
}

function Answer({ segment, contact }: { segment: Segment; contact: string }) {
  const { t } = useTranslation('segments');
  const query = useQuery(explanationQuery(segment.id, contact));
  return (
    <Loaded query={query}>
      {({ matches, conditions }) => (
        <Stack>
          <Alert
            color={matches ? 'teal' : 'gray'}
            icon={matches ? <IconCheck aria-hidden /> : <IconX aria-hidden />}
          >
            {t(matches ? 'explain.matches' : 'explain.matchesNot')}
          </Alert>
          {conditions.map((finding, n) => (
            <Finding key={finding.pointer} finding={finding} segment={segment} n={n} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

/** The sentence of the `n`th condition in the reader's language; findings come in the order of the rule. */
function useFindingSentence(segment: Segment, finding: Schema<'FindingOut'>, n: number): string {
  const grammar = useGrammar(intlLanguage() !== 'en');
  if (grammar === undefined) return finding.sentence;
  const leaf = leavesOf(parseRule(segment.rule))[n];
  return leaf === undefined ? finding.sentence : leafSentence(leaf, grammar);
}

function Finding(props: { finding: Schema<'FindingOut'>; segment: Segment; n: number }) {
  const { finding, segment, n } = props;
  const { t } = useTranslation('segments');
  const sentence = useFindingSentence(segment, finding, n);
  return (
    <Card withBorder padding="sm">
      <Group wrap="nowrap" align="flex-start">
        {finding.holds ? (
          <IconCheck size={18} color="var(--sp-good)" role="img" aria-label={t('explain.holds')} />
        ) : (
          <IconX size={18} color="var(--sp-bad)" role="img" aria-label={t('explain.holdsNot')} />
        )}
        <Stack gap={0}>
          <Text fz="sm" fw={500}>
            {sentence}
          </Text>
          <Text fz="sm" c="dimmed">
            {serverReason(finding.why)}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
