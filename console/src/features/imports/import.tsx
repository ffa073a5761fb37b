/** One import: the wizard while it waits, its progress while it runs, its result afterwards. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { ask } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { toastDone, toastFailed } from '../../ui/toasts';
import { deleteImport, type Import as ImportType, importQuery } from './queries';
import { Result } from './result';
import { Running } from './running';
import { ImportStatus } from './status';
import { Wizard } from './wizard';

export const route = createLazyRoute('/s/$store/imports/$import')({ component: Import });

function Import() {
  const { t } = useTranslation('imports');
  const { store, import: id } = route.useParams();
  const query = useQuery(importQuery(id));
  const item = query.data;
  return (
    <Page
      title={item?.file_name || t('one')}
      badge={item !== undefined && <ImportStatus state={item.state} />}
      crumbs={[{ label: t('title'), to: '/s/$store/imports', params: { store } }]}
      actions={item?.state === 'uploaded' && <Discard item={item} />}
    >
      <Loaded query={query}>
        {(found) => {
          if (found.state === 'uploaded') return <Wizard item={found} />;
          return found.state === 'running' ? <Running item={found} /> : <Result item={found} />;
        }}
      </Loaded>
    </Page>
  );
}

function Discard({ item }: { item: ImportType }) {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const { store } = route.useParams();
  const navigate = route.useNavigate();
  const discard = () =>
    ask({
      title: t('discard.title'),
      text: t('discard.text'),
      action: t('discard.action'),
      danger: true,
      onConfirm: () =>
        void navigate({ to: '/s/$store/imports', params: { store } })
          .then(() => deleteImport(item.id))
          .then(
            () => toastDone(t('discard.done')),
            (error: unknown) => toastFailed(error, words(problemOf(error))),
          ),
    });
  return (
    <Button variant="default" onClick={discard}>
      {t('discard.action')}
    </Button>
  );
}
