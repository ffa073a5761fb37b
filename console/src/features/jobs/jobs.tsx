/** All background work of the store, newest first. */
import { Text } from '@mantine/core';
import { IconProgress } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { serverSentence } from '../../lib/server-sentences';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { JobProgress, JobState, useJobName } from './parts';
import { type Job, jobsQuery } from './queries';

export const route = createLazyRoute('/s/$store/jobs')({ component: Jobs });

function Jobs() {
  const { t } = useTranslation('jobs');
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const name = useJobName();
  const query = useQuery({ ...jobsQuery(after), placeholderData: keepPreviousData });
  const columns = useMemo<Column<Job>[]>(
    () => [
      { id: 'kind', header: t('column.kind'), cell: (job) => <Text fz="sm">{name(job)}</Text> },
      { id: 'state', header: t('column.state'), cell: (job) => <JobState job={job} />, width: 130 },
      { id: 'progress', header: t('column.progress'), cell: (job) => <JobProgress job={job} />, width: 220 },
      {
        id: 'error',
        header: t('column.error'),
        cell: (job) => <Text fz="sm">{serverSentence(job.error ?? '')}</Text>,
      },
      { id: 'begun', header: t('column.begun'), cell: (job) => <Moment at={job.created_at} />, width: 150 },
      {
        id: 'changed',
        header: t('column.changed'),
        cell: (job) => <Moment at={job.updated_at} />,
        width: 150,
      },
    ],
    [t, name],
  );
  return (
    <Page title={t('title')} description={t('description')}>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState icon={<IconProgress aria-hidden />} title={t('empty.title')} text={t('empty.text')} />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={page.items}
                rowId={(job) => job.id}
                rowName={name}
              />
              <Pager
                after={after}
                next={page.next}
                limit={50}
                onGo={(to) => void navigate({ search: { after: to } })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
