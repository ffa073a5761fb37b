/** A new campaign, perhaps for a segment or from a template that one came from; the draft is made on the button, not by looking. */
import { Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Failed } from '../../ui/states';
import { segmentQuery, templateQuery } from './queries';
import { useCreate } from './use-create';

export const route = createLazyRoute('/s/$store/campaigns/new')({ component: NewCampaign });

function NewCampaign() {
  const { t } = useTranslation('campaigns');
  const { segment, template } = route.useSearch();
  const { create, busy } = useCreate();
  const [name, setName] = useState('');
  const who = useQuery({ ...segmentQuery(segment ?? ''), enabled: segment !== undefined });
  const design = useQuery({ ...templateQuery(template ?? ''), enabled: template !== undefined });
  const failure = who.error ?? design.error;
  const loading = (segment !== undefined && who.isPending) || (template !== undefined && design.isPending);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create({ name: name.trim() || undefined, segment, source: design.data?.source });
  };
  return (
    <Page title={t('create')} crumbs={[{ label: t('title'), to: '/s/$store/campaigns' }]}>
      <Card withBorder maw={560}>
        <form onSubmit={submit}>
          <Stack>
            {failure && <Failed error={failure} />}
            <TextInput
              label={t('name.label')}
              description={t('name.help')}
              placeholder={t('untitled')}
              maxLength={200}
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {who.data !== undefined && <Text fz="sm">{t('new.segment', { name: who.data.name })}</Text>}
            {design.data !== undefined && (
              <Text fz="sm">{t('new.template', { name: design.data.name })}</Text>
            )}
            <Group justify="flex-end">
              <Button type="submit" loading={busy || loading} disabled={Boolean(failure)}>
                {t('new.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
