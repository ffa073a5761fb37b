/** Who did something, as a person would say it; the id it stands for is in its hint. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { sessionQuery } from '../../lib/session';

/** Keys whose names are asked for; one beyond shows its id. */
const KEYS = 100;

const keysQuery = () => api.queryOptions('get', '/api/v1/keys', { params: { query: { limit: KEYS } } });

export function ActorName({ actor }: { actor: string }) {
  return <span title={actor}>{useActorName(actor)}</span>;
}

/** `usr_…`, `key_…`, `operator` or `system` in words. */
function useActorName(actor: string): string {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const isKey = actor.startsWith('key_');
  const { data: keys } = useQuery({ ...keysQuery(), enabled: isKey });
  if (actor === session?.user) return t('actor.you');
  if (actor === 'system') return t('actor.system');
  if (actor === 'operator') return t('actor.operator');
  const key = isKey ? keys?.items.find(({ id }) => id === actor) : undefined;
  return key === undefined ? actor : t('actor.key', { name: key.name });
}
