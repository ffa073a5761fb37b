/** New emails: the brand's head, a first text with a button, the foot that marketing mail must have. */
import type { Brand } from './brand';
import { settingsOf } from './brand';
import { starterOf } from './starters';
import type { Block, EmailDocument, Row } from './types';
import { word } from './words';

function block(id: string, type: string, fields: Record<string, unknown>): Block {
  return { id, type, ...fields };
}

function row(id: string, blocks: Block[], more: Partial<Row> = {}): Row {
  return { id, columns: [{ blocks }], ...more };
}

/** A document to begin with. */
export function newDocument(brand: Brand): EmailDocument {
  const greeting = `<h1>${word('start.heading')}</h1><p>${word('start.text')}</p>`;
  const foot = [block('footer', 'footer', starterOf('footer', brand))];
  if ((brand.socials ?? []).length > 0) foot.unshift(block('social', 'social', starterOf('social', brand)));
  return {
    schema: 1,
    settings: settingsOf(brand),
    rows: [
      row('head', [block('header', 'header', starterOf('header', brand))], { padding: 16 }),
      row('letter', [
        block('text-1', 'text', { html: greeting }),
        block('button-1', 'button', { ...starterOf('button', brand), align: 'left' }),
      ]),
      row('foot', foot, { padding: 24, background: brand.background ?? '#f3f4f6' }),
    ],
  };
}
