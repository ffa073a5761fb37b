import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { fillWithDemo, type Places, placesOf } from './demo.ts';
import { declared, fill } from './paths.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;
let visitor: Visitor;
let places: Places;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  await fillWithDemo(program);
  places = await placesOf(program);
  visitor = await Visitor.come(browser, program);
  await visitor.logIn();
});

afterAll(async () => {
  await visitor?.leave();
  await browser?.close();
  await program?.end();
});

/** Numbers all that can be worked with the mouse, and notes the frames of what has no focus; answers how many. */
function numberAll(): number {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const worked =
    'a[href], button, input, select, textarea, [contenteditable="true"], [role="button"], [role="tab"], [role="switch"], [role="checkbox"]';
  const open = [...document.querySelectorAll<HTMLElement>(worked)].filter(
    (one) =>
      one.checkVisibility({ visibilityProperty: true }) &&
      !one.matches(':disabled, [aria-disabled="true"], [type="hidden"], [type="file"]') &&
      one.closest('[inert], [aria-hidden="true"]') === null,
  );
  for (const [n, one] of open.entries()) {
    one.dataset['reach'] = String(n);
    for (const frame of [one, one.parentElement, one.parentElement?.parentElement]) {
      if (frame == null) continue;
      for (const change of frame.getAnimations()) change.finish();
      frame.dataset['border'] = getComputedStyle(frame).borderColor;
    }
  }
  return open.length;
}

/** What has the focus: its number, and whether one sees that. */
function focused(): { number: string; seen: boolean } {
  const one = document.activeElement as HTMLElement | null;
  // Inside a message the frame's own page shows where one is.
  if (one === null || one === document.body || one instanceof HTMLIFrameElement) {
    return { number: one?.tagName ?? 'BODY', seen: true };
  }
  const around = one.parentElement;
  const frames = [one, around, around?.parentElement].filter((each) => each != null);
  // The colour of a frame changes slowly.
  for (const change of frames.flatMap((each) => each.getAnimations())) change.finish();
  const coloured = frames.some((each) => {
    const { border } = each.dataset;
    return border !== undefined && border !== getComputedStyle(each).borderColor;
  });
  // Boxes and switches are drawn beside their input, some fields on the frame around it.
  const ringed = [...frames, one.nextElementSibling ?? one].some((each) => {
    const { outlineStyle, boxShadow } = getComputedStyle(each);
    return outlineStyle !== 'none' || boxShadow !== 'none';
  });
  return { number: one.dataset['reach'] ?? one.tagName, seen: ringed || coloured };
}

/** What Tab never came to. Of radios and tabs one is enough: the arrows go on from there. */
function missed(reached: string[]): string[] {
  const all = [...document.querySelectorAll<HTMLElement>('[data-reach]')];
  const come = all.filter((one) => reached.includes(one.dataset['reach'] ?? ''));
  const together = (one: HTMLElement) =>
    one instanceof HTMLInputElement && one.type === 'radio'
      ? `radio ${one.name}`
      : (one.closest('[role="tablist"], [role="radiogroup"], [role="toolbar"]') ?? one);
  const groups = new Set(come.map(together));
  return all
    .filter((one) => !groups.has(together(one)))
    .map((one) => `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 40)}`);
}

describe('with nothing but Tab', () => {
  test.each(declared())('%s can be worked wholly, and one sees where one is', async (path) => {
    const { page } = visitor;
    await visitor.go(fill(path, places));
    const count = await page.evaluate(numberAll);
    expect(count).toBeGreaterThan(0);
    const reached: string[] = [];
    const unseen: string[] = [];
    for (let n = 0; n < 2 * count + 60; n += 1) {
      await page.keyboard.press('Tab');
      const { number, seen } = await page.evaluate(focused);
      if (number === reached[0] && n > 1) break;
      reached.push(number);
      if (!seen)
        unseen.push(
          `${number}: ${await page.locator(':focus').evaluate((one) => one.outerHTML.slice(0, 300))}`,
        );
    }
    expect(await page.evaluate(missed, reached)).toEqual([]);
    expect(unseen).toEqual([]);
  });
});
