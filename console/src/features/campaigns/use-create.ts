/** Makes a draft to begin with and opens it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { storeQuery } from '../../lib/session';
import { useGo } from '../../parts/links/links';
import { toastFailed } from '../../ui/toasts';
import { blankDocument } from './blank';
import { writeSender } from './model';
import { createCampaign, domainsQuery } from './queries';

export function useCreate() {
  const { t } = useTranslation('campaigns');
  const go = useGo();
  const [busy, setBusy] = useState(false);
  const store = useQuery(storeQuery());
  const domains = useQuery(domainsQuery());
  const create = async () => {
    if (busy) return;
    setBusy(true);
    const own = domains.data?.items.find((domain) => domain.verified) ?? domains.data?.items[0];
    const from =
      own === undefined ? '' : writeSender({ name: store.data?.name ?? '', email: `news@${own.domain}` });
    const words = { heading: t('blank.heading'), text: t('blank.text'), unsubscribe: t('blank.unsubscribe') };
    try {
      const { id } = await createCampaign({
        name: t('untitled'),
        content: { subject: '', preheader: '', from, body: blankDocument(words) },
      });
      go('/campaigns/$campaign/edit', { campaign: id });
    } catch (error) {
      toastFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return { create: () => void create(), busy };
}
