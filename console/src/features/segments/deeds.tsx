/** What can be done with a segment besides editing it: the same on the list and on its page. */
import { Anchor, List, Loader, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { toastDone, toastFailed, toastUndo } from '../../ui/toasts';
import { archiveSegment, countSegment, exportMembers, type Segment, usesQuery } from './queries';

export interface Deeds {
  edit: () => void;
  duplicate: () => void;
  count: () => void;
  exportMembers: () => void;
  archive: () => void;
  restore: () => void;
  showUses: () => void;
}

export function useDeeds(segment: Segment): Deeds {
  const { t } = useTranslation('segments');
  const navigate = useNavigate();
  const words = useProblemText();
  const { store } = useParams({ from: '/s/$store' });
  const { id, name } = segment;
  const attempt = (deed: Promise<void>, done?: () => void) =>
    void deed.then(done, (error: unknown) => toastFailed(error, words(problemOf(error))));
  const restore = () => attempt(archiveSegment(id, false), () => toastDone(t('restored', { name })));
  const showUses = () => {
    modals.open({ title: t('uses.title', { name }), children: <Uses id={id} store={store} /> });
  };
  return {
    edit: () => void navigate({ to: '/s/$store/segments/$segment/edit', params: { store, segment: id } }),
    duplicate: () => void navigate({ to: '/s/$store/segments/new', params: { store }, search: { from: id } }),
    count: () => attempt(countSegment(id), () => toastDone(t('counted', { name }))),
    exportMembers: () => attempt(exportMembers(id), () => toastDone(t('exportBegun'))),
    archive: () =>
      void archiveSegment(id, true).then(
        () => toastUndo(t('archived', { name }), restore),
        // In use: what uses it says more than the refusal.
        (error: unknown) =>
          problemOf(error).status === 409 ? showUses() : toastFailed(error, words(problemOf(error))),
      ),
    restore,
    showUses,
  };
}

function Uses({ id, store }: { id: string; store: string }) {
  const { t } = useTranslation('segments');
  const { data, error } = useQuery(usesQuery(id));
  if (error !== null) return <Text fz="sm">{problemOf(error).detail}</Text>;
  if (data === undefined) return <Loader size="sm" />;
  if (data.items.length === 0) return <Text fz="sm">{t('uses.none')}</Text>;
  return (
    <Stack gap="sm">
      <Text fz="sm">{t('uses.text')}</Text>
      <List spacing={4} size="sm">
        {data.items.map((use) => (
          <List.Item key={use.id}>
            <UseLine use={use} store={store} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function UseLine({ use, store }: { use: { kind: string; id: string; name: string }; store: string }) {
  const { t, i18n } = useTranslation('segments');
  const key = `uses.kind.${use.kind}`;
  const kind = i18n.exists(`segments:${key}`) ? t(key) : use.kind;
  const name = t('uses.line', { kind, name: use.name });
  if (use.kind !== 'segment') return <Text fz="sm">{name}</Text>;
  return (
    <Anchor
      fz="sm"
      onClick={() => modals.closeAll()}
      renderRoot={(props) => (
        <Link to="/s/$store/segments/$segment" params={{ store, segment: use.id }} {...props} />
      )}
    >
      {name}
    </Anchor>
  );
}
