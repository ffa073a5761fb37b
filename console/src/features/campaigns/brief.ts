/** A campaign in a list. */
import type { Schema } from '../../api/client';
import type { Sums } from './queries';

/** Figures of a launched campaign. */
export interface Summary {
  sums: Sums;
  opened: number;
  clicked: number;
  unsubscribed?: number;
}

export interface Brief
  extends Pick<
    Schema<'CampaignOut'>,
    'id' | 'name' | 'state' | 'settings' | 'scheduled_at' | 'launched_at' | 'updated_at' | 'can'
  > {
  subject: string;
  summary?: Summary | null;
}

/** The moment a list and the calendar show: when it went out, or is to. */
export function momentOf(campaign: Pick<Brief, 'launched_at' | 'scheduled_at'>): string | undefined {
  return campaign.launched_at ?? campaign.scheduled_at ?? undefined;
}
