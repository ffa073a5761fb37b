/** The state of a campaign as a word with a colour. */
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { Status, type Tone } from '../../ui/status';

export type CampaignState = Schema<'CampaignState'>;

const TONES: Record<CampaignState, Tone> = {
  draft: 'neutral',
  scheduled: 'busy',
  running: 'busy',
  paused: 'warning',
  finished: 'good',
  cancelled: 'bad',
  archived: 'neutral',
};

export function CampaignStatus({ state }: { state: CampaignState }) {
  const { t } = useTranslation('decisions');
  return <Status tone={TONES[state]} label={t(`state.${state}`)} />;
}
