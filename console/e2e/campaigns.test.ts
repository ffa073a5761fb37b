import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addDraft, addPeople, launch } from './campaigns.ts';
import { Keyboard } from './hands.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

const PEOPLE = 400;
const PER_SECOND = 20;

let browser: Browser;
let program: Program;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  addPeople(program, PEOPLE);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** Somebody with a window of their own. */
async function come(): Promise<{ me: Person; visitor: Visitor }> {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  return { me: new Person(visitor), visitor };
}

describe('the report of a campaign', () => {
  test('draws the message as launched with its clicks, and hands out the people behind a figure', async () => {
    const id = await addDraft(program, 'Report');
    await launch(program, id);
    await expect
      .poll(async () => (await program.api('GET', `/campaigns/${id}`)) as object, { timeout: 30_000 })
      .toMatchObject({ state: 'finished' });
    const { me, visitor } = await come();
    await visitor.go(`/campaigns/${id}/report?tab=links`);
    const mail = me.page.frameLocator(`iframe[title="${me.say('reports:heatMap')}"]`);
    await mail.getByText('0 · 0%', { exact: true }).waitFor();
    expect(await mail.locator('a[data-link]').innerText()).toBe('Tea0 · 0%');
    expect(await mail.locator('a').count(), 'the unsubscribe link has no figure').toBe(2);
    expect(await visitor.axe()).toEqual([]);
    await visitor.picture('report-links');
    await visitor.go(`/campaigns/${id}/report/people?figure=accepted`);
    const coming = me.page.waitForEvent('download');
    await me.hands.press(me.link('reports:csv'));
    const file = readFileSync(await (await coming).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(file[0]).toBe('id,email,phone,first_name,last_name,outcome,reason,code,at');
    expect(file).toHaveLength(PEOPLE + 1);
    expect(file[1]).toMatch(/^con_\w+,u\d+@people\.example,,Ana \d+,,accepted,,,\d{4}-/);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

describe('two windows on one campaign', () => {
  test.each([
    ['mine', 'Mine'],
    ['theirs', 'Theirs'],
  ])('show who was first, and one chooses to keep %s', async (choice, name) => {
    const id = await addDraft(program, 'Autumn');
    const [one, two] = await Promise.all([come(), come()]);
    for (const { visitor } of [one, two]) await visitor.go(`/campaigns/${id}/edit`);
    await two.me.write('campaigns:name.label', 'Theirs');
    await expect
      .poll(async () => (await program.api('GET', `/campaigns/${id}`)) as object)
      .toMatchObject({
        name: 'Theirs',
      });
    await one.me.write('campaigns:name.label', 'Mine');
    await one.me.read('campaigns:conflict.title');
    await one.me.press('campaigns:conflict.compare');
    const dialog = one.me.page.getByRole('dialog');
    expect(await dialog.getByRole('row').last().innerText()).toMatch(/Name\s+Mine\s+Theirs/);
    expect(await one.visitor.axe()).toEqual([]);
    await one.me.press(`campaigns:conflict.${choice}`);
    await dialog.waitFor({ state: 'detached' });
    await one.me.page.getByRole('heading', { level: 1, name }).waitFor();
    await expect
      .poll(async () => (await program.api('GET', `/campaigns/${id}`)) as object)
      .toMatchObject({
        name,
      });
    for (const { visitor } of [one, two]) {
      expect(visitor.faults).toEqual([]);
      await visitor.leave();
    }
  });
});

describe('a campaign that goes out', () => {
  test('is slowed down, paused, resumed and cancelled, and says so', async () => {
    const id = await addDraft(program, 'Winter', PER_SECOND);
    await launch(program, id);
    const { me, visitor } = await come();
    await visitor.go(`/campaigns/${id}`);
    await me.read('decisions:state.running');
    await me.press('campaigns:throttle.action');
    await me.write('campaigns:timing.throttle', '5');
    await me.press('campaigns:throttle.submit');
    await me.read('campaigns:live.throttle_other', { shown: 5 });
    await me.press('campaigns:menu.pause');
    await me.read('decisions:state.paused');
    await me.press('campaigns:menu.resume');
    await me.read('decisions:state.running');
    await me.press('campaigns:menu.label', { name: 'Winter' });
    await me.hands.press(me.page.getByRole('menuitem', { name: me.say('campaigns:menu.cancel') }));
    await me.hands.press(me.button('campaigns:menu.cancel', {}, me.page.getByRole('dialog')));
    await me.read('decisions:state.cancelled');
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('is watched to its end although the server is killed and comes back', async () => {
    const id = await addDraft(program, 'Summer', PEOPLE / 8);
    await launch(program, id);
    const { me, visitor } = await come();
    await visitor.go(`/campaigns/${id}`);
    await me.read('decisions:state.running');
    await me.page.getByText(/^[1-9]\d* of 400 done$/).waitFor();
    await program.kill();
    await me.read('common:away.title');
    await visitor.picture('away');
    await program.start();
    await me.page.getByText(me.say('common:away.title')).waitFor({ state: 'detached' });
    await me.read('decisions:state.finished');
    await me.page.getByText('400 of 400 done').waitFor();
    const { items } = (await program.api('GET', `/sandbox/messages?campaign=${id}&limit=1`)) as {
      items: object[];
    };
    expect(items).toHaveLength(1);
    await visitor.go('/campaigns');
    const row = me.page.getByRole('row', { name: /^Summer/ });
    expect(await row.getByText('400 contacts', { exact: true }).count()).toBe(1);
    expect(await row.getByText('0 contacts', { exact: true }).count(), 'opened, clicked, unsubscribed').toBe(
      3,
    );
    await me.page.getByRole('columnheader', { name: me.say('campaigns:column.unsubscribes') }).waitFor();
    await visitor.picture('campaigns-figures');
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('is archived, and an undo brings it back', async () => {
    const id = await addDraft(program, 'Old news');
    const { me, visitor } = await come();
    await visitor.go('/campaigns');
    await me.press('campaigns:menu.label', { name: 'Old news' });
    await me.hands.press(me.page.getByRole('menuitem', { name: me.say('campaigns:menu.archive') }));
    await me.read('campaigns:said.archived', { name: 'Old news' });
    await me.page.getByRole('link', { name: 'Old news' }).waitFor({ state: 'detached' });
    await me.press('common:undo');
    await me.page.getByRole('link', { name: 'Old news' }).waitFor();
    expect(await program.api('GET', `/campaigns/${id}`)).toMatchObject({ archived_at: null });
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

const DAY_MS = 86_400_000;

/** Ten o'clock on a Wednesday that is a week away at least: the day after is in the same row of any calendar. */
function wednesday(): Date {
  const week = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + 7 * DAY_MS);
  const days = (3 - week.getUTCDay() + 7) % 7;
  return new Date(week.getTime() + days * DAY_MS + 10 * 3_600_000);
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** A campaign that is to go out on a day, in the calendar of that month. */
async function planned(name: string, me: Person, visitor: Visitor) {
  const before = wednesday();
  const after = new Date(before.getTime() + DAY_MS);
  const id = await addDraft(program, name, 0, before);
  await launch(program, id);
  await visitor.go(`/campaigns/calendar?day=${dayOf(before)}`);
  const cell = (at: Date) => me.page.locator(`td:has(time[datetime="${dayOf(at)}"])`);
  const entry = (at: Date) => cell(at).getByRole('link', { name, exact: true });
  const isAt = (at: Date) =>
    expect
      .poll(async () => {
        const { scheduled_at } = (await program.api('GET', `/campaigns/${id}`)) as { scheduled_at: string };
        return new Date(scheduled_at).toISOString();
      })
      .toBe(at.toISOString());
  await entry(before).waitFor();
  await isAt(before);
  return { before, after, cell, entry, isAt };
}

/** Presses at one place and lets go at another. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = await Promise.all([from.boundingBox(), to.boundingBox()]);
  if (start === null || end === null) throw new Error('nothing to drag');
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await page.mouse.up();
}

describe('a campaign in the calendar', () => {
  test('is dragged to another day, keeps its time of day, and an undo brings it back', async () => {
    const { me, visitor } = await come();
    const { before, after, cell, entry, isAt } = await planned('Dragged', me, visitor);
    await drag(me.page, entry(before), cell(after));
    await me.read('campaigns:said.rescheduled', { name: 'Dragged' });
    await isAt(after);
    await entry(after).waitFor();
    expect(await entry(before).count()).toBe(0);
    expect(await visitor.axe()).toEqual([]);
    await visitor.picture('calendar-dragged');
    await me.press('common:undo');
    await entry(before).waitFor();
    await isAt(before);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('stays where it is while one drags inside its dialog', async () => {
    const { me, visitor } = await come();
    const { before, after, cell, entry, isAt } = await planned('Kept', me, visitor);
    const menu = cell(before).getByRole('button', { name: me.say('campaigns:menu.label', { name: 'Kept' }) });
    await me.hands.press(menu);
    await me.hands.press(me.page.getByRole('menuitem', { name: me.say('campaigns:menu.reschedule') }));
    const title = me.page.getByRole('heading', {
      name: me.say('campaigns:reschedule.title', { name: 'Kept' }),
    });
    await drag(me.page, title, cell(after));
    await me.hands.press(me.button('common:cancel', {}, me.page.getByRole('dialog')));
    await title.waitFor({ state: 'detached' });
    await entry(before).waitFor();
    await isAt(before);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('gets another time with nothing but the keyboard', async () => {
    const { me, visitor } = await come();
    const { before, after, cell, entry, isAt } = await planned('Typed', me, visitor);
    const hands = new Keyboard(me.page);
    const keys = new Person(visitor, 'en', hands);
    const { keyboard } = me.page;
    await keys.hands.press(
      cell(before).getByRole('button', { name: me.say('campaigns:menu.label', { name: 'Typed' }) }),
    );
    const item = me.page.getByRole('menuitem', { name: me.say('campaigns:menu.reschedule') });
    await item.waitFor();
    await expect
      .poll(async () => {
        await keyboard.press('ArrowDown');
        return item.evaluate((one) => one === document.activeElement);
      })
      .toBe(true);
    await keyboard.press('Enter');
    const dialog = me.page.getByRole('dialog', {
      name: me.say('campaigns:reschedule.title', { name: 'Typed' }),
    });
    await keys.hands.press(dialog.getByRole('button', { name: /UTC/ }));
    expect(await visitor.axe()).toEqual([]);
    // The calendar has one stop for Tab, the chosen day; arrows go from there.
    const chosen = before.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
    await hands.reach(me.page.getByRole('button', { name: chosen }));
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await keys.hands.press(me.page.getByRole('button', { name: me.say('common:calendar.take') }));
    await keys.hands.press(keys.button('campaigns:reschedule.submit', {}, dialog));
    await me.read('campaigns:said.rescheduled', { name: 'Typed' });
    await isAt(after);
    await entry(after).waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});
