/** What the editor asks of the server: templates, campaigns' content, renderings, versions, blocks. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, currentStore, type Schema, send } from '../../api/client';

export type EmailSource = Schema<'EmailSource'>;
export type Rendered = Schema<'RenderedOut'>;
export type Issue = Schema<'TemplateIssue'>;
export type Check = Schema<'LaunchCheck'>;
export type Campaign = Schema<'CampaignOut'>;
export type Template = Schema<'TemplateOut'>;

/** One template with its source. */
export const templateQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/templates/{id}', { params: { path: { id } } });

/** One campaign. */
export const campaignQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });

const tag = (version: number) => ({ 'If-Match': `"${version}"` });

/** Saves a template's source if its version is still `version`; 412 otherwise. */
export async function saveTemplate(id: string, version: number, source: EmailSource): Promise<Template> {
  const { data } = await send.PATCH('/api/v1/templates/{id}', {
    params: { path: { id }, header: tag(version) },
    body: { source },
  });
  return data as Template;
}

/** Saves a campaign's words and body if its version is still `version`; everything else stays. */
export async function saveCampaign(
  before: Campaign,
  version: number,
  source: EmailSource,
): Promise<Campaign> {
  const { subject = '', preheader = '', body, text = null } = source;
  const { data } = await send.PUT('/api/v1/campaigns/{id}', {
    params: { path: { id: before.id }, header: tag(version) },
    body: {
      name: before.name,
      settings: before.settings,
      content: { ...before.content, subject, preheader, body, text },
    },
  });
  return data as Campaign;
}

/** Renders a source without saving it; `contact` fills it with a person's data. */
export async function render(
  source: EmailSource,
  options: { contact?: string | null; mark_blocks?: boolean },
  signal?: AbortSignal,
): Promise<Rendered> {
  const { data } = await send.POST('/api/v1/templates/render', {
    body: { source, contact: options.contact ?? null, mark_blocks: options.mark_blocks ?? false },
    signal,
  });
  return data as Rendered;
}

/** A rendering as a query, without marks: byte for byte what is sent, but for tracking. */
export const renderQuery = (source: EmailSource, contact: string | null) =>
  queryOptions({
    queryKey: ['render', currentStore(), source, contact],
    queryFn: ({ signal }) => render(source, { contact }, signal),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });

/** The saved versions of a template, newest first. */
export const versionsQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/templates/{id}/versions', {
    params: { path: { id }, query: { limit: 100 } },
  });

/** One saved version with its source. */
export const versionQuery = (id: string, version: number) =>
  api.queryOptions('get', '/api/v1/templates/{id}/versions/{version}', {
    params: { path: { id, version } },
  });

/** Sends the campaign's message, filled with one contact's data, to an address. */
export async function sendTest(campaign: string, contact: string, to: string): Promise<void> {
  await send.POST('/api/v1/campaigns/{id}/test', {
    params: { path: { id: campaign } },
    body: { contact, to },
  });
}

export type BlockField = Schema<'BlockField'>;

/** Every kind of block with its fields. It changes only with the program. */
export const catalogueQuery = () => ({
  ...api.queryOptions('get', '/api/v1/templates/blocks'),
  staleTime: Number.POSITIVE_INFINITY,
});
