/** Tables as CSV files that spreadsheets read right and take for text. Pure. */

/** A cell: quoted where needed, and no spreadsheet takes it for a formula. */
export function cell(value: string): string {
  const neutral = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(neutral) ? `"${neutral.replaceAll('"', '""')}"` : neutral;
}

/** Lines of a table, with the mark that tells spreadsheets of UTF-8. */
export function csv(rows: string[][]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
