import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { fillWithDemo, type Places, placesOf } from './demo.ts';
import { declared, fill } from './paths.ts';
import { Program } from './program.ts';

let browser: Browser;
let filled: Program;
let empty: Program;
let places: Places;

beforeAll(async () => {
  [browser, filled, empty] = await Promise.all([openBrowser(), Program.withStore(), Program.withStore()]);
  await fillWithDemo(filled);
  places = await placesOf(filled);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([filled?.end(), empty?.end()]);
});

const paths = declared();
const lists = paths.filter((path) => !path.includes('$'));

describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.come(browser, filled, { scheme });
    await visitor.logIn();
  });
  afterAll(() => visitor.leave());

  test.each(paths)('%s is usable by everybody when there is something to show', async (path) => {
    await visitor.go(fill(path, places));
    expect(await visitor.page.locator('h1').count()).toBe(1);
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
    await visitor.picture(`${scheme}-${path.replace(/[^\w]+/g, '-')}`);
  });
});

describe.each(['light', 'dark'] as const)('with nothing in the store, in %s colours', (scheme) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.come(browser, empty, { scheme });
    await visitor.logIn();
  });
  afterAll(() => visitor.leave());

  test.each(lists)('%s says what to do first', async (path) => {
    await visitor.go(`/${path}`);
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('when the server fails, in %s colours', (scheme) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.come(browser, filled, { scheme });
    await visitor.logIn();
    const kept = /\/api\/v1\/(session|store|me|stream|installation)(\?|$)/;
    await visitor.page.route('**/api/v1/**', (route: Route) => {
      if (kept.test(route.request().url())) return route.continue();
      const problem = {
        type: 'about:blank',
        title: 'Internal',
        status: 500,
        code: 'internal',
        detail: '',
        request_id: 'req_test',
      };
      return route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      });
    });
  });
  afterAll(() => visitor.leave());

  test.each(paths)('%s says so in words and stays usable', async (path) => {
    await visitor.go(fill(path, places));
    expect((await visitor.page.locator('body').innerText()).trim()).not.toBe('');
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
  });
});
