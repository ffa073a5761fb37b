/** Two people changed the same email: keep mine, take theirs, or look at both first. */
import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverSentence } from '../../../lib/server-sentences';
import { MailFrame } from '../../../ui/mail-frame';
import { Failed, Loaded } from '../../../ui/states';
import { Moment } from '../../../ui/time';
import { useEditor } from '../editor-state';
import { type EmailSource, renderQuery } from '../queries';
import type { DocumentPlace, Saved } from '../source';
import type { Autosave } from '../use-autosave';

export function ConflictDialog({ place, autosave }: { place: DocumentPlace; autosave: Autosave }) {
  const { t } = useTranslation('editor');
  const opened = autosave.state.kind === 'conflict';
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="xl"
      title={t('conflict.title')}
    >
      {opened && <Choice place={place} autosave={autosave} />}
    </Modal>
  );
}

function Choice({ place, autosave }: { place: DocumentPlace; autosave: Autosave }) {
  const { t } = useTranslation('editor');
  const { source, change } = useEditor();
  const [compare, setCompare] = useState(false);
  const theirs = useQuery({
    queryKey: ['conflict', place.kind, place.id],
    queryFn: place.reload,
    gcTime: 0,
    staleTime: 0,
  });
  if (theirs.error) return <Failed error={theirs.error} onRetry={() => void theirs.refetch()} />;
  const keepMine = async (saved: Saved) => {
    autosave.rebase(saved);
    await autosave.flush();
  };
  const takeTheirs = (saved: Saved) => {
    change('conflict', () => saved.source);
    autosave.rebase(saved);
  };
  return (
    <Loaded query={theirs}>
      {(saved) => (
        <Stack>
          <Text fz="sm">
            {t('conflict.text')} <Moment at={saved.at} />
          </Text>
          {compare && (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Side title={t('conflict.mine')} source={source} />
              <Side title={t('conflict.theirs')} source={saved.source} />
            </SimpleGrid>
          )}
          <Group justify="flex-end">
            {!compare && (
              <Button variant="subtle" onClick={() => setCompare(true)}>
                {t('conflict.compare')}
              </Button>
            )}
            <Button variant="default" onClick={() => takeTheirs(saved)}>
              {t('conflict.takeTheirs')}
            </Button>
            <Button onClick={() => void keepMine(saved)}>{t('conflict.keepMine')}</Button>
          </Group>
          <Text fz="xs" c="dimmed">
            {t(place.kind === 'template' ? 'conflict.note' : 'conflict.noteCampaign')}
          </Text>
        </Stack>
      )}
    </Loaded>
  );
}

function Side({ title, source }: { title: string; source: EmailSource }) {
  const query = useQuery(renderQuery(source, null));
  return (
    <Stack gap={4}>
      <Text fw={600} fz="sm">
        {title}
      </Text>
      <Text fz="sm" c="dimmed" truncate>
        {source.subject}
      </Text>
      <Loaded query={query}>
        {({ preview, issues }) =>
          preview == null ? (
            <Text fz="sm">{serverSentence(issues[0]?.message ?? '')}</Text>
          ) : (
            <MailFrame html={preview.html} title={title} height={360} />
          )
        }
      </Loaded>
    </Stack>
  );
}
