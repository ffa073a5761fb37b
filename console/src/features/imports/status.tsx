/** Where an import stands, as a word. */
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../../ui/status';
import type { Import } from './queries';

const TONES: Record<Import['state'], Tone> = {
  uploaded: 'warning',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  undone: 'neutral',
};

export function ImportStatus({ state }: { state: Import['state'] }) {
  const { t } = useTranslation('imports');
  return <Status tone={TONES[state]} label={t(`state.${state}`)} />;
}
