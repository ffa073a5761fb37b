/** A campaign in a list: without its words, with its figures once it was launched. */
import type { Schema } from '../../api/client';

export type Brief = Schema<'CampaignBrief'>;

/** The moment a list and the calendar show: when it went out, or is to. */
export function momentOf(campaign: Pick<Brief, 'launched_at' | 'scheduled_at'>): string | undefined {
  return campaign.launched_at ?? campaign.scheduled_at ?? undefined;
}
