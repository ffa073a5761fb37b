/** One contact: who, with which consent and proof, what happened, and why messages went or did not go. */
import { Grid, Group, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { contactName } from '../../parts/audience-pickers';
import { CopyButton } from '../../ui/copy-button';
import { Page } from '../../ui/page';
import { Failed, RowsLoading } from '../../ui/states';
import { Behaviour } from './behaviour';
import { ConsentCard } from './consent-card';
import { ConsentHistory } from './consent-history';
import { ContactMenu } from './contact-menu';
import { Decisions } from './decisions';
import { FieldsCard } from './fields-card';
import { type Contact as ContactType, contactQuery } from './queries';
import { CONTACT_TABS } from './routes';
import { TagsCard } from './tags-card';
import { Timeline } from './timeline';

export const route = createLazyRoute('/s/$store/contacts/$contact')({ component: Contact });

function Contact() {
  const { t } = useTranslation('contacts');
  const { store, contact: id } = route.useParams();
  const query = useQuery(contactQuery(id));
  const contact = query.data;
  return (
    <Page
      title={contact === undefined ? (query.error ? t('one') : '…') : contactName(contact)}
      description={contact?.email ? <Address text={contact.email} /> : undefined}
      crumbs={[{ label: t('title'), to: '/s/$store/contacts', params: { store } }]}
      actions={contact !== undefined && <ContactMenu contact={contact} />}
    >
      {query.error !== null && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {contact === undefined && query.error === null && <RowsLoading />}
      {contact !== undefined && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
            <Stack>
              <ConsentCard contact={contact} />
              <TagsCard contact={contact} />
              <FieldsCard contact={contact} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
            <Story contact={contact} />
          </Grid.Col>
        </Grid>
      )}
    </Page>
  );
}

function Address({ text }: { text: string }) {
  const { t } = useTranslation('contacts');
  return (
    <Group gap={4} component="span">
      {text}
      <CopyButton value={text} label={t('copyEmail')} />
    </Group>
  );
}

function Story({ contact }: { contact: ContactType }) {
  const { t } = useTranslation('contacts');
  const { tab = 'timeline' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(next) =>
        void navigate({ search: { tab: next === 'timeline' ? undefined : (next as typeof tab) } })
      }
    >
      <Tabs.List mb="md">
        {CONTACT_TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`tab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="timeline">
        <Timeline contact={contact} />
      </Tabs.Panel>
      <Tabs.Panel value="behaviour">
        <Behaviour contact={contact} />
      </Tabs.Panel>
      <Tabs.Panel value="campaigns">
        <Decisions contact={contact} />
      </Tabs.Panel>
      <Tabs.Panel value="consent">
        <ConsentHistory contact={contact} />
      </Tabs.Panel>
    </Tabs>
  );
}
