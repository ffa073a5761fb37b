import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { fillWithDemo, type Places, placesOf } from './demo.ts';
import { Program } from './program.ts';

/** Paths below a store as the features declare them, and what stands for their parameters. */
function declared(): string[] {
  const features = join(import.meta.dirname, '../src/features');
  const files = readdirSync(features).map((name) => join(features, name, 'routes.ts'));
  const paths = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1] ?? ''),
  );
  return [...new Set(paths.filter((path) => !path.startsWith('/')))];
}

function fill(path: string, places: Places): string {
  return `/${path.replace(/\$(\w+)/g, (_, name: string) => {
    const id = places[name];
    if (id === undefined) throw new Error(`no example for $${name}: add it to e2e/demo.ts`);
    return id;
  })}`;
}

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

describe('when the server fails', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.come(browser, filled);
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

  test.each(lists)('%s says so in words and stays usable', async (path) => {
    await visitor.go(`/${path}`);
    expect((await visitor.page.locator('body').innerText()).trim()).not.toBe('');
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
  });
});
