/** A new segment, empty or beginning with a rule: that of another one, or the conditions of a list. */
import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ruleOfText } from '../../parts/rule-builder';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toastDone } from '../../ui/toasts';
import { createSegment, type Draft, segmentQuery } from './queries';
import { SegmentForm } from './segment-form';

export const route = createLazyRoute('/s/$store/segments/new')({ component: NewSegment });

function NewSegment() {
  const { t } = useTranslation('segments');
  const { store } = route.useParams();
  const { from, rule: text } = route.useSearch();
  const rule = text === undefined ? undefined : ruleOfText(text);
  const navigate = route.useNavigate();
  const origin = useQuery({ ...segmentQuery(from ?? ''), enabled: from !== undefined });
  const save = async (draft: Draft) => {
    const made = await createSegment(draft);
    toastDone(t('created', { name: made.name }));
    await navigate({ to: '/s/$store/segments/$segment', params: { store, segment: made.id } });
  };
  const cancel = () => void navigate({ to: '/s/$store/segments', params: { store } });
  const form = (first: { name: string; description: string; rule?: unknown }) => (
    <SegmentForm first={first} action={t('create')} onSave={save} onCancel={cancel} />
  );
  return (
    <Page
      title={t('new')}
      description={t('newDescription')}
      crumbs={[{ label: t('title'), to: '/s/$store/segments', params: { store } }]}
    >
      {text !== undefined && rule === undefined && (
        <Alert color="yellow" role="alert">
          {t('ruleUnreadable')}
        </Alert>
      )}
      {from === undefined ? (
        form({ name: '', description: '', rule })
      ) : (
        <Loaded query={origin}>
          {(s) =>
            form({
              name: t('copyOf', { name: s.name }).slice(0, 100),
              description: s.description,
              rule: s.rule,
            })
          }
        </Loaded>
      )}
    </Page>
  );
}
