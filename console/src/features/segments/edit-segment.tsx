/** Editing a segment. If somebody else changed it meanwhile, nothing is overwritten without a question. */
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { ask } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toastDone } from '../../ui/toasts';
import { type Draft, type Segment, saveSegment, segmentQuery } from './queries';
import { SegmentForm } from './segment-form';

export const route = createLazyRoute('/s/$store/segments/$segment/edit')({ component: EditSegment });

function EditSegment() {
  const { t } = useTranslation('segments');
  const { store, segment: id } = route.useParams();
  const query = useQuery({ ...segmentQuery(id), refetchOnWindowFocus: false });
  return (
    <Page
      title={t('editTitle')}
      crumbs={[
        { label: t('title'), to: '/s/$store/segments', params: { store } },
        { label: query.data?.name ?? '…', to: '/s/$store/segments/$segment', params: { store, segment: id } },
      ]}
    >
      <Loaded query={query}>{(segment) => <Editor key={segment.id} segment={segment} />}</Loaded>
    </Page>
  );
}

function Editor({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const { store } = route.useParams();
  const navigate = route.useNavigate();
  // What the form began with; later news of the same segment must not change what is being written.
  const [first] = useState(segment);
  const show = () => navigate({ to: '/s/$store/segments/$segment', params: { store, segment: first.id } });
  const write = async (draft: Draft, version: number | undefined) => {
    await saveSegment(first.id, draft, version);
    toastDone(t('saved', { name: draft.name }));
    await show();
  };
  const save = async (draft: Draft) => {
    try {
      await write(draft, first.version);
    } catch (error) {
      if (problemOf(error).status === 412) askToOverwrite(t, () => void write(draft, undefined));
      throw error;
    }
  };
  return (
    <SegmentForm first={first} id={first.id} action={t('save')} onSave={save} onCancel={() => void show()} />
  );
}

function askToOverwrite(t: TFunction<'segments'>, onConfirm: () => void) {
  ask({
    title: t('conflict.title'),
    text: t('conflict.text'),
    action: t('conflict.action'),
    danger: true,
    onConfirm,
  });
}
