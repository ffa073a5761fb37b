/** Emails made without the screen: for tests about the editor. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Program } from './program.ts';

interface Block {
  id: string;
  type: string;
  [field: string]: unknown;
}

const FOOT: Block = { id: 'foot', type: 'footer', html: '<p>Tea &amp; Wool</p>' };

/** A document with each of the blocks in a row of its own, `row-0` and on, and the foot that marketing needs. */
export function documentOf(...blocks: Block[]) {
  const rows = [...blocks, FOOT].map((block, n) => ({ id: `row-${n}`, columns: [{ blocks: [block] }] }));
  return {
    subject: 'News',
    preheader: 'Of tea',
    body: { format: 'document', document: { schema: 1, rows } },
  };
}

export const text = (id: string, words: string): Block => ({ id, type: 'text', html: `<p>${words}</p>` });

/** A template of such a source; answers its id. */
export async function addTemplate(program: Program, name: string, source: object): Promise<string> {
  return ((await program.api('POST', '/templates', { name, source })) as { id: string }).id;
}

/** The ids of a template's blocks from the top, one list a row, as the server has them. */
export async function blocksOf(program: Program, template: string): Promise<string[][]> {
  const { source } = (await program.api('GET', `/templates/${template}`)) as {
    source: { body: { document: { rows: { columns: { blocks: Block[] }[] }[] } } };
  };
  return source.body.document.rows.map(({ columns }) =>
    columns.flatMap(({ blocks }) => blocks.map(({ id }) => id)),
  );
}

/** The drawn email on the canvas. */
export const canvasOf = (page: Page, title: string): FrameLocator =>
  page.frameLocator(`iframe[title="${title}"]`);

/** Where something is in the window, within a pixel. */
export async function placeOf(target: Locator): Promise<Record<string, number>> {
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${target} is not to be seen`);
  return Object.fromEntries(Object.entries(box).map(([side, pixels]) => [side, Math.round(pixels)]));
}

/** A draft to everybody with such a source; answers its id. */
export async function addCampaign(program: Program, name: string, source: object): Promise<string> {
  const made = (await program.api('POST', '/campaigns', {
    name,
    content: { ...source, from: 'news@shop.example', postal_address: '1 Shop Street, Singapore' },
    settings: { include: [{ all: true }] },
  })) as { id: string };
  return made.id;
}
