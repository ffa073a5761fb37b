/** The brand kit, which is part of the store's settings, and its live sample. */
import { type Schema, send } from '../../api/client';
import type { Brand } from '../../parts/email-document/brand';
import type { EmailDocument } from '../../parts/email-document/types';

/** Saves the brand, whole. */
export async function saveBrand(brand: Brand): Promise<void> {
  await send.PATCH('/api/v1/store', { body: { brand } });
}

/** Draws a document as an invented contact sees it. */
export async function renderSample(document: EmailDocument): Promise<Schema<'RenderedOut'>> {
  const source = { subject: '-', preheader: '', body: { format: 'document' as const, document } };
  const { data } = await send.POST('/api/v1/templates/render', { body: { source, mark_blocks: false } });
  return data as Schema<'RenderedOut'>;
}
