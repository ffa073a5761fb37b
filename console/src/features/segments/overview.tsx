/** A segment at a glance: how many, which share, what it says, where it is used. */
import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { share } from '../../lib/format';
import { everybodyQuery, useSentence } from '../../parts/rule-builder';
import { Figure } from '../../ui/figure';
import { Moment } from '../../ui/time';
import { toastFailed } from '../../ui/toasts';
import { Growth } from './growth';
import { countSegment, type Segment, usesQuery } from './queries';

export function Overview({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const sentence = useSentence();
  return (
    <Stack gap="lg">
      <Size segment={segment} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Card withBorder>
          <Title order={2} mb="xs">
            {t('rule')}
          </Title>
          <Text>{sentence(segment.rule, segment.sentence)}</Text>
        </Card>
        <UsedIn segment={segment} />
      </SimpleGrid>
      <Growth segment={segment} />
    </Stack>
  );
}

function Size({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const everybody = useQuery(everybodyQuery()).data?.count;
  const [counting, setCounting] = useState(false);
  const count = async () => {
    setCounting(true);
    await countSegment(segment.id).catch((error: unknown) => toastFailed(error));
    setCounting(false);
  };
  const members = segment.members ?? undefined;
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Figure label={t('figure.members')} value={members ?? '—'} />
        <Figure
          label={t('figure.share')}
          value={members === undefined || everybody === undefined ? '—' : share(members, everybody)}
          help={t('figure.shareHelp')}
        />
        <Figure
          label={t('figure.version')}
          value={segment.version}
          note={<Moment at={segment.updated_at} />}
        />
      </SimpleGrid>
      <Group gap="xs">
        <Text fz="sm" c="dimmed" role="status">
          {segment.counted_at ? t('countedAt') : t('uncountedLong')}{' '}
          {segment.counted_at && <Moment at={segment.counted_at} />}
        </Text>
        <Button
          size="compact-sm"
          variant="subtle"
          loading={counting}
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => void count()}
        >
          {t('countAgain')}
        </Button>
      </Group>
    </Stack>
  );
}

function UsedIn({ segment }: { segment: Segment }) {
  const { t, i18n } = useTranslation('segments');
  const { store } = useParams({ from: '/s/$store' });
  const { data } = useQuery(usesQuery(segment.id));
  const uses = data?.items ?? [];
  const kind = (word: string) => (i18n.exists(`segments:uses.kind.${word}`) ? t(`uses.kind.${word}`) : word);
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('usedIn')}
      </Title>
      {data !== undefined && uses.length === 0 && <Text c="dimmed">{t('uses.none')}</Text>}
      <Stack gap={4}>
        {uses.map((use) => (
          <Group key={use.id} gap="xs">
            <Text fz="sm" c="dimmed">
              {kind(use.kind)}
            </Text>
            {use.kind === 'segment' ? (
              <Anchor
                fz="sm"
                renderRoot={(props) => (
                  <Link to="/s/$store/segments/$segment" params={{ store, segment: use.id }} {...props} />
                )}
              >
                {use.name}
              </Anchor>
            ) : (
              <Text fz="sm">{use.name}</Text>
            )}
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
