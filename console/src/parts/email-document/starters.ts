/** What a new block of each kind begins with, and the icons of the kinds. */
import {
  IconAlignLeft,
  IconBrandInstagram,
  IconClockHour4,
  IconCode,
  IconLayoutBottombar,
  IconLayoutNavbar,
  IconMenu2,
  IconPhoto,
  IconPlayerPlay,
  IconPuzzle,
  IconSeparatorHorizontal,
  IconShoppingBag,
  IconSpacingVertical,
  IconSquareRoundedChevronRight,
  IconTicket,
} from '@tabler/icons-react';
import type { Brand } from './brand';
import { word } from './words';

/** Fields of a block, without its id and type. */
export type Fields = Record<string, unknown>;

const SHOP = '{{ store.url }}';
const WEEK_MS = 7 * 24 * 3_600_000;

/** Kinds in the order the palette shows them. */
export const KINDS = [
  'text',
  'image',
  'button',
  'divider',
  'spacer',
  'product',
  'coupon',
  'countdown',
  'video',
  'social',
  'menu',
  'header',
  'footer',
  'html',
] as const;

/** A kind the console knows. */
export type Kind = (typeof KINDS)[number];

const STARTERS: Record<Kind, (brand: Brand) => Fields> = {
  text: () => ({ html: `<p>${word('start.text')}</p>` }),
  image: () => ({ src: '', alt: '' }),
  button: () => ({ label: word('start.button'), href: SHOP }),
  divider: () => ({}),
  spacer: () => ({ height: 24 }),
  product: () => ({ items: [{ title: word('start.product'), href: SHOP }], per_row: 1 }),
  coupon: () => ({ code: 'WELCOME10', title: word('start.couponTitle'), terms: word('start.couponTerms') }),
  countdown: () => ({ ends_at: inAWeek() }),
  video: () => ({ thumbnail: '', alt: '', href: '', label: word('start.video') }),
  social: (brand) => ({ links: socials(brand) }),
  menu: () => ({
    items: [
      { label: word('start.menuShop'), href: SHOP },
      { label: word('start.menuContact'), href: `${SHOP}/pages/contact` },
    ],
  }),
  header: (brand) => (brand.logo_url ? { logo: brand.logo_url } : {}),
  footer: (brand) => ({
    html: `<p>${escapeText(brand.footer_text || word('start.footer'))}</p>`,
    unsubscribe_label: word('start.unsubscribe'),
  }),
  html: () => ({ html: `<p>${word('start.html')}</p>` }),
};

const ICONS: Record<Kind, typeof IconPhoto> = {
  text: IconAlignLeft,
  image: IconPhoto,
  button: IconSquareRoundedChevronRight,
  divider: IconSeparatorHorizontal,
  spacer: IconSpacingVertical,
  product: IconShoppingBag,
  coupon: IconTicket,
  countdown: IconClockHour4,
  video: IconPlayerPlay,
  social: IconBrandInstagram,
  menu: IconMenu2,
  header: IconLayoutNavbar,
  footer: IconLayoutBottombar,
  html: IconCode,
};

function isKind(kind: string): kind is Kind {
  return (KINDS as readonly string[]).includes(kind);
}

/** The icon of a kind; kinds that only the server knows share one. */
export function iconOf(kind: string): typeof IconPhoto {
  return isKind(kind) ? ICONS[kind] : IconPuzzle;
}

/** Fields of a new block; `example` (the server's) serves kinds the console has no words for. */
export function starterOf(kind: string, brand: Brand, example: Fields = {}): Fields {
  if (isKind(kind)) return STARTERS[kind](brand);
  const { type: _, id: __, ...fields } = example;
  return fields;
}

function socials(brand: Brand): { name: string; href: string }[] {
  const own = (brand.socials ?? []).map(({ network, href }) => ({ name: network, href }));
  return own.length > 0 ? own : [{ name: 'Instagram', href: 'https://www.instagram.com/' }];
}

/** Midnight UTC a week from now. */
function inAWeek(): string {
  const day = new Date(Date.now() + WEEK_MS).toISOString().slice(0, 10);
  return `${day}T00:00:00Z`;
}

/** Text as HTML; Liquid stays as it is. */
export function escapeText(text: string): string {
  return text
    .split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/)
    .map((piece, n) => (n % 2 === 1 ? piece : piece.replaceAll('&', '&amp;').replaceAll('<', '&lt;')))
    .join('');
}
