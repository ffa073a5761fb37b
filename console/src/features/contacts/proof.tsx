/** What proves an entry of the consent ledger: source, words shown, version, time, address, actor, evidence. */

import { Anchor, Blockquote, Group, Stack, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { exactTime } from '../../lib/format';
import { ActorName } from '../../parts/actor-name/actor-name';
import type { ConsentEntry } from './queries';

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group gap="xs" wrap="nowrap" align="baseline">
      <Text fz="xs" c="dimmed" w={110} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text fz="xs" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

export function Proof({ entry }: { entry: ConsentEntry }) {
  const { t } = useTranslation('contacts');
  const { store } = useParams({ from: '/s/$store' });
  return (
    <Stack gap={4}>
      {entry.wording !== '' && (
        <Blockquote p="xs" fz="sm" radius="sm">
          {entry.wording}
        </Blockquote>
      )}
      <Line label={t('proof.source')}>
        {entry.import ? (
          <Anchor
            fz="xs"
            renderRoot={(props) => (
              <Link
                to="/s/$store/imports/$import"
                params={{ store, import: entry.import ?? '' }}
                {...props}
              />
            )}
          >
            {t(`source.${entry.source}`)}
          </Anchor>
        ) : (
          t(`source.${entry.source}`)
        )}
      </Line>
      <Line label={t('proof.at')}>{exactTime(entry.at)}</Line>
      {entry.wording_version !== '' && <Line label={t('proof.version')}>{entry.wording_version}</Line>}
      {entry.ip && <Line label={t('proof.ip')}>{entry.ip}</Line>}
      {entry.proof && <Line label={t('proof.evidence')}>{entry.proof}</Line>}
      <Line label={t('proof.actor')}>
        <ActorName actor={entry.actor} />
      </Line>
    </Stack>
  );
}
