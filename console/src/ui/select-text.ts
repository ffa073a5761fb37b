/** For searchable drop-downs that have a value: a click marks its text, so that typing looks for another one. */
import type { MouseEvent } from 'react';

export const selectText = {
  onClick: (event: MouseEvent<HTMLInputElement>) => event.currentTarget.select(),
};
