import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addPeople } from './campaigns.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;
let visitor: Visitor;
let me: Person;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  addPeople(program, 60);
  visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  me = new Person(visitor);
});

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
