import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addDraft, addPeople, launch } from './campaigns.ts';
import { Keyboard } from './hands.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

const PEOPLE = 40;

let browser: Browser;
let program: Program;
let visitor: Visitor;
let hands: Keyboard;
let me: Person;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  addPeople(program, PEOPLE);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

beforeEach(async () => {
  visitor = await Visitor.come(browser, program);
  // A test that takes the mouse proves nothing here.
  await visitor.page.addInitScript(() => {
    addEventListener('pointerdown', () => console.error('the mouse was used'), true);
  });
  await visitor.logIn();
  hands = new Keyboard(visitor.page);
  me = new Person(visitor, 'en', hands);
});

afterEach(async () => {
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});

/** The first of a list, newest first. */
async function firstId(path: string): Promise<string> {
  const { items } = (await program.api('GET', path)) as { items: { id: string }[] };
  return items[0]?.id ?? '';
}

const dialog = () => me.page.getByRole('dialog');
const entry = (key: string) => me.page.getByRole('menuitem', { name: me.say(key), exact: true });

/** Types the word that a deed wants which can't be undone, and does it. */
async function confirm(word: string, action: string): Promise<void> {
  await me.hands.write(dialog().getByLabel(me.say('common:typeToConfirm', { word })), word);
  await me.hands.press(me.button(action, {}, dialog()));
}

describe('with nothing but the keyboard', () => {
  test('a segment is made and changed', async () => {
    await visitor.go('/segments/new');
    await me.write('segments:field.name', 'Singapore');
    await me.press('rules:addCondition');
    await hands.choose(
      me.page.getByLabel(me.say('rules:searchConditions')),
      me.say('rules:condition.country'),
    );
    const condition = me.page.getByRole('group', { name: me.say('rules:condition.country') });
    const values = condition.getByRole('combobox', { name: me.say('rules:fieldOf.country.values') });
    await hands.choose(values, 'Singapore');
    await me.press('segments:create');
    await me.arrive(/\/segments\/seg_/);
    await me.press('segments:edit');
    await me.write('segments:field.name', 'Lion City');
    await me.press('segments:save');
    await me.read('segments:saved', { name: 'Lion City' });
  });

  test('a contact is changed, suppressed and erased with the typed word', async () => {
    const id = await firstId('/contacts');
    await visitor.go(`/contacts/${id}`);
    await me.press('contacts:edit');
    await me.write('contacts:field.first_name', 'Maria');
    await me.press('contacts:save');
    await me.read('contacts:changed');
    await me.press('contacts:more');
    await hands.pick(entry('contacts:suppress.email'));
    await me.read('contacts:suppress.done');
    await me.press('contacts:more');
    await hands.pick(entry('contacts:erase.item'));
    await confirm(me.say('contacts:erase.word'), 'contacts:erase.action');
    await me.read('contacts:erase.done');
    await me.arrive(/\/contacts$/);
  });

  test('filters and columns are kept as a view, taken, removed and brought back', async () => {
    await visitor.go('/contacts');
    await hands.write(me.page.getByRole('searchbox', { name: me.say('contacts:search') }), 'ana 3');
    await me.page.waitForURL(/search=ana/);
    await me.press('views:views');
    await hands.pick(entry('views:save'));
    await me.write('views:name', 'Third');
    await hands.press(me.button('common:save', {}, dialog()));
    await me.read('views:saved', { name: 'Third' });
    await hands.press(me.page.getByRole('button', { name: 'Third', exact: true }));
    await hands.pick(entry('views:manage'));
    await me.press('views:remove', { name: 'Third' });
    await me.read('views:none');
    await me.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await me.press('common:undo');
    await me.page.getByRole('button', { name: 'Third', exact: true }).waitFor();
    await visitor.go('/contacts');
    await me.press('views:views');
    await hands.pick(me.page.getByRole('menuitem', { name: 'Third', exact: true }));
    await me.page.waitForURL(/search=ana/);
  });

  test('a picture is uploaded, described and cut', async () => {
    const picture = await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } });
    await visitor.go('/media');
    await me.press('media:upload.open');
    await hands.tick(dialog().getByRole('checkbox').first());
    const chooser = me.page.waitForEvent('filechooser');
    await me.press('media:upload.choose');
    await hands.press(me.button('devicePermissions:allow'));
    await (await chooser).setFiles({ name: 'shop.png', mimeType: 'image/png', buffer: picture });
    await me.read('media:upload.done', { name: 'shop.png' });
    await me.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await hands.press(me.page.getByRole('button', { name: /^shop\.png/ }));
    await me.write('media:item.alt', 'The shop from the street');
    await me.press('common:save');
    await me.read('media:item.saved');
    await me.press('media:crop.open');
    await hands.reach(me.page.getByRole('group', { name: /^From 0, 0: 320 by 200/ }));
    for (const key of ['Shift+ArrowLeft', 'Shift+ArrowUp', 'ArrowRight']) await me.page.keyboard.press(key);
    await me.page.getByRole('group', { name: /^From 10, 0: 310 by 190/ }).waitFor();
    await me.press('media:crop.cut');
    await me.page
      .getByText(/310 × 190/)
      .first()
      .waitFor();
  });

  test('a key is made and revoked with its name typed', async () => {
    await visitor.go('/settings/keys');
    await me.press('keys:new');
    await me.write('keys:form.name', 'Till');
    await me.press('keys:form.submit');
    await me.read('keys:made.text');
    await me.press('keys:made.done');
    const row = me.page.getByRole('row').filter({ hasText: 'Till' });
    await hands.press(me.button('keys:revoke.short', {}, row));
    await confirm('Till', 'keys:revoke.action');
    await me.read('keys:revoked', { name: 'Till' });
    await row.getByText(me.say('keys:state.revoked')).waitFor();
  });

  test('a campaign is paused and cancelled', async () => {
    const id = await addDraft(program, 'Winter', 1);
    await launch(program, id);
    await visitor.go(`/campaigns/${id}`);
    await me.read('decisions:state.running');
    await me.press('campaigns:menu.pause');
    await me.read('decisions:state.paused');
    await me.press('campaigns:menu.label', { name: 'Winter' });
    await hands.pick(entry('campaigns:menu.cancel'));
    await hands.press(me.button('campaigns:menu.cancel', {}, dialog()));
    await me.read('decisions:state.cancelled');
  });

  test('an import is taken back', async () => {
    await visitor.go(`/imports/${await firstId('/imports')}`);
    await me.press('imports:undo.action');
    await hands.press(me.button('imports:undo.action', {}, dialog()));
    await me.read('imports:result.undone');
  });
});
