/** The left navigation: groups of places in a store, each with its `g` shortcut where it has one. */
import {
  IconActivity,
  IconBan,
  IconBuildingStore,
  IconDownload,
  IconFileImport,
  IconFilter,
  IconForms,
  IconHome,
  IconKey,
  IconMailbox,
  IconPalette,
  IconPhoto,
  IconServer2,
  IconShieldCheck,
  IconSpeakerphone,
  IconTags,
  IconTemplate,
  IconUsers,
  IconWorldCheck,
} from '@tabler/icons-react';

/** A place in the navigation; `to` is below `/s/$store`. `key` is its text in the namespace `common`. */
export interface Place {
  to: string;
  key: string;
  icon: typeof IconHome;
  /** The second key after `g`. */
  go?: string;
}

/** A heading with places. */
export interface PlaceGroup {
  key: string;
  places: Place[];
}

export const NAVIGATION: PlaceGroup[] = [
  {
    key: 'nav.start',
    places: [{ to: '/home', key: 'nav.home', icon: IconHome, go: 'h' }],
  },
  {
    key: 'nav.campaignsGroup',
    places: [{ to: '/campaigns', key: 'nav.campaigns', icon: IconSpeakerphone, go: 'c' }],
  },
  {
    key: 'nav.audience',
    places: [
      { to: '/contacts', key: 'nav.contacts', icon: IconUsers, go: 'a' },
      { to: '/events', key: 'nav.events', icon: IconActivity, go: 'l' },
      { to: '/segments', key: 'nav.segments', icon: IconFilter, go: 's' },
      { to: '/tags', key: 'nav.tags', icon: IconTags },
      { to: '/fields', key: 'nav.fields', icon: IconForms },
      { to: '/imports', key: 'nav.imports', icon: IconFileImport, go: 'm' },
      { to: '/exports', key: 'nav.exports', icon: IconDownload },
      { to: '/suppressions', key: 'nav.suppressions', icon: IconBan },
    ],
  },
  {
    key: 'nav.contentGroup',
    places: [
      { to: '/templates', key: 'nav.templates', icon: IconTemplate, go: 'e' },
      { to: '/media', key: 'nav.media', icon: IconPhoto, go: 'p' },
      { to: '/brand', key: 'nav.brand', icon: IconPalette, go: 'b' },
    ],
  },
  {
    key: 'nav.sendingGroup',
    places: [
      { to: '/domains', key: 'nav.domains', icon: IconWorldCheck, go: 'd' },
      { to: '/relays', key: 'nav.relays', icon: IconServer2, go: 'r' },
      { to: '/sandbox', key: 'nav.sandbox', icon: IconMailbox, go: 'i' },
    ],
  },
  {
    key: 'nav.settingsGroup',
    places: [
      { to: '/settings/store', key: 'nav.store', icon: IconBuildingStore, go: 't' },
      { to: '/settings/keys', key: 'nav.keys', icon: IconKey },
      { to: '/settings/audit', key: 'nav.audit', icon: IconShieldCheck },
    ],
  },
];
