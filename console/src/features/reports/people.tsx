/** The people behind a figure of a report, page by page. */
import { Button, Select, Text } from '@mantine/core';
import { IconDownload, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { contactName } from '../../parts/audience-pickers';
import { type DecisionWords, outcomeTone, useDecisionWords } from '../../parts/campaign-words/decisions';
import { PlaceLink, useGo } from '../../parts/links/links';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import {
  type Behind,
  campaignQuery,
  PAGE,
  type Person,
  peopleAddress,
  peopleQuery,
  reportQuery,
} from './queries';
import { FIGURES } from './routes';

export const route = createLazyRoute('/s/$store/campaigns/$campaign/report/people')({ component: People });

function People() {
  const { t } = useTranslation('reports');
  const params = route.useParams();
  const { campaign: id } = params;
  const { after, ...search } = route.useSearch();
  const behind: Behind = { ...search, figure: search.figure ?? 'audience' };
  const navigate = route.useNavigate();
  const campaign = useQuery(campaignQuery(id));
  const query = useQuery({
    ...peopleQuery(id, behind, after),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const words = useDecisionWords();
  const name = campaign.data?.name ?? '…';
  return (
    <Page
      title={t(`people.${behind.figure ?? 'audience'}`)}
      description={<Narrowed id={id} behind={behind} words={words} />}
      crumbs={[
        { label: t('campaigns'), to: '/s/$store/campaigns' as '/s/$store/home', params },
        { label: name, to: '/s/$store/campaigns/$campaign' as '/s/$store/home', params },
        { label: t('title'), to: '/s/$store/campaigns/$campaign/report' as '/s/$store/home', params },
      ]}
      actions={
        <>
          <Select
            w={240}
            aria-label={t('people.figure')}
            value={behind.figure ?? 'audience'}
            allowDeselect={false}
            data={FIGURES.map((figure) => ({ value: figure, label: t(`people.${figure}`) }))}
            onChange={(value) => void navigate({ search: { figure: FIGURES.find((one) => one === value) } })}
          />
          <Button
            component="a"
            href={peopleAddress(id, behind)}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('csv')}
          </Button>
        </>
      }
    >
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              icon={<IconUsers aria-hidden />}
              title={t('people.emptyTitle')}
              text={t('people.emptyText')}
            />
          ) : (
            <>
              <PeopleTable
                id={id}
                people={page.items}
                words={words}
                caption={t(`people.${behind.figure ?? 'audience'}`)}
              />
              <Pager
                after={after}
                next={page.next}
                limit={PAGE}
                onGo={(to) => void navigate({ search: { ...search, after: to } })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

/** Says by which link or reason the people are narrowed. */
function Narrowed({ id, behind, words }: { id: string; behind: Behind; words: DecisionWords }) {
  const { t } = useTranslation('reports');
  const report = useQuery({ ...reportQuery(id), enabled: behind.link !== undefined });
  if (behind.reason !== undefined) return <>{t('people.reason', { reason: words.reason(behind.reason) })}</>;
  if (behind.link === undefined) return <>{t('people.text')}</>;
  const url = report.data?.links.find(({ link }) => link === behind.link)?.url;
  return <>{t('people.link', { url: url ?? behind.link })}</>;
}

function PeopleTable(props: { id: string; people: Person[]; words: DecisionWords; caption: string }) {
  const { id, people, words, caption } = props;
  const { t } = useTranslation('reports');
  const go = useGo();
  const columns = useMemo<Column<Person>[]>(
    () => [
      {
        id: 'contact',
        header: t('people.contact'),
        cell: (person) => (
          <>
            <PlaceLink to="/contacts/$contact" params={{ contact: person.id }} fz="sm" fw={500}>
              {contactName(person)}
            </PlaceLink>
            <Text fz="xs" c="dimmed">
              {person.email ?? ''}
            </Text>
          </>
        ),
      },
      {
        id: 'outcome',
        header: t('people.outcome'),
        width: 160,
        cell: ({ decision }) => (
          <Status tone={outcomeTone(decision.outcome)} label={words.outcome(decision.outcome)} />
        ),
      },
      {
        id: 'why',
        header: t('people.why'),
        cell: ({ decision }) => (
          <Text fz="sm">
            {words.sentence(decision)}
            {decision.code ? ` (${decision.code})` : ''}
          </Text>
        ),
      },
      { id: 'at', header: t('people.at'), width: 150, cell: ({ decision }) => <Moment at={decision.at} /> },
      {
        id: 'lookup',
        header: t('people.lookup'),
        hideHeader: true,
        width: 120,
        align: 'end',
        cell: (person) => (
          <PlaceLink
            to="/campaigns/$campaign/report"
            params={{ campaign: id }}
            search={{ tab: 'lookup', contact: person.id }}
            fz="sm"
          >
            {t('people.lookup')}
          </PlaceLink>
        ),
      },
    ],
    [t, words, id],
  );
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={people}
      rowId={(person) => person.id}
      rowName={contactName}
      onOpen={(person) => go('/contacts/$contact', { contact: person.id })}
    />
  );
}
