/** The brand kit as documents use it. Everything may be absent: the server's defaults hold then. */
import type { Schema } from '../../api/client';
import type { DocumentSettings } from './types';

/** The store's brand. */
export type Brand = Schema<'Brand'>;

/** Settings of a new document in the colours and the type of the brand. */
export function settingsOf(brand: Brand): DocumentSettings {
  const main = brand.color ?? undefined;
  const settings: DocumentSettings = {
    background: brand.background ?? undefined,
    text_color: brand.text_color ?? undefined,
    link_color: brand.link_color ?? main,
    button_background: brand.button_background ?? main,
    button_color: brand.button_color ?? undefined,
    button_radius: brand.button_radius ?? undefined,
    font: brand.font ?? undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** The colours of the brand, for pickers; without doubles. */
export function swatches(brand: Brand): string[] {
  const colors = [
    brand.color,
    brand.text_color,
    brand.link_color,
    brand.button_background,
    brand.button_color,
    brand.background,
  ];
  return [...new Set([...colors.filter((color) => typeof color === 'string'), ...NEUTRALS])];
}

const NEUTRALS = ['#ffffff', '#f3f4f6', '#9ca3af', '#4b5563', '#1f2937', '#111827'];

/** Font stacks every mailbox has. */
export const FONTS = [
  'Helvetica, Arial, sans-serif',
  'Arial, sans-serif',
  'Verdana, Geneva, sans-serif',
  'Tahoma, Geneva, sans-serif',
  'Trebuchet MS, Helvetica, sans-serif',
  'Georgia, Times New Roman, serif',
  'Times New Roman, Times, serif',
  'Courier New, Courier, monospace',
];
