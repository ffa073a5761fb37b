/** Writes figures onto the links of an email. Works on a parsed copy: nothing of the email runs here. */
import type { Report } from './queries';

type Link = Report['links'][number];

/** Number and heat (0 to 1) of a link as its label is made. */
export interface HeatOptions {
  links: Link[];
  heat: Map<number, number>;
  /** The words on a link, such as `12 (3.4 %)`. */
  label: (link: Link) => string;
}

/** The email with every measured link, which has its number, marked by how often it was clicked. */
export function withHeat(html: string, { links, heat, label }: HeatOptions): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const anchor of page.querySelectorAll<HTMLElement>('a[data-link]')) {
    const link = links.find(({ link: number }) => String(number) === anchor.getAttribute('data-link'));
    if (link === undefined) continue;
    const warmth = heat.get(link.link) ?? 0;
    anchor.style.outline = `2px solid ${color(warmth, 1)}`;
    anchor.style.outlineOffset = '1px';
    anchor.style.backgroundColor = color(warmth, 0.25);
    const badge = page.createElement('span');
    badge.textContent = label(link);
    badge.setAttribute(
      'style',
      `display:inline-block;margin:0 4px;padding:1px 6px;border-radius:9px;font:600 11px/16px sans-serif;` +
        `color:#fff;background:${color(warmth, 1)};text-decoration:none;vertical-align:middle`,
    );
    anchor.append(badge);
  }
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** From blue (cold) to red (hot); white letters have 4.5 : 1 on each. */
function color(warmth: number, alpha: number): string {
  const hue = Math.round(220 - 220 * warmth);
  const lightness = warmth > 0.25 && warmth < 0.85 ? 30 : 40;
  return `hsla(${hue}, 75%, ${lightness}%, ${alpha})`;
}
