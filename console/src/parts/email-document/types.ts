/** The shape of an email document (`schema: 1`), as the server reads it. Fields of a block are those of its kind. */

/** A block: `id`, `type`, perhaps a condition, and the fields of its kind. */
export interface Block {
  id: string;
  type: string;
  /** A Liquid condition; without it the block is always shown. */
  visible_if?: string | null;
  [field: string]: unknown;
}

export interface Column {
  /** Percent; equal shares if absent. */
  width?: number | null;
  blocks: Block[];
}

export interface Row {
  id: string;
  columns: Column[];
  background?: string | null;
  /** Pixels above and below. */
  padding?: number;
  visible_if?: string | null;
}

/** What holds for the whole email; absent fields have the server's defaults. */
export interface DocumentSettings {
  width?: number;
  background?: string;
  content_background?: string;
  font?: string;
  font_size?: number;
  text_color?: string;
  link_color?: string;
  button_background?: string;
  button_color?: string;
  button_radius?: number;
}

export interface EmailDocument {
  schema: 1;
  settings?: DocumentSettings;
  rows: Row[];
}

/** Limits of the server (`document/mod.rs`). */
export const LIMITS = { rows: 100, columns: 4, blocks: 50 } as const;

/** True if `value` looks like a document this console can edit. */
export function isEmailDocument(value: unknown): value is EmailDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, rows } = value as { schema?: unknown; rows?: unknown };
  return schema === 1 && Array.isArray(rows) && rows.every(isRow);
}

function isRow(row: unknown): row is Row {
  if (typeof row !== 'object' || row === null) return false;
  const { id, columns } = row as { id?: unknown; columns?: unknown };
  return (
    typeof id === 'string' &&
    Array.isArray(columns) &&
    columns.every((column: { blocks?: unknown } | null) => Array.isArray(column?.blocks))
  );
}
