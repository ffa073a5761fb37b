/** The store at a glance: what to do next, what is wrong, how it goes, and what is under way. */
import { Card, SegmentedControl, SimpleGrid, Stack, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { calendarDay, share } from '../../lib/format';
import { Chart } from '../../ui/chart';
import { Figure } from '../../ui/figure';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Alerts } from './alerts';
import { CampaignLists } from './campaign-lists';
import { Checklist } from './checklist';
import { type Home as Figures, homeQuery, SPANS, type Span } from './queries';

export const route = createLazyRoute('/s/$store/home')({ component: Home });

function Home() {
  const { t } = useTranslation('home');
  const { days } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...homeQuery(days), placeholderData: keepPreviousData });
  const period = (
    <SegmentedControl
      size="xs"
      aria-label={t('period')}
      value={String(days)}
      onChange={(value) => void navigate({ search: { days: Number(value) as Span }, replace: true })}
      data={SPANS.map((span) => ({ value: String(span), label: t('days', { count: span }) }))}
    />
  );
  return (
    <Page title={t('title')} actions={period}>
      <Checklist />
      <Loaded query={query}>
        {(home) => (
          <Stack gap="lg">
            <Alerts alerts={home.alerts} />
            <FigureGrid home={home} />
            <Days home={home} />
            <CampaignLists home={home} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function FigureGrid({ home: { figures } }: { home: Figures }) {
  const { t } = useTranslation('home');
  const sent = figures.sent.now;
  const ofSent = (n: number) => t('ofSent', { share: share(n, sent) });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      <Figure label={t('figure.contacts')} help={t('help.contacts')} value={figures.contacts} />
      <Figure
        label={t('figure.subscribed')}
        help={t('help.subscribed')}
        value={figures.subscribed_email}
        note={t('ofContacts', { share: share(figures.subscribed_email, figures.contacts) })}
      />
      <Figure
        label={t('figure.newContacts')}
        help={t('help.newContacts')}
        value={figures.new_contacts.now}
        change={figures.new_contacts}
      />
      <Figure
        label={t('figure.unsubscribed')}
        help={t('help.unsubscribed')}
        value={figures.unsubscribed.now}
        change={{ ...figures.unsubscribed, lessIsBetter: true }}
      />
      <Figure label={t('figure.sent')} help={t('help.sent')} value={sent} change={figures.sent} />
      <Figure
        label={t('figure.opened')}
        help={t('help.opened')}
        value={figures.opened.now}
        note={ofSent(figures.opened.now)}
        change={figures.opened}
      />
      <Figure
        label={t('figure.clicked')}
        help={t('help.clicked')}
        value={figures.clicked.now}
        note={ofSent(figures.clicked.now)}
        change={figures.clicked}
      />
      <Figure
        label={t('figure.bounced')}
        help={t('help.bounced')}
        value={figures.bounced.now}
        note={ofSent(figures.bounced.now)}
        change={{ ...figures.bounced, lessIsBetter: true }}
      />
    </SimpleGrid>
  );
}

function Days({ home }: { home: Figures }) {
  const { t } = useTranslation('home');
  const categories = home.days.map((day) => calendarDay(day.day));
  const series = (['sent', 'opened', 'clicked'] as const).map((key) => ({
    name: t(`figure.${key}`),
    values: home.days.map((day) => day[key]),
  }));
  const people = [
    { name: t('figure.newContacts'), values: home.days.map((day) => day.new_contacts) },
    { name: t('figure.unsubscribed'), values: home.days.map((day) => day.unsubscribed) },
  ];
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Card withBorder>
        <Title order={2}>{t('chart.messages')}</Title>
        <Chart
          label={t('chart.messagesLabel')}
          categories={categories}
          categoryName={t('chart.day')}
          series={series}
        />
      </Card>
      <Card withBorder>
        <Title order={2}>{t('chart.people')}</Title>
        <Chart
          label={t('chart.peopleLabel')}
          categories={categories}
          categoryName={t('chart.day')}
          series={people}
        />
      </Card>
    </SimpleGrid>
  );
}
