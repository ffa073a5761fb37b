/** Where rows, columns and blocks are in the drawn email, in pixels of the frame. */
import type { EmailDocument } from '../../../parts/email-document/types';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Measured {
  height: number;
  rows: Map<string, Box>;
  /** By `row/column`. */
  columns: Map<string, Box>;
  blocks: Map<string, Box>;
}

export const NOTHING: Measured = { height: 0, rows: new Map(), columns: new Map(), blocks: new Map() };

/** The smallest box around all of these; undefined without any. */
export function around(boxes: Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  return { left: left + (view?.scrollX ?? 0), top: top + (view?.scrollY ?? 0), width, height };
}

function boxesOf(root: ParentNode, name: string): Box[] {
  return [...root.querySelectorAll(`.${CSS.escape(name)}`)].map(boxOf).filter((box) => box.height > 0);
}

/** Reads the places of everything in `email`, which was drawn with marks. */
export function measure(page: Document, email: EmailDocument): Measured {
  const measured: Measured = {
    height: heightOf(page),
    rows: new Map(),
    columns: new Map(),
    blocks: new Map(),
  };
  for (const row of email.rows) {
    for (const block of row.columns.flatMap(({ blocks }) => blocks)) {
      const box = around(boxesOf(page, `block-${block.id}`));
      if (box !== undefined) measured.blocks.set(block.id, box);
    }
    const element = page.querySelector(`.${CSS.escape(`row-${row.id}`)}`);
    if (element === null) continue;
    measured.rows.set(row.id, boxOf(element));
    const columns = [...element.querySelectorAll('.mj-outlook-group-fix')].slice(0, row.columns.length);
    columns.forEach((column, n) => {
      measured.columns.set(`${row.id}/${n}`, boxOf(column));
    });
  }
  return measured;
}

function heightOf(page: Document): number {
  const last = page.body?.lastElementChild;
  return Math.ceil(Math.max(page.body?.offsetHeight ?? 0, last ? boxOf(last).top + boxOf(last).height : 0));
}

/** The type and colours of a text block, for writing in its place. */
export function textStyle(page: Document, block: string): Record<string, string> {
  const cell = page.querySelector(`.${CSS.escape(`block-${block}`)}`);
  const text = cell?.querySelector(':scope > div');
  const view = page.defaultView;
  if (cell === null || !text || view === null) return {};
  const { fontFamily, fontSize, lineHeight, color, textAlign } = view.getComputedStyle(text);
  const { paddingTop, paddingRight, paddingBottom, paddingLeft } = view.getComputedStyle(cell);
  const padding = `${paddingTop} ${paddingRight} ${paddingBottom} ${paddingLeft}`;
  return { fontFamily, fontSize, lineHeight, color, textAlign, padding, background: behind(cell, view) };
}

/** The first colour behind an element that is not transparent. */
function behind(element: Element, view: Window): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = view.getComputedStyle(at);
    if (
      backgroundColor !== '' &&
      backgroundColor !== 'rgba(0, 0, 0, 0)' &&
      backgroundColor !== 'transparent'
    ) {
      return backgroundColor;
    }
  }
  return '#ffffff';
}
