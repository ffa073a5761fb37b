/** Chooses a design to begin with: a ready one, one of the store's own, an empty one, or code. */
import {
  Box,
  Button,
  Center,
  Grid,
  Group,
  Modal,
  NavLink,
  ScrollArea,
  Stack,
  Tabs,
  Text,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { storeQuery } from '../../lib/session';
import { newDocument } from '../../parts/email-document/new-document';
import { MailFrame } from '../../ui/mail-frame';
import { Loaded, RowsLoading } from '../../ui/states';
import { blankHtml, blankMjml } from './blank';
import {
  readyTemplateQuery,
  readyTemplatesQuery,
  renderQuery,
  templateQuery,
  templatesQuery,
} from './queries';

type Source = Schema<'EmailSource'>;
type Kind = 'ready' | 'own' | 'blank';

/** What is chosen: a ready template's key, an own template's id, or a kind of empty email. */
interface Choice {
  kind: Kind;
  id: string;
}

export function DesignPicker(props: {
  opened: boolean;
  onClose: () => void;
  onPick: (source: Source) => void;
}) {
  const { t } = useTranslation('campaigns');
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('design.choose')} size={1080}>
      <Picker {...props} />
    </Modal>
  );
}

function Picker({ onClose, onPick }: { onClose: () => void; onPick: (source: Source) => void }) {
  const { t } = useTranslation('campaigns');
  const [tab, setTab] = useState<Kind>('ready');
  const [choice, setChoice] = useState<Choice>();
  const source = useSource(choice);
  return (
    <Stack>
      <Grid>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <Tabs
            value={tab}
            onChange={(value) => setTab((value as Kind | null) ?? 'ready')}
            keepMounted={false}
          >
            <Tabs.List mb="xs">
              {(['ready', 'own', 'blank'] as const).map((kind) => (
                <Tabs.Tab key={kind} value={kind}>
                  {t(`design.tab.${kind}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <ScrollArea h={460}>
              <Options tab={tab} choice={choice} onChoose={setChoice} />
            </ScrollArea>
          </Tabs>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <Look choice={choice} source={source.data} error={source.error} />
        </Grid.Col>
      </Grid>
      <Group justify="space-between">
        <Text fz="sm" c="dimmed">
          {t('design.replaces')}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button
            disabled={source.data === undefined}
            onClick={() => source.data !== undefined && onPick(source.data)}
          >
            {t('design.use')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** The email behind a choice. */
function useSource(choice: Choice | undefined): { data: Source | undefined; error: unknown } {
  const { t } = useTranslation('campaigns');
  const { data: store } = useQuery(storeQuery());
  const ready = useQuery({ ...readyTemplateQuery(choice?.id ?? ''), enabled: choice?.kind === 'ready' });
  const own = useQuery({ ...templateQuery(choice?.id ?? ''), enabled: choice?.kind === 'own' });
  if (choice === undefined) return { data: undefined, error: undefined };
  if (choice.kind === 'ready') return { data: ready.data?.source, error: ready.error };
  if (choice.kind === 'own') return { data: own.data?.source, error: own.error };
  if (choice.id === 'document') {
    const document = newDocument(store?.settings.brand ?? {});
    return { data: { body: { format: 'document', document } }, error: undefined };
  }
  const words = { heading: t('blank.heading'), text: t('blank.text'), unsubscribe: t('blank.unsubscribe') };
  const make = choice.id === 'mjml' ? blankMjml : blankHtml;
  return { data: { body: make(words) }, error: undefined };
}

interface OptionsProps {
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}

function Options({ tab, ...props }: { tab: Kind } & OptionsProps) {
  if (tab === 'ready') return <ReadyOptions {...props} />;
  if (tab === 'own') return <OwnOptions {...props} />;
  return <BlankOptions {...props} />;
}

function Line(props: OptionsProps & { kind: Kind; id: string; label: string; description: string }) {
  const { kind, id, label, description, choice, onChoose } = props;
  const active = choice?.kind === kind && choice.id === id;
  return (
    <NavLink
      component="button"
      active={active}
      aria-pressed={active}
      label={label}
      description={description}
      onClick={() => onChoose({ kind, id })}
      style={{ borderRadius: 8 }}
    />
  );
}

function ReadyOptions(props: OptionsProps) {
  const { t, i18n } = useTranslation('campaigns');
  const query = useQuery(readyTemplatesQuery());
  const words = (key: string, what: string, own: string) => {
    const name = `ready.${key}.${what}`;
    return i18n.exists(`campaigns:${name}`) ? t(name) : own;
  };
  return (
    <Loaded query={query}>
      {({ items }) => (
        <>
          {items.map(({ key, name, description }) => (
            <Line
              key={key}
              {...props}
              kind="ready"
              id={key}
              label={words(key, 'name', name)}
              description={words(key, 'text', description)}
            />
          ))}
        </>
      )}
    </Loaded>
  );
}

function OwnOptions(props: OptionsProps) {
  const { t } = useTranslation('campaigns');
  const query = useQuery(templatesQuery());
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Text fz="sm" c="dimmed" p="md">
            {t('design.noOwn')}
          </Text>
        ) : (
          items.map(({ id, name, subject }) => (
            <Line key={id} {...props} kind="own" id={id} label={name} description={subject} />
          ))
        )
      }
    </Loaded>
  );
}

function BlankOptions(props: OptionsProps) {
  const { t } = useTranslation('campaigns');
  return (
    <>
      {(['document', 'mjml', 'html'] as const).map((format) => (
        <Line
          key={format}
          {...props}
          kind="blank"
          id={format}
          label={t(`blank.${format}`)}
          description={t(`blank.${format}Help`)}
        />
      ))}
    </>
  );
}

function Look(props: { choice: Choice | undefined; source: Source | undefined; error: unknown }) {
  const { choice, source, error } = props;
  const { t } = useTranslation('campaigns');
  const query = useQuery({
    ...renderQuery(source ?? { body: { format: 'html', source: '' } }),
    enabled: source !== undefined,
  });
  if (choice === undefined) {
    return (
      <Center h={510} bg="var(--mantine-color-default-hover)" style={{ borderRadius: 8 }}>
        <Text fz="sm" c="dimmed">
          {t('design.lookHint')}
        </Text>
      </Center>
    );
  }
  return (
    <Box h={510}>
      <Loaded query={{ ...query, error: error ?? query.error }} loading={<RowsLoading rows={10} />}>
        {(rendered) => (
          <MailFrame html={rendered.preview?.html ?? ''} title={t('design.look')} height={510} />
        )}
      </Loaded>
    </Box>
  );
}
