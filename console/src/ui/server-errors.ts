/** Puts the server's field errors into a form of react-hook-form and moves the focus to the first. */
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import { fieldErrors } from '../api/problem';

/** Answers true if at least one error belongs to a field of `known`; the rest must be shown above the form. */
export function showServerErrors<Values extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<Values>,
  known: readonly Path<Values>[],
): boolean {
  let placed = false;
  for (const { path, detail } of fieldErrors(error)) {
    const field = known.find((name) => path === name || path.endsWith(`.${name}`));
    if (field === undefined) continue;
    setError(field, { type: 'server', message: detail }, { shouldFocus: !placed });
    placed = true;
  }
  return placed;
}
