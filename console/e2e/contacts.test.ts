import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addPeople } from './campaigns.ts';
import { Keyboard } from './hands.ts';
import { Person } from './person.ts';
import { Program, until } from './program.ts';

let browser: Browser;
let program: Program;
let visitor: Visitor;
let me: Person;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  addPeople(program, 60, (n) => (n % 2 === 0 ? 'SG' : 'DE'));
  visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  me = new Person(visitor);
});

/** A rule as addresses carry it. */
const inAddress = (short: unknown) => btoa(JSON.stringify(short)).replace(/=+$/, '');
const SINGAPORE = inAddress(['country', 'is_any_of', { values: ['SG'] }]);
const SENTENCE = 'Country is any of Singapore';

/** How many carry a tag, and whether somebody does, by the API. */
async function tagged(tag: string, name: string): Promise<[number, boolean]> {
  const found = async (query: string) => {
    const page = (await program.api('GET', `/contacts?limit=1&tag=${tag}${query}`)) as {
      items: unknown[];
      total: { value: number } | null;
    };
    return page;
  };
  const { total } = await found('');
  const one = await found(`&search=${name}@people.example`);
  return [total?.value ?? -1, one.items.length > 0];
}

/** Chooses everything that matches but one row, and gives the rest a tag. */
async function tagAllBut(who: Person, one: string, tag: string, chooseAll: string): Promise<void> {
  await who.hands.tick(who.page.getByLabel(who.say('common:table.choosePage')));
  await who.hands.press(who.page.getByRole('button', { name: chooseAll, exact: true }));
  await who.page.getByLabel(who.say('common:table.chooseRow', { name: one })).press('Space');
  await who.press('contacts:bulk.tag');
  const dialog = who.page.getByRole('dialog');
  await dialog.getByLabel(who.say('contacts:bulk.tags')).first().fill(tag);
  await who.page.keyboard.press('Enter');
  await who.hands.press(who.button('contacts:bulk.tag', {}, dialog));
}

afterAll(async () => {
  await visitor?.leave();
  await browser?.close();
  await program?.end();
});

test('filters are kept as a view, taken again later, and a removed view comes back by undo', async () => {
  await visitor.go('/contacts?status=sendable&search=ana%205');
  await me.press('views:views');
  await me.hands.press(me.page.getByRole('menuitem', { name: me.say('views:save') }));
  await me.write('views:name', 'Fifth');
  await me.hands.press(me.button('common:save', {}, me.page.getByRole('dialog')));
  await me.read('views:saved', { name: 'Fifth' });
  await visitor.go('/contacts');
  await me.press('views:views');
  await me.hands.press(me.page.getByRole('menuitem', { name: 'Fifth' }));
  await me.page.waitForURL(/search=ana/);
  await me.page.getByRole('link', { name: 'Ana 55' }).waitFor();
  expect(await me.page.getByRole('link', { name: 'Ana 44' }).count()).toBe(0);
  await me.page.getByRole('button', { name: 'Fifth', exact: true }).click();
  await me.hands.press(me.page.getByRole('menuitem', { name: me.say('views:manage') }));
  await me.press('views:remove', { name: 'Fifth' });
  await me.read('views:none');
  expect(await visitor.axe()).toEqual([]);
  await me.press('common:undo');
  await me.page.getByRole('rowheader', { name: 'Fifth' }).waitFor();
  expect(visitor.faults).toEqual([]);
});

test('some contacts get a tag, and the list says so when it is done', async () => {
  await visitor.go('/contacts?search=ana%201');
  await me.hands.tick(me.page.getByLabel(me.say('common:table.choosePage')));
  await me.press('contacts:bulk.tag');
  const dialog = me.page.getByRole('dialog');
  await dialog.getByLabel(me.say('contacts:bulk.tags')).first().fill('first');
  await me.page.keyboard.press('Enter');
  await me.hands.press(me.button('contacts:bulk.tag', {}, dialog));
  await me.page.getByText(/^Done: 11 of 11/).waitFor();
  await visitor.go('/contacts?tag=first');
  expect(await me.page.getByRole('row').count()).toBe(12);
  expect(visitor.faults).toEqual([]);
});

test('with nothing but the keyboard the list is filtered by a condition, and all that match but one get a tag', async () => {
  const keys = new Person(visitor, 'en', new Keyboard(visitor.page));
  await visitor.go('/contacts?limit=25');
  await keys.press('contacts:filter.rule');
  const drawer = keys.page.getByRole('dialog', { name: keys.say('contacts:filter.ruleTitle') });
  await keys.press('rules:addCondition');
  await keys.hands.choose(
    keys.page.getByLabel(keys.say('rules:searchConditions')),
    keys.say('rules:condition.country'),
  );
  const values = drawer.getByRole('combobox', { name: keys.say('rules:fieldOf.country.values') });
  await keys.hands.choose(values, 'Singapore');
  await keys.page.keyboard.press('Tab');
  await visitor.settled();
  expect(await visitor.axe()).toEqual([]);
  await visitor.picture('contacts-conditions');
  await keys.hands.press(keys.button('contacts:filter.ruleApply', {}, drawer));
  await keys.page.waitForURL(/[?&]rule=[\w-]+/);
  const address = keys.page.url();
  await keys.page.reload();
  await visitor.settled();
  await keys.page.getByRole('button', { name: SENTENCE, exact: true }).waitFor();
  await keys.page.getByText(/· 30 in all$/).waitFor();
  expect(await visitor.axe()).toEqual([]);
  await visitor.picture('contacts-filtered');
  await tagAllBut(keys, 'Ana 58', 'harbour', keys.say('contacts:bulk.chooseTotal', { all: 30 }));
  await keys.page.getByText(/^Done: 29 of 29/).waitFor();
  expect(await tagged('harbour', 'u58')).toEqual([29, false]);
  await keys.press('contacts:filter.chipRemove', { sentence: SENTENCE });
  await keys.page.getByText(/· 60 in all$/).waitFor();
  await keys.page.goBack();
  await keys.page.getByText(/· 30 in all$/).waitFor();
  expect(keys.page.url()).toBe(address);
  expect(visitor.faults).toEqual([]);
});

test('all that a search text finds but one get a tag, and so do all that it finds in a rule', async () => {
  const all = me.say('contacts:bulk.chooseAll');
  await visitor.go('/contacts?limit=25&search=ana');
  await tagAllBut(me, 'Ana 59', 'found', all);
  await me.page.getByText(/^Done: 59 of 59/).waitFor();
  expect(await tagged('found', 'u59')).toEqual([59, false]);
  await visitor.go(`/contacts?limit=25&search=ana&rule=${SINGAPORE}`);
  await tagAllBut(me, 'Ana 56', 'both', all);
  await me.page.getByText(/^Done: 29 of 29/).waitFor();
  expect(await tagged('both', 'u56')).toEqual([29, false]);
  expect(visitor.faults).toEqual([]);
});

test.each([
  ['is no rule at all', 'broken'],
  ['speaks of what the server does not know', inAddress(['height', 'equals', { value: '2' }])],
])('a rule in the address that %s is told of and left out', async (_, rule) => {
  await visitor.go(`/contacts?rule=${rule}`);
  await me.read('contacts:filter.brokenTitle');
  await me.page.getByText(/· 60 in all$/).waitFor();
  expect(await visitor.axe()).toEqual([]);
  await visitor.picture(`contacts-broken-${rule === 'broken'}`);
  await me.press('contacts:filter.brokenRemove');
  await me.page.waitForURL((url) => !url.search.includes('rule'));
  expect(await me.page.getByRole('alert').count()).toBe(0);
  expect(visitor.faults).toEqual([]);
});

test('a list of several values closes when one is taken, and the button below it can be pressed', async () => {
  await visitor.go('/contacts');
  await me.press('contacts:filter.rule');
  const drawer = me.page.getByRole('dialog', { name: me.say('contacts:filter.ruleTitle') });
  await me.press('rules:addCondition');
  await me.hands.choose(
    me.page.getByLabel(me.say('rules:searchConditions')),
    me.say('rules:condition.country'),
  );
  const values = drawer.getByRole('combobox', { name: me.say('rules:fieldOf.country.values') });
  await me.hands.choose(values, 'Singapore');
  expect(await me.page.getByRole('option').filter({ visible: true }).count()).toBe(0);
  await me.hands.choose(values, 'Germany');
  await me.press('contacts:filter.ruleApply');
  await me.page.getByText(/· 60 in all$/).waitFor();
  await me.page.getByRole('button', { name: `${SENTENCE} or Germany`, exact: true }).waitFor();
});

test('a rule that nobody meets leaves an empty list that can be cleared', async () => {
  await visitor.go(`/contacts?rule=${inAddress(['country', 'is_any_of', { values: ['FR'] }])}`);
  await me.read('common:filteredEmpty.title');
  await me.hands.press(me.button('common:filteredEmpty.clear').last());
  await me.page.getByText(/· 60 in all$/).waitFor();
});

test('a view keeps the rule, and the filters become a segment without the search text', async () => {
  await visitor.go(`/contacts?status=subscribed&search=ana&rule=${SINGAPORE}`);
  await me.press('views:views');
  await me.hands.press(me.page.getByRole('menuitem', { name: me.say('views:save') }));
  await me.write('views:name', 'Harbour');
  await me.hands.press(me.button('common:save', {}, me.page.getByRole('dialog')));
  await me.read('views:saved', { name: 'Harbour' });
  await visitor.go('/contacts');
  await me.press('views:views');
  await me.hands.press(me.page.getByRole('menuitem', { name: 'Harbour' }));
  await me.page.getByRole('button', { name: SENTENCE, exact: true }).waitFor();
  await me.press('contacts:filter.saveSegment');
  await me.read('contacts:filter.saveSegmentText', { search: 'ana' });
  await me.press('contacts:filter.saveSegmentGo');
  await me.write('segments:field.name', 'Harbour people');
  await me.press('segments:create');
  await me.arrive(/\/segments\/seg_\w+$/);
  const id = /seg_\w+/.exec(me.page.url())?.[0];
  const made = (await program.api('GET', `/segments/${id}`)) as { rule: unknown };
  expect(made.rule).toEqual({
    version: 1,
    rule: {
      all: [
        { condition: 'consent', operator: 'is', channel: 'email', status: 'subscribed' },
        { condition: 'country', operator: 'is_any_of', values: ['SG'] },
      ],
    },
  });
  expect(visitor.faults).toEqual([]);
});

test('a contact says of each field where it came from, and what the contact did in the shop', async () => {
  const email = 'kim@people.example';
  const made = (await program.api('POST', '/contacts', { email, first_name: 'Kim' })) as { id: string };
  await program.tell('track', { event: 'Scarf Viewed', anonymousId: 'k1', properties: { price: 19.5 } });
  const response = await fetch(`${program.url}/v1/identify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${program.key}` },
    body: JSON.stringify({ anonymousId: 'k1', traits: { email, lastName: 'Lee' } }),
  });
  expect(response.status).toBe(200);
  const { page } = visitor;
  await until('the last name', async () => {
    const contact = (await program.api('GET', `/contacts/${made.id}`)) as { last_name: string | null };
    return contact.last_name === 'Lee' ? true : undefined;
  });
  await visitor.go(`/contacts/${made.id}`);
  const fields = page.getByRole('heading', { name: 'Details' }).locator('../..');
  await expect.poll(() => fields.getByText(/^API · /).count()).toBe(3);
  await page.getByRole('tab', { name: 'Behaviour' }).click();
  await page.getByRole('button', { name: /Scarf Viewed/ }).click();
  await page.getByText('"price": 19.5').waitFor();
  expect(await visitor.axe()).toEqual([]);
});
