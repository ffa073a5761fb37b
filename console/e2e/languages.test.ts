import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Looks, openBrowser, Visitor } from './browser.ts';
import { fillWithDemo, type Places, placesOf } from './demo.ts';
import { declared, fill } from './paths.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;
let places: Places;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  await fillWithDemo(program);
  places = await placesOf(program);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** What sticks out of the window to the side, by its words; what scrolls inside a box of its own does not. */
function sticksOut(): string[] {
  const width = document.documentElement.clientWidth;
  // The header stays in its place: what is cut off there makes no scroll bar.
  const scrolls = document.documentElement.scrollWidth > width + 1;
  return [...document.querySelectorAll(scrolls ? 'body *' : 'header a, header button')]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return right > width + 1 || left < -1;
    })
    .map((one) => `${one.tagName} ${(one.textContent ?? '').trim().slice(0, 60)}`)
    .slice(0, 5);
}

const looks: [string, Looks][] = [
  ['in Chinese', { language: 'zh-CN' }],
  ['with words 40 % longer', { language: 'en-XA' }],
  ['from right to left', { language: 'ar-XB' }],
  ['on a phone', { width: 375, height: 800 }],
];

describe.each(looks)('%s', (name, look) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.come(browser, program, look);
    await visitor.logIn();
  });
  afterAll(() => visitor.leave());

  test.each(declared())('%s fits the window', async (path) => {
    await visitor.go(fill(path, places));
    await visitor.picture(`${name.replace(/\W+/g, '-')}-${path.replace(/[^\w]+/g, '-')}`);
    expect(await visitor.page.evaluate(sticksOut)).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
  });
});
