/** The form of the store's settings: what it holds, and the change that it means. Pure. */
import { z } from 'zod';
import type { Schema } from '../../api/client';
import type { Store } from './queries';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Texts for what the form refuses. */
export interface Refusals {
  required: string;
  time: string;
  sameTime: string;
}

/** The rules of the form. */
export function settingsRules(texts: Refusals) {
  const time = z.string().regex(TIME, texts.time);
  return z
    .object({
      name: z.string().trim().min(1, texts.required).max(80),
      postal_address: z.string().max(500),
      time_zone: z.string().min(1, texts.required),
      language: z.string().min(1, texts.required),
      currency: z.string().min(1, texts.required),
      track_opens: z.boolean(),
      track_clicks: z.boolean(),
      quiet: z.boolean(),
      quiet_from: time,
      quiet_to: time,
      capped: z.boolean(),
      cap_messages: z.number().int().min(1).max(100),
      cap_days: z.number().int().min(1).max(90),
    })
    .refine((v) => !v.quiet || v.quiet_from !== v.quiet_to, { path: ['quiet_to'], message: texts.sameTime });
}

export type SettingsValues = z.infer<ReturnType<typeof settingsRules>>;

/** What the form begins with. */
export function valuesOf({ name, settings }: Store): SettingsValues {
  return {
    name,
    postal_address: settings.postal_address ?? '',
    time_zone: settings.time_zone ?? 'UTC',
    language: settings.language ?? 'en',
    currency: settings.currency ?? 'USD',
    track_opens: settings.track_opens ?? true,
    track_clicks: settings.track_clicks ?? true,
    quiet: settings.quiet_hours != null,
    quiet_from: settings.quiet_hours?.from ?? '22:00',
    quiet_to: settings.quiet_hours?.to ?? '08:00',
    capped: settings.frequency_cap != null,
    cap_messages: settings.frequency_cap?.messages ?? 3,
    cap_days: settings.frequency_cap?.days ?? 7,
  };
}

/** The change that the form's values mean. */
export function changeOf(values: SettingsValues): Schema<'StorePatch'> {
  return {
    name: values.name.trim(),
    settings: {
      postal_address: values.postal_address.trim() || null,
      time_zone: values.time_zone,
      language: values.language,
      currency: values.currency,
      track_opens: values.track_opens,
      track_clicks: values.track_clicks,
      quiet_hours: values.quiet ? { from: values.quiet_from, to: values.quiet_to } : null,
      frequency_cap: values.capped ? { messages: values.cap_messages, days: values.cap_days } : null,
    },
  };
}
