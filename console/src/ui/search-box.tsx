/** The search of a list: asks a moment after the last key, `/` goes to it, Esc clears it. The text stands in the URL. */
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/keys';

const WAIT_MS = 300;

export interface SearchBoxProps {
  label: string;
  /** What stands in the URL. */
  value: string | undefined;
  /** Undefined when the box is empty. */
  onSearch: (text: string | undefined) => void;
  placeholder?: string;
  w?: number | string;
}

export function SearchBox({ label, value = '', onSearch, placeholder, w = 300 }: SearchBoxProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const asked = useRef(value);
  const ask = useDebouncedCallback((text: string) => {
    asked.current = text.trim();
    onSearch(asked.current === '' ? undefined : asked.current);
  }, WAIT_MS);
  useEffect(() => {
    // Cleared or changed from elsewhere (a link, "clear filters"), not by typing here.
    if (value !== asked.current) {
      asked.current = value;
      setTyped(value);
    }
  }, [value]);
  const type = (text: string) => {
    setTyped(text);
    ask(text);
  };
  useShortcuts([{ keys: '/', label, action: () => box.current?.focus() }]);
  return (
    <TextInput
      ref={box}
      w={w}
      role="searchbox"
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed === '' ? undefined : <CloseButton size={24} aria-label={t('clear')} onClick={() => type('')} />
      }
      maxLength={200}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && typed !== '') {
          event.stopPropagation();
          type('');
        }
      }}
    />
  );
}
