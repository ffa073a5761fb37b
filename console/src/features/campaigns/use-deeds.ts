/** What is done with a campaign from any screen: said, undone where possible, asked before what can't be. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useGo } from '../../parts/links/links';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastDone, toastFailed, toastUndo } from '../../ui/toasts';
import type { Brief } from './brief';
import { reschedule } from './list-query';
import { type Campaign, campaignQuery, doCampaign, LIST_KEY, removeDraft, reportQuery } from './queries';

type Named = Pick<Brief, 'id' | 'name' | 'state'>;

export function useDeeds() {
  const { t } = useTranslation('campaigns');
  const words = useProblemText();
  const queries = useQueryClient();
  const go = useGo();
  const fresh = (id: string) => {
    void queries.invalidateQueries({ queryKey: campaignQuery(id).queryKey });
    void queries.invalidateQueries({ queryKey: reportQuery(id).queryKey });
    void queries.invalidateQueries({ queryKey: LIST_KEY });
  };
  const run = (id: string, deed: () => Promise<unknown>, said?: string): void =>
    void deed()
      .then(
        () => said !== undefined && toastDone(said),
        (error: unknown) => toastFailed(error, words(problemOf(error))),
      )
      .finally(() => fresh(id));
  const archive = (campaign: Named) =>
    run(campaign.id, async () => {
      await doCampaign(campaign.id, 'archive');
      toastUndo(t('said.archived', { name: campaign.name }), () =>
        run(campaign.id, () => doCampaign(campaign.id, 'unarchive')),
      );
    });
  const move = (campaign: Named & Pick<Brief, 'scheduled_at'>, to: string) =>
    run(campaign.id, async () => {
      await reschedule(campaign.id, to);
      const { scheduled_at: before } = campaign;
      const said = t('said.rescheduled', { name: campaign.name });
      if (before) toastUndo(said, () => run(campaign.id, () => reschedule(campaign.id, before)));
      else toastDone(said);
    });
  const cancel = (campaign: Named) => {
    const planned = campaign.state === 'scheduled';
    ask({
      title: t(planned ? 'ask.unscheduleTitle' : 'ask.cancelTitle', { name: campaign.name }),
      text: t(planned ? 'ask.unscheduleText' : 'ask.cancelText'),
      action: t(planned ? 'menu.unschedule' : 'menu.cancel'),
      danger: !planned,
      onConfirm: () =>
        run(
          campaign.id,
          () => doCampaign(campaign.id, 'cancel'),
          t(planned ? 'said.unscheduled' : 'said.cancelled', { name: campaign.name }),
        ),
    });
  };
  const remove = (campaign: Named, then?: () => void) =>
    ask({
      title: t('ask.removeTitle', { name: campaign.name }),
      text: t('ask.removeText'),
      action: t('menu.remove'),
      danger: true,
      onConfirm: () =>
        run(
          campaign.id,
          async () => {
            await removeDraft(campaign.id);
            then?.();
          },
          t('said.removed', { name: campaign.name }),
        ),
    });
  const duplicate = (campaign: Named) =>
    run(campaign.id, async () => {
      const copy: Campaign = await doCampaign(campaign.id, 'duplicate');
      toastDone(t('said.duplicated', { name: campaign.name }));
      go('/campaigns/$campaign/edit', { campaign: copy.id });
    });
  return {
    run,
    archive,
    move,
    cancel,
    remove,
    duplicate,
    unarchive: (campaign: Named) =>
      run(
        campaign.id,
        () => doCampaign(campaign.id, 'unarchive'),
        t('said.unarchived', { name: campaign.name }),
      ),
    pause: (campaign: Named) =>
      run(campaign.id, () => doCampaign(campaign.id, 'pause'), t('said.paused', { name: campaign.name })),
    resume: (campaign: Named) =>
      run(campaign.id, () => doCampaign(campaign.id, 'resume'), t('said.resumed', { name: campaign.name })),
  };
}
