/** The form of a relay and its translation into what the API takes. Pure. */
import type { Schema } from '../../api/client';
import type { Relay } from './queries';

export const ENCRYPTIONS = ['starttls', 'tls', 'none'] as const;
export type Encryption = (typeof ENCRYPTIONS)[number];

/** Providers that limits can be set for, in the words of the API. */
export const PROVIDERS = ['google', 'microsoft', 'apple', 'yahoo', 'tencent', 'netease', 'others'] as const;

const SCHEMES: Record<Encryption, string> = { starttls: 'smtp+starttls', tls: 'smtps', none: 'smtp' };
const PORTS: Record<Encryption, number> = { starttls: 587, tls: 465, none: 25 };

export interface LimitForm {
  messages_at_once: number | '';
  messages_per_minute: number | '';
}

export interface RelayForm {
  name: string;
  kind: 'smtp' | 'sandbox';
  encryption: Encryption;
  host: string;
  port: number | '';
  user: string;
  password: string;
  helo: string;
  authority: string;
  connections_max: number | '';
  messages_per_connection_max: number | '';
  preferred: boolean;
  limits: Record<string, LimitForm>;
}

/** The usual port of a kind of encryption. */
export function usualPort(encryption: Encryption): number {
  return PORTS[encryption];
}

/** Takes an address such as `smtp+starttls://mail.example.com:587` apart. */
export function parseAddress(address: string): Pick<RelayForm, 'kind' | 'encryption' | 'host' | 'port'> {
  if (address === 'sandbox') return { kind: 'sandbox', encryption: 'starttls', host: '', port: 587 };
  const [scheme = '', rest = ''] = address.split('://');
  const encryption = ENCRYPTIONS.find((one) => SCHEMES[one] === scheme) ?? 'none';
  const authority = rest.split('/')[0] ?? '';
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(authority);
  const port = match?.[2] === undefined ? PORTS[encryption] : Number(match[2]);
  return { kind: 'smtp', encryption, host: match?.[1] ?? authority, port };
}

/** Puts an address together. An IPv6 address gets its brackets. */
export function addressOf(form: Pick<RelayForm, 'kind' | 'encryption' | 'host' | 'port'>): string {
  if (form.kind === 'sandbox') return 'sandbox';
  const host = form.host.trim();
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${SCHEMES[form.encryption]}://${shown}:${form.port === '' ? PORTS[form.encryption] : form.port}`;
}

/** The form of a relay, or of a new one. */
export function formOf(relay: Relay | undefined): RelayForm {
  const limits = Object.fromEntries(
    PROVIDERS.map((provider) => {
      const limit = relay?.limits[provider];
      return [
        provider,
        {
          messages_at_once: limit?.messages_at_once ?? '',
          messages_per_minute: limit?.messages_per_minute ?? '',
        } satisfies LimitForm,
      ];
    }),
  );
  return {
    name: relay?.name ?? '',
    ...parseAddress(relay?.address ?? 'smtp+starttls://:587'),
    user: '',
    password: '',
    helo: relay?.helo ?? '',
    authority: relay?.authority ?? '',
    connections_max: relay?.connections_max ?? 10,
    messages_per_connection_max: relay?.messages_per_connection_max ?? 1_000,
    preferred: relay?.preferred ?? false,
    limits,
  };
}

function limitsOf(form: RelayForm): Schema<'ProviderLimits'> {
  const given = Object.entries(form.limits).filter(
    ([, limit]) => limit.messages_at_once !== '' || limit.messages_per_minute !== '',
  );
  const figure = (value: number | '') => (value === '' ? undefined : value);
  return Object.fromEntries(
    given.map(([provider, limit]) => [
      provider,
      {
        messages_at_once: figure(limit.messages_at_once),
        messages_per_minute: figure(limit.messages_per_minute),
      },
    ]),
  );
}

const orUndefined = (text: string) => (text.trim() === '' ? undefined : text.trim());
const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** What creates the relay. */
export function bodyOf(form: RelayForm): Schema<'RelayIn'> {
  return {
    name: form.name.trim(),
    address: addressOf(form),
    user: orUndefined(form.user),
    password: form.password === '' ? undefined : form.password,
    helo: orUndefined(form.helo),
    authority: orUndefined(form.authority),
    connections_max: form.connections_max === '' ? undefined : form.connections_max,
    messages_per_connection_max:
      form.messages_per_connection_max === '' ? undefined : form.messages_per_connection_max,
    limits: limitsOf(form),
    preferred: form.preferred,
  };
}

/** What changes the relay. User and password stay unless a user is typed, or `forget` says to drop them. */
export function patchOf(form: RelayForm, forget: boolean): Schema<'RelayPatch'> {
  const { preferred, user, password, ...rest } = bodyOf(form);
  const login = forget ? { user: null } : user === undefined ? {} : { user, password };
  return {
    ...rest,
    ...login,
    helo: orNull(form.helo),
    authority: orNull(form.authority),
    // A store always has one preferred relay: another takes the place, this one can't leave it.
    preferred: preferred ? true : undefined,
  };
}

/** The places to write so that `id` stands one step up or down; only those that change. */
export function moved(relays: Relay[], id: string, step: -1 | 1): { id: string; place: number }[] {
  const order = [...relays];
  const from = order.findIndex((relay) => relay.id === id);
  const other = order[from + step];
  const one = order[from];
  if (one === undefined || other === undefined) return [];
  order[from] = other;
  order[from + step] = one;
  return order
    .map((relay, index) => ({ id: relay.id, place: index + 1, before: relay.place }))
    .filter(({ place, before }) => place !== before)
    .map(({ id: changed, place }) => ({ id: changed, place }));
}
