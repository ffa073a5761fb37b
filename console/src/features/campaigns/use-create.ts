/** Makes a draft to begin with and opens it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { storeQuery } from '../../lib/session';
import { newDocument } from '../../parts/email-document/new-document';
import { useGo } from '../../parts/links/links';
import { toastFailed } from '../../ui/toasts';
import { writeSender } from './model';
import { createCampaign, domainsQuery } from './queries';

/** What a new draft begins with; everything has a default. */
export interface Beginning {
  name?: string;
  /** Who gets it. */
  segment?: string;
  /** Words and design. */
  source?: Schema<'EmailSource'>;
}

export function useCreate() {
  const { t } = useTranslation('campaigns');
  const go = useGo();
  const [busy, setBusy] = useState(false);
  const store = useQuery(storeQuery());
  const domains = useQuery(domainsQuery());
  const create = async ({ name = t('untitled'), segment, source }: Beginning = {}) => {
    if (busy) return;
    setBusy(true);
    const own = domains.data?.items.find((domain) => domain.verified) ?? domains.data?.items[0];
    const from =
      own === undefined ? '' : writeSender({ name: store.data?.name ?? '', email: `news@${own.domain}` });
    const brand = store.data?.settings.brand ?? {};
    try {
      const { id } = await createCampaign({
        name,
        content: {
          subject: source?.subject ?? '',
          preheader: source?.preheader ?? '',
          from,
          body: source?.body ?? { format: 'document', document: newDocument(brand) },
          text: source?.text,
        },
        settings: segment === undefined ? undefined : { include: [{ segment }] },
      });
      go('/campaigns/$campaign/edit', { campaign: id });
    } catch (error) {
      toastFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return { create: (beginning?: Beginning) => void create(beginning), busy };
}
