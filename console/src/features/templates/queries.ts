/** Templates: the store's own, the ready ones, and how new ones come about. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, currentStore, type Schema, send } from '../../api/client';

export type TemplateSummary = Schema<'TemplateSummary'>;
export type ReadyTemplate = Schema<'ReadyTemplateOut'>;
export type EmailSource = Schema<'EmailSource'>;
export type Imported = Schema<'Imported'>;

const PAGE = 48;
const KEY = ['templates'] as const;

/** The key of every list of templates, to make them fresh. */
export const templatesKey = KEY;

/** The store's templates, newest first, page by page. */
export const templatesQuery = () =>
  infiniteQueryOptions({
    queryKey: [...KEY, currentStore()],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, after: pageParam };
      const { data } = await send.GET('/api/v1/templates', { params: { query }, signal });
      return data as Schema<'Page_TemplateSummary'>;
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The ready templates. */
export const readyQuery = () => api.queryOptions('get', '/api/v1/ready-templates');

/** A saved template as an invented contact sees it. */
export async function renderTemplate(id: string): Promise<Schema<'RenderedOut'>> {
  const { data } = await send.POST('/api/v1/templates/{id}/preview', { params: { path: { id } }, body: {} });
  return data as Schema<'RenderedOut'>;
}

/** A ready template as an invented contact sees it. */
export async function renderReady(key: string): Promise<Schema<'RenderedOut'>> {
  const { data: ready } = await send.GET('/api/v1/ready-templates/{key}', { params: { path: { key } } });
  const { source } = ready as Schema<'ReadyTemplateDetail'>;
  const { data } = await send.POST('/api/v1/templates/render', { body: { source, mark_blocks: false } });
  return data as Schema<'RenderedOut'>;
}

/** Makes a template of a source or of a ready one. Answers its id. */
export async function createTemplate(body: Schema<'TemplateIn'>): Promise<string> {
  const { data } = await send.POST('/api/v1/templates', { body });
  return (data as Schema<'TemplateOut'>).id;
}

/** Gives a template another name, if nobody saved it meanwhile. */
export async function renameTemplate(template: TemplateSummary, name: string): Promise<void> {
  await send.PATCH('/api/v1/templates/{id}', {
    params: { path: { id: template.id }, header: { 'If-Match': `"${template.version}"` } },
    body: { name },
  });
}

/** Makes a copy. Answers its id. */
export async function duplicateTemplate(id: string): Promise<string> {
  const { data } = await send.POST('/api/v1/templates/{id}/duplicate', { params: { path: { id } } });
  return (data as Schema<'TemplateOut'>).id;
}

/** Removes a template with its versions. */
export async function deleteTemplate(id: string): Promise<void> {
  await send.DELETE('/api/v1/templates/{id}', { params: { path: { id } } });
}

/** Takes over HTML of another tool; nothing is saved. */
export async function importHtml(html: string): Promise<Imported> {
  const { data } = await send.POST('/api/v1/templates/import-html', { body: { html } });
  return data as Imported;
}

/** Begins a campaign with a template's words and body. Answers its id. */
export async function campaignFrom(template: TemplateSummary, from: string): Promise<string> {
  const { data: whole } = await send.GET('/api/v1/templates/{id}', { params: { path: { id: template.id } } });
  const { subject = '', preheader = '', body, text } = (whole as Schema<'TemplateOut'>).source;
  const { data } = await send.POST('/api/v1/campaigns', {
    body: { name: template.name, content: { subject, preheader, body, text, from } },
  });
  return (data as Schema<'CampaignOut'>).id;
}
