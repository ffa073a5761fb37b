/** Earlier versions of a template: look at one, and go back to it (which can be undone). */
import { Button, Drawer, Group, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MailFrame } from '../../../ui/mail-frame';
import { Loaded } from '../../../ui/states';
import { Moment } from '../../../ui/time';
import { toastDone } from '../../../ui/toasts';
import { useEditor } from '../editor-state';
import { type EmailSource, renderQuery, versionQuery, versionsQuery } from '../queries';

export function VersionsDrawer(props: { template: string; opened: boolean; onClose: () => void }) {
  const { template, opened, onClose } = props;
  const { t } = useTranslation('editor');
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="xl"
      title={t('versions.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {opened && <Versions template={template} onRestored={onClose} />}
    </Drawer>
  );
}

function Versions({ template, onRestored }: { template: string; onRestored: () => void }) {
  const { t } = useTranslation('editor');
  const [chosen, setChosen] = useState<number>();
  const query = useQuery({ ...versionsQuery(template), staleTime: 0 });
  return (
    <Loaded query={query}>
      {({ items }) => {
        const shown = chosen ?? items[0]?.version;
        return (
          <Group align="flex-start" wrap="nowrap">
            <ScrollArea h="80vh" w={180} type="auto">
              <Stack gap={2}>
                {items.map(({ version, saved_at }) => (
                  <UnstyledButton
                    key={version}
                    className="sp-layer"
                    aria-pressed={version === shown}
                    data-chosen={version === shown || undefined}
                    onClick={() => setChosen(version)}
                  >
                    <span>
                      <Text fz="sm" fw={version === shown ? 600 : 400}>
                        {t('versions.number', { version })}
                      </Text>
                      <Text fz="xs" c="dimmed">
                        <Moment at={saved_at} />
                      </Text>
                    </span>
                  </UnstyledButton>
                ))}
              </Stack>
            </ScrollArea>
            <Stack flex={1} miw={0}>
              {shown !== undefined && <Version template={template} version={shown} onRestored={onRestored} />}
            </Stack>
          </Group>
        );
      }}
    </Loaded>
  );
}

function Version(props: { template: string; version: number; onRestored: () => void }) {
  const { template, version, onRestored } = props;
  const { t } = useTranslation('editor');
  const { change, choose, editable } = useEditor();
  const query = useQuery(versionQuery(template, version));
  const restore = (source: EmailSource) => {
    choose({ kind: 'email' });
    change(`version ${version}`, () => source);
    toastDone(t('versions.restored', { version }));
    onRestored();
  };
  return (
    <Loaded query={query}>
      {({ source }) => (
        <>
          <Group justify="space-between" wrap="nowrap">
            <Text fz="sm" truncate>
              {source.subject}
            </Text>
            <Button size="xs" disabled={!editable} onClick={() => restore(source)}>
              {t('versions.restore')}
            </Button>
          </Group>
          <Drawn source={source} />
        </>
      )}
    </Loaded>
  );
}

function Drawn({ source }: { source: EmailSource }) {
  const { t } = useTranslation('editor');
  const query = useQuery(renderQuery(source, null));
  return (
    <Loaded query={query}>
      {({ preview }) => <MailFrame html={preview?.html ?? ''} title={t('versions.frame')} height="72vh" />}
    </Loaded>
  );
}
