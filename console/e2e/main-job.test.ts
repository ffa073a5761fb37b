import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Keyboard, Mouse } from './hands.ts';
import { Person } from './person.ts';
import { OWNER, Program } from './program.ts';

const PEOPLE = `email,first_name,country,accepts_email_marketing,favourite
ana@people.example,Ana,SG,yes,tea
bo@people.example,Bo,SG,yes,wool
cy@people.example,Cy,SG,no,tea
di@people.example,Di,FR,yes,wool
`;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'smartpush-files-'));
  writeFileSync(join(folder, 'people.csv'), PEOPLE);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function setUp(me: Person): Promise<void> {
  await me.arrive(/\/setup$/);
  await me.write('session:setup.email', OWNER.email);
  await me.write('session:login.password', OWNER.password);
  await me.write('session:setup.store', 'Tea & Wool');
  await me.write('session:setup.address', '1 Shop Street, Singapore');
  await me.press('session:setup.submit');
  await me.arrive(/\/welcome/);
  await me.hands.tick(me.page.getByLabel(me.say('session:policy.agree')));
  await me.press('session:policy.accept');
  await me.arrive(/\/start$/);
}

async function importPeople(me: Person): Promise<void> {
  await me.hands.press(me.link('home:start.import.action'));
  await me.arrive(/\/imports\/new$/);
  const chooser = me.page.waitForEvent('filechooser');
  await me.press('imports:upload.choose');
  await (await chooser).setFiles(join(folder, 'people.csv'));
  await me.arrive(/\/imports\/imp_/);
  for (const step of ['columns', 'consent', 'check']) {
    await me.press('imports:goOn', { step: me.say(`imports:step.${step}`) });
    await me.page.waitForURL(new RegExp(`step=${step}`));
    if (step === 'consent') await me.write('imports:promise.statement', 'The box at the checkout');
  }
  await me.press('imports:check.action');
  await me.page.getByText(me.say('imports:problems.none')).waitFor();
  await me.hands.tick(me.page.getByRole('checkbox'));
  await me.press('imports:start.action');
  await me.page.getByText(me.say('imports:result.done')).waitFor();
}

/** Everybody in Singapore: three of the four, one of whom never agreed. */
async function makeSegment(me: Person): Promise<void> {
  await me.hands.press(me.link('common:nav.segments'));
  await me.arrive(/\/segments$/);
  await me.hands.press(me.link('segments:new').or(me.button('segments:new')).first());
  await me.arrive(/\/segments\/new$/);
  await me.write('segments:field.name', 'Singapore');
  await me.press('rules:addCondition');
  await me.hands.choose(
    me.page.getByLabel(me.say('rules:searchConditions')),
    me.say('rules:condition.country'),
  );
  const singapore = new Intl.DisplayNames(me.language, { type: 'region' }).of('SG') ?? '';
  const condition = me.page.getByRole('group', { name: me.say('rules:condition.country') });
  await me.hands.choose(
    condition.getByRole('combobox', { name: me.say('rules:fieldOf.country.values') }),
    singapore,
  );
  await me.page.getByRole('status').getByText('3', { exact: true }).waitFor();
  await me.press('segments:create');
  await me.arrive(/\/segments\/seg_/);
}

async function writeCampaign(me: Person): Promise<void> {
  await me.hands.press(me.link('common:nav.campaigns'));
  await me.arrive(/\/campaigns$/);
  await me.hands.press(me.button('campaigns:create').first());
  await me.arrive(/\/campaigns\/cmp_\w+\/edit/);
  await me.write('campaigns:name.label', 'Spring');
  await me.hands.take(me.page.getByLabel(me.say('campaigns:audience.some'), { exact: true }));
  const segments = me.page.getByRole('combobox', { name: me.say('campaigns:audience.segments') });
  await me.hands.choose(segments.first(), 'Singapore');
  await me.press('campaigns:wizard.next', { step: me.say('campaigns:step.content') });
  await me.write('campaigns:content.subject', 'Hello {{ contact.first_name }}');
  await me.write('campaigns:content.senderName', 'Tea & Wool');
  await me.write('campaigns:content.senderEmail', 'news@shop.example');
  await me.press('campaigns:design.choose');
  const dialog = me.page.getByRole('dialog');
  await me.hands.press(
    dialog.getByRole('button', { name: me.say('campaigns:ready.newsletter.name') }).first(),
  );
  await me.hands.press(me.button('campaigns:design.use', {}, dialog));
  await dialog.waitFor({ state: 'detached' });
  await me.press('campaigns:wizard.next', { step: me.say('campaigns:step.timing') });
  await me.press('campaigns:wizard.next', { step: me.say('campaigns:step.review') });
}

async function launch(me: Person): Promise<void> {
  await me.page.getByText(me.say('campaigns:launch.recipients_other')).waitFor();
  await me.press('campaigns:launch.now');
  await me.hands.press(me.button('campaigns:launch.now', {}, me.page.getByRole('dialog')));
  await me.arrive(/\/campaigns\/cmp_\w+$/);
  await me.page.getByText(me.say('decisions:state.finished'), { exact: true }).first().waitFor();
}

/** Reads the message to Ana, follows a link of it and unsubscribes; the pages are those of a recipient. */
async function readAndLeave(me: Person): Promise<void> {
  await me.press('campaigns:live.toSandbox');
  await me.arrive(/\/sandbox/);
  await me.hands.press(me.page.getByRole('button', { name: /ana@people\.example/ }));
  await me.page.getByRole('heading', { name: 'Hello Ana' }).waitFor();
  await me.hands.show(me.page.getByRole('tab', { name: new RegExp(`^${me.say('sandbox:view.links')}`) }));
  const shop = await me.follow(me.page.locator('a[href*="/c/"]').first());
  await shop.close();
  const leaving = await me.follow(me.page.locator('a[href*="/u/"]').first());
  const title = await leaving.locator('h1').innerText();
  await new (me.hands.constructor as typeof Mouse)(leaving).press(leaving.getByRole('button').first());
  await expect.poll(() => leaving.locator('h1').innerText()).not.toBe(title);
  await leaving.close();
}

async function findReasons(me: Person): Promise<void> {
  await me.hands.press(me.link('sandbox:toCampaign'));
  await me.arrive(/\/campaigns\/cmp_\w+$/);
  await me.press('campaigns:live.toReport');
  await me.arrive(/\/report/);
  await me.hands.show(me.page.getByRole('tab', { name: me.say('reports:tab.delivery') }));
  await me.hands.press(me.figure('reports:figure.unsubscribed', 1));
  await me.arrive(/report\/people/);
  await me.hands.press(me.page.getByRole('link', { name: 'Ana', exact: true }));
  await me.arrive(/\/contacts\/con_/);
  await me.page.getByText(me.say('consent:state.unsubscribed'), { exact: true }).first().waitFor();
  await me.page.goBack();
  await me.page.goBack();
  await me.hands.press(me.figure('decisions:reason.no_consent', 1));
  await me.arrive(/report\/people/);
  await me.hands.press(me.page.getByRole('link', { name: 'Cy', exact: true }));
  await me.arrive(/\/contacts\/con_/);
  await me.hands.show(me.page.getByRole('tab', { name: me.say('contacts:tab.campaigns') }));
  await me.page.getByText(me.say('decisions:sentence.no_consent')).first().waitFor();
}

test.each([
  ['English', 'the mouse', 'en', Mouse],
  ['English', 'the keyboard alone', 'en', Keyboard],
  ['Chinese', 'the mouse', 'zh-CN', Mouse],
  ['Chinese', 'the keyboard alone', 'zh-CN', Keyboard],
])('a newcomer does the whole main job in %s with %s', async (_, __, language, Tool) => {
  const program = await Program.fresh();
  await program.start();
  const visitor = await Visitor.come(browser, program, { language });
  const me = new Person(visitor, language, new Tool(visitor.page));
  try {
    await visitor.open('/');
    for (const step of [setUp, importPeople, makeSegment, writeCampaign, launch, readAndLeave, findReasons]) {
      await step(me);
    }
    expect(visitor.faults).toEqual([]);
  } catch (error) {
    await visitor.picture(`lost-${language}-${Tool.name}`);
    throw error;
  } finally {
    await visitor.leave();
    await program.end();
  }
});
