/** The command palette (Ctrl/Cmd-K): places at once, and what the server finds for what is typed. */
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NAVIGATION } from './navigation';

/** Opens the palette. */
export function openPalette(): void {
  spotlight.open();
}

export function Palette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  const [typed, setTyped] = useState('');
  const places: SpotlightActionData[] = NAVIGATION.flatMap((group) =>
    group.places.map((place) => ({
      id: place.to,
      label: t(place.key),
      leftSection: <place.icon size={18} aria-hidden />,
      onClick: () => void navigate({ to: `/s/$store${place.to}` as '/s/$store/home', params: { store } }),
    })),
  );
  const groups: SpotlightActionGroupData[] = [{ group: t('palette.places'), actions: places }];
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      shortcut="mod + K"
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={t('palette.nothing')}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('palette.hint'),
        'aria-label': t('palette.open'),
      }}
    />
  );
}
