/**
 * Where rows, columns and blocks are in the drawn email, in pixels of the frame: what the frame reported, for the
 * things that the email has. The report comes from a page that holds foreign HTML, so nothing in it is taken on
 * trust: what has another shape than expected is dropped.
 */
import { z } from 'zod';
import type { EmailDocument } from '../../../parts/email-document/types';

const box = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });
export type Box = z.infer<typeof box>;

/** Properties a text block is written with in its place; all others are dropped. */
const textStyle = z.partialRecord(
  z.enum(['fontFamily', 'fontSize', 'lineHeight', 'color', 'textAlign', 'padding', 'background']),
  z.string().max(400),
);

/** What `measurer.js` tells, by the marks the server made. */
const report = z.object({
  height: z.number(),
  rows: z.map(z.string(), z.object({ box, columns: z.array(box) })),
  blocks: z.map(z.string(), z.object({ boxes: z.array(box), text: textStyle.optional() })),
});
export type Report = z.infer<typeof report>;

/** Tallest email that is shown, in pixels: browsers draw no more. */
const HEIGHT_MAX = 60_000;

export interface Measured {
  height: number;
  rows: Map<string, Box>;
  /** By `row/column`. */
  columns: Map<string, Box>;
  blocks: Map<string, Box>;
  /** The type and colours of text blocks, for writing in their place. */
  texts: Map<string, Record<string, string>>;
}

export const NOTHING: Measured = {
  height: 0,
  rows: new Map(),
  columns: new Map(),
  blocks: new Map(),
  texts: new Map(),
};

/** A report, if it is one. */
export function reportOf(message: unknown): Report | undefined {
  return report.safeParse(message).data;
}

/** The smallest box around all of these; undefined without any. */
export function around(boxes: Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const left = Math.min(...boxes.map((one) => one.left));
  const top = Math.min(...boxes.map((one) => one.top));
  const right = Math.max(...boxes.map((one) => one.left + one.width));
  const bottom = Math.max(...boxes.map((one) => one.top + one.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** The places of everything in `email`. */
export function measuredOf({ height, rows, blocks }: Report, email: EmailDocument): Measured {
  const measured: Measured = {
    height: Math.min(Math.ceil(height), HEIGHT_MAX),
    rows: new Map(),
    columns: new Map(),
    blocks: new Map(),
    texts: new Map(),
  };
  for (const row of email.rows) {
    for (const { id } of row.columns.flatMap((column) => column.blocks)) {
      const found = blocks.get(id);
      const place = around(found?.boxes.filter((one) => one.height > 0) ?? []);
      if (place !== undefined) measured.blocks.set(id, place);
      if (found?.text !== undefined) measured.texts.set(id, found.text);
    }
    const found = rows.get(row.id);
    if (found === undefined) continue;
    measured.rows.set(row.id, found.box);
    found.columns.slice(0, row.columns.length).forEach((column, n) => {
      measured.columns.set(`${row.id}/${n}`, column);
    });
  }
  return measured;
}
