/** The command palette (Ctrl/Cmd-K): places at once, and what the server finds for what is typed. */
import { useDebouncedValue } from '@mantine/hooks';
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from '@mantine/spotlight';
import {
  IconAddressBook,
  IconFilter,
  IconMail,
  IconSearch,
  IconTag,
  IconTemplate,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '../../api/client';
import { NAVIGATION } from './navigation';

type Found = Schema<'FoundItem'>;

const TYPING_MS = 200;
const KINDS = {
  contact: { icon: IconAddressBook, place: (id: string) => `/contacts/${id}` },
  campaign: { icon: IconMail, place: (id: string) => `/campaigns/${id}` },
  segment: { icon: IconFilter, place: (id: string) => `/segments/${id}` },
  template: { icon: IconTemplate, place: (id: string) => `/templates/${id}/edit` },
  tag: { icon: IconTag, place: () => '/tags' },
} satisfies Record<Found['kind'], { icon: typeof IconTag; place: (id: string) => string }>;

/** Opens the palette. */
export function openPalette(): void {
  spotlight.open();
}

export function Palette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  const [typed, setTyped] = useState('');
  const found = useFound(typed.trim());
  const go = (place: string) => void navigate({ to: `/s/${store}${place}` as '/' });
  const places = NAVIGATION.flatMap((group) => group.places).map((place) => ({
    id: place.to,
    label: t(place.key),
    leftSection: <place.icon size={18} aria-hidden />,
    onClick: () => go(place.to),
  }));
  const things: SpotlightActionData[] = found.map((item) => {
    const { icon: Icon, place } = KINDS[item.kind];
    return {
      id: item.id,
      label: item.title,
      description: [t(`palette.kind.${item.kind}`), item.detail].filter(Boolean).join(' · '),
      // The server has matched it already; the palette's own filter must not drop it.
      keywords: typed,
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => go(place(item.id)),
    };
  });
  const groups: SpotlightActionGroupData[] = [
    { group: t('palette.found'), actions: things },
    { group: t('palette.places'), actions: places },
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
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

/** What the server finds; nothing for less than two characters. */
function useFound(typed: string): Found[] {
  const [q] = useDebouncedValue(typed, TYPING_MS);
  const { data } = useQuery({
    ...api.queryOptions('get', '/api/v1/search', { params: { query: { q } } }),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
  return q.length >= 2 ? (data?.items ?? []) : [];
}
