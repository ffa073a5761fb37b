/** Why did somebody get it, or why not? */
import { Alert, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ContactPicker } from '../../parts/audience-pickers';
import { outcomeTone, useDecisionWords } from '../../parts/campaign-words/decisions';
import { PlaceLink } from '../../parts/links/links';
import { Loaded, RowsLoading } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { decisionQuery } from './queries';

export function LookupTab(props: {
  id: string;
  contact: string | undefined;
  onContact: (contact: string | undefined) => void;
}) {
  const { id, contact, onContact } = props;
  const { t } = useTranslation('reports');
  return (
    <Card withBorder maw={640}>
      <Stack>
        <div>
          <Title order={2}>{t('lookup.title')}</Title>
          <Text fz="sm" c="dimmed">
            {t('lookup.text')}
          </Text>
        </div>
        <ContactPicker
          label={t('lookup.contact')}
          value={contact ?? null}
          onChange={(chosen) => onContact(chosen ?? undefined)}
          clearable
        />
        {contact !== undefined && <Answer id={id} contact={contact} />}
      </Stack>
    </Card>
  );
}

function Answer({ id, contact }: { id: string; contact: string }) {
  const { t } = useTranslation('reports');
  const words = useDecisionWords();
  const query = useQuery(decisionQuery(id, contact));
  return (
    <Loaded query={query} loading={<RowsLoading rows={2} />}>
      {(decision) => (
        <Alert
          color="indigo"
          role="status"
          title={<Status tone={outcomeTone(decision.outcome)} label={words.outcome(decision.outcome)} />}
        >
          <Text fz="sm">{words.sentence(decision)}</Text>
          {decision.code && (
            <Text fz="sm" c="dimmed">
              {t('lookup.code', { code: decision.code })}
            </Text>
          )}
          {decision.at && (
            <Text fz="sm" c="dimmed" component="div">
              {t('lookup.at')} <Moment at={decision.at} absolute />
            </Text>
          )}
          <PlaceLink to="/contacts/$contact" params={{ contact }} fz="sm">
            {t('lookup.toContact')}
          </PlaceLink>
        </Alert>
      )}
    </Loaded>
  );
}
