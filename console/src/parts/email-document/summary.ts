/** A few words that say which block is meant: in layers, announcements and problems. */

import type { Block } from './types';
import { isRecord } from './values';

const LONGEST = 48;

/** Plain words of HTML. */
export function plainText(html: string): string {
  const text = html
    .replace(/<(br|\/p|\/h[1-6]|\/li)[^>]*>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return text.replace(/\s+/g, ' ').trim();
}

/** What a block says, shortened; empty if it says nothing. */
export function summaryOf(block: Block): string {
  const words = rawSummary(block);
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1).trimEnd()}…` : words;
}

function rawSummary(block: Block): string {
  for (const field of ['html', 'label', 'title', 'alt', 'code', 'text']) {
    const value = block[field];
    if (typeof value === 'string' && value.trim() !== '') return plainText(value);
  }
  for (const field of ['items', 'links']) {
    const list = block[field];
    if (Array.isArray(list)) return list.map(nameOf).filter(Boolean).join(', ');
  }
  return '';
}

function nameOf(item: unknown): string {
  if (!isRecord(item)) return '';
  const name = item['title'] ?? item['label'] ?? item['name'];
  return typeof name === 'string' ? name : '';
}
