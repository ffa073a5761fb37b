/** What a segment was before: every saved version, and a way back. */

import { Button, Group, Stack, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { ActorName } from '../../parts/actor-name/actor-name';
import { parseRule, type RuleDocument, useGrammar } from '../../parts/rule-builder';
import { groupSentence } from '../../parts/rule-builder/sentence';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastFailed, toastUndo } from '../../ui/toasts';
import { type Segment, saveSegment, type Version, versionsQuery } from './queries';

const draftOf = ({ name, description, rule }: Pick<Version, 'name' | 'description' | 'rule'>) => ({
  name,
  description,
  rule: rule as unknown as RuleDocument,
});

export function Versions({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const words = useProblemText();
  const query = useQuery(versionsQuery(segment.id));
  const restore = (version: Version) => {
    const before = draftOf(segment);
    const fail = (error: unknown) => toastFailed(error, words(problemOf(error)));
    void saveSegment(segment.id, draftOf(version), segment.version).then(
      () =>
        toastUndo(t('version.restored', { version: version.version }), () => {
          void saveSegment(segment.id, before).catch(fail);
        }),
      fail,
    );
  };
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Timeline active={items.length} bulletSize={14} lineWidth={2}>
          {items.map((version) => (
            <Timeline.Item key={version.version} title={<VersionTitle version={version} segment={segment} />}>
              <VersionText version={version} />
              {version.version !== segment.version && !segment.archived_at && (
                <Button size="compact-sm" variant="default" mt="xs" onClick={() => restore(version)}>
                  {t('version.restore')}
                </Button>
              )}
            </Timeline.Item>
          ))}
        </Timeline>
      )}
    </Loaded>
  );
}

function VersionTitle({ version, segment }: { version: Version; segment: Segment }) {
  const { t } = useTranslation('segments');
  return (
    <Group gap="xs">
      <Text fz="sm" fw={600}>
        {t('version.title', { version: version.version })}
      </Text>
      {version.version === segment.version && <Status tone="good" label={t('version.current')} />}
      <Text fz="sm" c="dimmed">
        <Moment at={version.saved_at} /> · <ActorName actor={version.actor} />
      </Text>
    </Group>
  );
}

function VersionText({ version }: { version: Version }) {
  const grammar = useGrammar(true);
  return (
    <Stack gap={2} mt={4}>
      <Text fz="sm" fw={500}>
        {version.name}
      </Text>
      {grammar !== undefined && (
        <Text fz="sm" c="dimmed">
          {groupSentence(parseRule(version.rule), grammar)}
        </Text>
      )}
    </Stack>
  );
}
