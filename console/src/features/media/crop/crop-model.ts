/** The part of a picture to cut out, in pixels of the picture: moving, resizing, ratios. Pure. */

export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Ratios offered, width to height; `free` and `own` are not numbers. */
export const RATIOS = { square: 1, landscape: 16 / 9, photo: 4 / 3, portrait: 3 / 4, banner: 3 } as const;

export type Ratio = keyof typeof RATIOS | 'free' | 'own';

/** The number of a ratio; undefined if width and height are free. */
export function ratioOf(ratio: Ratio, whole: Size): number | undefined {
  if (ratio === 'free') return undefined;
  return ratio === 'own' ? whole.width / whole.height : RATIOS[ratio];
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(value, least), Math.max(least, most));

/** Whole pixels, within the picture, at least one by one. */
export function fitted(part: Part, whole: Size): Part {
  const width = clamp(Math.round(part.width), 1, whole.width);
  const height = clamp(Math.round(part.height), 1, whole.height);
  const x = clamp(Math.round(part.x), 0, whole.width - width);
  const y = clamp(Math.round(part.y), 0, whole.height - height);
  return { x, y, width, height };
}

/** The same part elsewhere; it stops at the edges. */
export function moved(part: Part, by: { x: number; y: number }, whole: Size): Part {
  return fitted({ ...part, x: part.x + by.x, y: part.y + by.y }, whole);
}

/** Another size from the same corner; with a ratio the height follows the width, and both stay within. */
export function resized(part: Part, size: Partial<Size>, whole: Size, ratio?: number): Part {
  const room = { width: whole.width - part.x, height: whole.height - part.y };
  if (ratio === undefined) {
    const width = clamp(size.width ?? part.width, 1, room.width);
    const height = clamp(size.height ?? part.height, 1, room.height);
    return fitted({ ...part, width, height }, whole);
  }
  const wanted = size.width ?? (size.height ?? part.height) * ratio;
  const width = clamp(wanted, 1, Math.min(room.width, room.height * ratio));
  return fitted({ ...part, width, height: width / ratio }, whole);
}

/** The largest part of a ratio, in the middle. */
export function largest(whole: Size, ratio?: number): Part {
  if (ratio === undefined) return { x: 0, y: 0, ...whole };
  const width = Math.min(whole.width, whole.height * ratio);
  const height = width / ratio;
  return fitted({ x: (whole.width - width) / 2, y: (whole.height - height) / 2, width, height }, whole);
}
