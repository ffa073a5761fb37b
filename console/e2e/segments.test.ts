import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Program } from './program.ts';

let program: Program;
let browser: Browser;
let segment: string;

const RULE = {
  version: 1,
  rule: {
    all: [
      { condition: 'country', operator: 'is_any_of', values: ['SG', 'MY'] },
      { not: { condition: 'tag', operator: 'has_any', values: ['staff'] } },
    ],
  },
};

beforeAll(async () => {
  [program, browser] = await Promise.all([Program.withStore(), openBrowser()]);
  for (const [email, country, tags] of [
    ['ana@people.example', 'SG', ['vip']],
    ['bo@people.example', 'MY', ['vip', 'tea']],
    ['eve@people.example', 'SG', ['staff']],
  ])
    await program.api('POST', '/contacts', { email, country, tags });
  const made = await program.api('POST', '/segments', { name: 'Neighbours', rule: RULE });
  segment = (made as { id: string }).id;
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

test('a segment shows how it grew, as a chart and as a table', async () => {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  const { page } = visitor;
  await visitor.go(`/segments/${segment}`);
  const growth = page.getByRole('heading', { name: 'Growth' }).locator('..');
  await growth.getByRole('img', { name: 'Members' }).waitFor();
  await growth.getByText('Table', { exact: true }).click();
  await growth
    .getByRole('row', { name: /2026|20\d\d/ })
    .getByRole('cell', { name: '2', exact: true })
    .waitFor();
  await growth.getByText('Came and went', { exact: true }).click();
  await growth.getByRole('columnheader', { name: 'Came' }).waitFor();
  expect(await visitor.axe()).toEqual([]);
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});

test('tags say how many carry them', async () => {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  await visitor.go('/tags');
  const { page } = visitor;
  for (const [tag, count] of [
    ['vip', '2'],
    ['tea', '1'],
  ])
    await page.getByRole('row', { name: tag }).getByRole('cell', { name: count, exact: true }).waitFor();
  await visitor.leave();
});

test('the reasons of a sample are in the language of the reader', async () => {
  for (const [language, reason] of [
    ['en', /country is (SG|MY)/],
    ['zh-CN', /国家.*新加坡.*马来西亚.*·.*非.*staff|国家.*新加坡.*马来西亚.*·.*不.*staff/],
  ] as const) {
    const visitor = await Visitor.come(browser, program, { language });
    await visitor.logIn();
    await visitor.go(`/segments/${segment}/edit`);
    await visitor.page.getByText(reason).first().waitFor();
    expect(await visitor.page.getByText(reason).count()).toBe(2);
    await visitor.leave();
  }
});
