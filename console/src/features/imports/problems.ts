/** The first problems of an import, read from the beginning of its error file. Pure. */
import Papa from 'papaparse';

/** What is wrong with a row. */
export interface RowProblem {
  line: string;
  severity: 'error' | 'warning';
  column: string;
  reason: string;
}

/** The first `most` problems; a last line that broke off is left out. */
export function problemsOf(csv: string, most: number): RowProblem[] {
  const whole = csv.slice(0, csv.lastIndexOf('\n') + 1);
  const [, ...rows] = Papa.parse<string[]>(whole.replace(/^\uFEFF/, ''), { skipEmptyLines: true }).data;
  return rows.slice(0, most).map(([line = '', severity = '', column = '', reason = '']) => ({
    line,
    severity: severity === 'error' ? 'error' : 'warning',
    column,
    reason,
  }));
}
