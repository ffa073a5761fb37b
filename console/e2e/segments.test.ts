import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Person } from './person.ts';
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

test.each([
  ['en', 'There is a tag of this name.'],
  ['zh-CN', '已有同名的标签。'],
  ['zh-TW', '已有同名的標籤。'],
])('a refusal of the server is told in the language of the reader: %s', async (language, refusal) => {
  const visitor = await Visitor.come(browser, program, { language });
  await visitor.logIn();
  await visitor.go('/tags');
  const me = new Person(visitor, language);
  await me.press('tags:new');
  await me.write('tags:column.name', 'vip');
  await me.press('tags:create');
  await visitor.page.getByText(refusal, { exact: true }).waitFor();
  expect(visitor.faults).toEqual([]);
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

test('a segment of what was done is put together by hand, counts at once and reads as a sentence', async () => {
  for (const [no, who, total] of [
    [1, 'ana', 40],
    [2, 'bo', 12.5],
    [3, 'bo', 30],
  ] as const) {
    const anonymousId = `browser of ${who}`;
    await program.tell('identify', { anonymousId, traits: { email: `${who}@people.example` } });
    const properties = { total, products: [{ sku: `T${no}` }] };
    await program.tell('track', { anonymousId, event: 'Order Completed', properties });
  }
  for (const language of ['en', 'zh-CN']) {
    const visitor = await Visitor.come(browser, program, { language });
    await visitor.logIn();
    const me = new Person(visitor, language);
    await visitor.go('/segments/new');
    await me.write('segments:field.name', `Buyers ${language}`);
    await me.press('rules:addCondition');
    const search = me.page.getByLabel(me.say('rules:searchConditions'));
    await me.hands.choose(search, me.say('rules:condition.event'));
    const condition = me.page.getByRole('group', { name: me.say('rules:condition.event') }).first();
    await condition.getByRole('combobox', { name: me.say('rules:field.event') }).click();
    await me.page.getByRole('option', { name: 'Order Completed' }).click();
    const count = me.page.getByRole('status');
    await count.getByText('2', { exact: true }).waitFor();

    await me.press('rules:addDetail');
    await me.page.getByRole('menuitem', { name: me.say('rules:field.where'), exact: true }).click();
    await me.read('rules:count.incomplete');
    const tests = condition.getByRole('group', { name: me.say('rules:field.where') });
    await tests.getByRole('combobox', { name: me.say('rules:property') }).fill('total');
    await me.page.getByRole('option', { name: 'total' }).click();
    await tests.getByRole('textbox', { name: me.say('rules:field.value') }).fill('12.5');
    await count.getByText('1', { exact: true }).waitFor();
    await tests.getByRole('combobox', { name: me.say('rules:comparison') }).click();
    await me.page.getByRole('option', { name: me.say('rules:operator.at_least') }).click();
    await count.getByText('2', { exact: true }).waitFor();
    await visitor.picture(`segment-behaviour-${language}`);
    expect(await visitor.axe()).toEqual([]);
    await me.press('segments:create');
    await me.arrive(/\/segments\/seg_/);
    const sentence =
      language === 'en' ? /did “Order Completed” where total is at least 12.5/ : /total 不少于 12.5/;
    await me.page.getByText(sentence).first().waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  }
});

test.each([
  ['en', /bought anything with total of at least 25 on average/, /^once, last at .* total adds up to 40$/],
  ['zh-CN', /平均订单金额至少.*25/, /^一次，最后一次在 .*；total 合计 40$/],
])(
  'who bought is asked for by the average order, and why somebody is in says so: %s',
  async (language, sentence, why) => {
    const visitor = await Visitor.come(browser, program, { language });
    await visitor.logIn();
    const me = new Person(visitor, language);
    await visitor.go('/segments/new');
    await me.write('segments:field.name', `Big baskets ${language}`);
    await me.press('rules:addCondition');
    await me.hands.choose(
      me.page.getByLabel(me.say('rules:searchConditions')),
      me.say('rules:condition.purchase'),
    );
    const count = me.page.getByRole('status');
    await count.getByText('2', { exact: true }).waitFor();
    await me.press('rules:addDetail');
    const average = me.say('rules:fieldOf.purchase.average_at_least');
    await me.page.getByRole('menuitem', { name: average, exact: true }).click();
    await me.page.getByRole('textbox', { name: average }).fill('25');
    await count.getByText('1', { exact: true }).waitFor();
    await visitor.picture(`segment-purchase-${language}`);
    await me.press('segments:create');
    await me.arrive(/\/segments\/seg_/);
    await me.page.getByText(sentence).first().waitFor();
    const search = '/contacts?search=ana%40people.example';
    const { items } = (await program.api('GET', search)) as { items: { id: string }[] };
    await me.page.goto(`${me.page.url().split('?')[0]}?tab=explain&contact=${items[0]?.id}`);
    await me.page.getByText(why).waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  },
);
