/** How many contacts a rule matches, while it is written: counted 400 ms after the last change, with some members. */
import { Anchor, Box, Card, Group, Loader, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { number, share } from '../../lib/format';
import { intlLanguage } from '../../lib/i18n';
import { useProblemText } from '../../ui/problem-text';
import { contactAddress, contactName } from '../audience-pickers';
import { isComplete } from './catalogue';
import { type Complaint, complaintsByNode, leavesOf, type RuleGroup, writeRule } from './model';
import { type Count, catalogueQuery, contactQuery, countQuery, everybodyQuery } from './queries';
import { leafSentence, useGrammar, useSentence } from './sentence';

const WAIT_MS = 400;
const SAMPLE = 5;

/** A count as it stands, and what the server has against the rule. */
export interface LiveCount {
  /** `incomplete` while a condition lacks something. */
  state: 'incomplete' | 'counting' | 'counted' | 'refused' | 'failed';
  count: Count | undefined;
  complaints: Map<string, Complaint[]>;
  error: unknown;
}

/** Counts a rule live. Older questions are cancelled as soon as there is a newer one. */
export function useLiveCount(root: RuleGroup, sample = SAMPLE): LiveCount {
  const catalogue = useQuery(catalogueQuery());
  const written = writeRule(root);
  const text = JSON.stringify(written.document);
  const [settled] = useDebouncedValue(text, WAIT_MS);
  const complete = catalogue.data !== undefined && isComplete(catalogue.data.items, root);
  const waiting = settled !== text;
  const query = useQuery({
    ...countQuery(JSON.parse(settled), sample),
    enabled: complete && !waiting,
    placeholderData: keepPreviousData,
  });
  const base = { count: query.data, complaints: new Map<string, Complaint[]>(), error: query.error };
  if (!complete) return { ...base, state: 'incomplete' };
  if (waiting || query.isFetching) return { ...base, state: 'counting' };
  if (query.error === null) return { ...base, state: 'counted' };
  const errors = problemOf(query.error).errors ?? [];
  if (errors.length === 0) return { ...base, state: 'failed' };
  return { ...base, state: 'refused', complaints: complaintsByNode(errors, written.places) };
}

export function CountCard({ live, root }: { live: LiveCount; root: RuleGroup }) {
  const { t } = useTranslation('rules');
  const words = useProblemText();
  const everybody = useQuery(everybodyQuery());
  const sentence = useSentence();
  const { state, count } = live;
  const all = everybody.data?.count;
  return (
    <Card withBorder>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2}>{t('count.title')}</Title>
          {state === 'counting' && <Loader size={16} role="img" aria-label={t('count.counting')} />}
        </Group>
        <Box role="status" aria-live="polite">
          {count === undefined && state === 'counting' ? (
            <Skeleton height={36} width={120} />
          ) : (
            <Group gap="xs" align="baseline">
              <Text fz={32} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
                {state === 'incomplete' ? '—' : number(count?.count)}
              </Text>
              {count !== undefined && state !== 'incomplete' && (
                <Text fz="sm" c="dimmed">
                  {all === undefined
                    ? t('count.contacts', { count: count.count })
                    : t('count.share', { share: share(count.count, all), all: number(all) })}
                </Text>
              )}
            </Group>
          )}
        </Box>
        {count !== undefined && state !== 'incomplete' && all !== undefined && all > 0 && (
          <Progress value={(100 * count.count) / all} size="sm" aria-label={t('count.title')} />
        )}
        {state === 'incomplete' && <Text fz="sm">{t('count.incomplete')}</Text>}
        {state === 'refused' && (
          <Text fz="sm" c="var(--sp-bad)">
            {t('count.refused')}
          </Text>
        )}
        {state === 'failed' && (
          <Text fz="sm" c="var(--sp-bad)" role="alert">
            {words(problemOf(live.error))}
          </Text>
        )}
        {count !== undefined && state === 'counted' && (
          <Text fz="sm" c="dimmed">
            {sentence(writeRule(root).document, count.sentence)}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

/** Some members with the reasons why they match. */
export function SampleCard({ live, root }: { live: LiveCount; root: RuleGroup }) {
  const { t } = useTranslation('rules');
  const words = useReasons(root, live.state === 'counted');
  const sample = live.count?.sample ?? [];
  if (sample.length === 0 || live.state === 'incomplete') return null;
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        {t('sample.title')}
      </Title>
      <Stack gap="sm">
        {sample.map((member) => (
          <Member key={member.contact} id={member.contact} reasons={words(member)} />
        ))}
      </Stack>
    </Card>
  );
}

/**
 * Words of reasons in the reader's language: the sentence of each condition that decided. The server's own words,
 * which also say what was found, are English; they stand until the sample is of the rule as it is now.
 */
function useReasons(root: RuleGroup, isPresent: boolean): (member: Count['sample'][number]) => string[] {
  const { t } = useTranslation('rules');
  const grammar = useGrammar(intlLanguage() !== 'en');
  const leaves = leavesOf(root);
  return ({ reasons, because }) => {
    if (grammar === undefined || !isPresent) return reasons;
    return because.map(({ condition, holds }, n) => {
      const leaf = leaves[condition];
      if (leaf === undefined) return reasons[n] ?? '';
      const inner = leafSentence(leaf, grammar);
      return holds ? inner : t('sentence.not', { inner });
    });
  };
}

function Member({ id, reasons }: { id: string; reasons: string[] }) {
  const { store } = useParams({ from: '/s/$store' });
  const { data } = useQuery({ ...contactQuery(id), staleTime: 60_000 });
  const address = data === undefined ? '' : contactAddress(data);
  return (
    <Box>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Anchor
          fz="sm"
          fw={500}
          truncate
          renderRoot={(props) => (
            <Link
              to={'/s/$store/contacts/$contact' as '/s/$store/home'}
              params={{ store, contact: id } as never}
              {...props}
            />
          )}
        >
          {data === undefined ? '…' : contactName(data)}
        </Anchor>
        <Text fz="xs" c="dimmed" truncate>
          {address}
        </Text>
      </Group>
      <Text fz="xs" c="dimmed">
        {reasons.join(' · ')}
      </Text>
    </Box>
  );
}
