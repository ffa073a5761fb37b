/** States of a domain and of its records in words. */
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../../ui/status';
import type { DnsRecord, Domain } from './queries';

const TONES: Record<DnsRecord['status'], Tone> = {
  unchecked: 'neutral',
  ok: 'good',
  warning: 'warning',
  missing: 'bad',
  wrong: 'bad',
  unknown: 'warning',
};

export function RecordStatus({ record }: { record: DnsRecord }) {
  const { t } = useTranslation('domains');
  return <Status tone={TONES[record.status]} label={t(`status.${record.status}`)} />;
}

export function DomainStatus({ domain }: { domain: Domain }) {
  const { t } = useTranslation('domains');
  if (domain.verified) return <Status tone="good" label={t('state.verified')} />;
  if (!domain.checked_at) return <Status tone="neutral" label={t('state.unchecked')} />;
  return <Status tone="warning" label={t('state.incomplete')} />;
}
