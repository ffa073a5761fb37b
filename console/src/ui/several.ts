/** For drop-downs of several values: the list closes when one is taken, for it lies over the buttons below it. */
import { useState } from 'react';

export function useSeveral() {
  const [dropdownOpened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return {
    dropdownOpened,
    onDropdownOpen: () => setOpened(true),
    onDropdownClose: close,
    onOptionSubmit: close,
  };
}
