/** Edits the content of a campaign: a draft is written, anything else is only looked at. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGo } from '../../parts/links/links';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Editor } from './editor';
import { type Campaign, campaignQuery, saveCampaign } from './queries';
import type { DocumentPlace, Saved } from './source';

export const route = createLazyRoute('/s/$store/campaigns/$campaign/content')({ component: CampaignEditor });

function savedOf({ content, version, updated_at }: Campaign): Saved {
  const { subject, preheader = '', body, text = null } = content;
  return { source: { subject, preheader, body, text }, version, at: updated_at };
}

function CampaignEditor() {
  const { campaign } = route.useParams();
  const { t } = useTranslation();
  const query = useQuery({
    ...campaignQuery(campaign),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (query.data !== undefined) return <Opened key={query.data.id} campaign={query.data} />;
  return (
    <Page title={t('nav.campaigns')}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function Opened({ campaign: loaded }: { campaign: Campaign }) {
  const { t } = useTranslation('editor');
  const go = useGo();
  const back = useRef((campaign: string, draft: boolean) =>
    draft
      ? go('/campaigns/$campaign/edit', { campaign }, { step: 'content' })
      : go('/campaigns/$campaign', { campaign }),
  ).current;
  const queries = useQueryClient();
  // The campaign as it was when the editor opened; saves do not open it anew.
  const [campaign] = useState(loaded);
  const place = useMemo<DocumentPlace>(() => {
    const { id, name } = campaign;
    const editable = campaign.can.includes('edit');
    const options = campaignQuery(id);
    const newest = () => queries.getQueryData<Campaign>(options.queryKey) ?? campaign;
    return {
      kind: 'campaign',
      id,
      name,
      editable,
      saved: savedOf(campaign),
      save: async (source, version) => {
        const saved = await saveCampaign(newest(), version, source);
        queries.setQueryData(options.queryKey, saved);
        return savedOf(saved);
      },
      reload: async () => savedOf(await queries.fetchQuery({ ...options, staleTime: 0 })),
      back: (
        <Tooltip label={t('top.toCampaign')}>
          <ActionIcon size={30} aria-label={t('top.toCampaign')} onClick={() => back(id, editable)}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ),
    };
  }, [campaign, back, t, queries]);
  return <Editor place={place} />;
}
