import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;
let visitor: Visitor;
let me: Person;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  me = new Person(visitor);
});

afterAll(async () => {
  await visitor?.leave();
  await browser?.close();
  await program?.end();
});

async function upload(name: string, content: Buffer): Promise<void> {
  await visitor.go('/imports/new');
  const chooser = me.page.waitForEvent('filechooser');
  await me.press('imports:upload.choose');
  await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: content });
}

test.each([
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['no address', Buffer.from('colour,size\nred,1\n')],
  ['nothing but zeros', Buffer.alloc(4_096)],
])('a file that is %s is refused in words, and another can be chosen at once', async (_, content) => {
  await upload('people.csv', content);
  await me.read('imports:upload.refused');
  const words = await me.page.getByRole('alert').first().innerText();
  expect(words.length).toBeGreaterThan(me.say('imports:upload.refused').length + 20);
  expect(await me.button('imports:upload.choose').isEnabled()).toBe(true);
  expect(await visitor.axe()).toEqual([]);
  expect(visitor.faults).toEqual([]);
});

test('code in headings and cells stays text, bad rows are told by line, and the file of them can be mended', async () => {
  const code = '<img src=x onerror=alert(1)>';
  const rows = [
    `email,first_name,accepts_email_marketing,${code}`,
    `ana@people.example,"${code}",no,=1+1`,
    'not an address,Bo,no,x',
    'cy@people.example,"Cy ""the"" Second",no,"two\nlines"',
    'di@people.example,Di,no,x,one too many',
    '',
  ];
  let alerts = 0;
  me.page.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await upload('people.csv', Buffer.from(rows.join('\r\n')));
  await me.arrive(/\/imports\/imp_/);
  await me.page.getByText(code).first().waitFor();
  for (const step of ['columns', 'consent', 'check']) {
    await me.press('imports:goOn', { step: me.say(`imports:step.${step}`) });
    await me.page.waitForURL(new RegExp(`step=${step}`));
    if (step === 'consent') await me.write('imports:promise.statement', 'The box at the checkout');
  }
  await me.press('imports:check.action');
  await me.read('imports:severity.error');
  const problem = me.page.getByRole('row').filter({ hasText: me.say('imports:severity.error') });
  expect(await problem.first().innerText()).toMatch(/3\s/);
  const saved = me.page.waitForEvent('download');
  await me.hands.press(me.link('imports:problems.download').or(me.button('imports:problems.download')));
  const errors = readFileSync(await (await saved).path(), 'utf8');
  expect(errors).toContain('not an address');
  await me.hands.tick(me.page.getByRole('checkbox'));
  await me.press('imports:start.action');
  await me.page.getByText(me.say('imports:result.done')).waitFor();
  await visitor.go('/contacts');
  await me.page.getByRole('link', { name: code }).waitFor();
  expect(await visitor.axe()).toEqual([]);
  expect([alerts, visitor.faults]).toEqual([0, []]);
});

test('who starts without saying where people agreed is led back, and chooses a tag on the way', async () => {
  await upload('agreed.csv', Buffer.from('email,accepts_email_marketing\nana@people.example,yes\n'));
  await me.arrive(/\/imports\/imp_\w+/);
  await visitor.go(`${new URL(me.page.url()).pathname.split(program.store)[1]}?step=check`);
  const promised = me.page.getByRole('checkbox');
  await promised.waitFor();
  await me.hands.tick(promised);
  await me.press('imports:start.action');
  await me.read('imports:start.statementMissing');
  await me.press('imports:goBack', { step: me.say('imports:step.consent') });
  await me.page.waitForURL(/step=consent/);
  await me.write('imports:promise.statement', 'Newsletter box in the shop');
  const tags = me.page.getByLabel(me.say('imports:tags.label')).first();
  await tags.fill('harbour');
  await me.page.keyboard.press('Enter');
  await me.press('imports:goOn', { step: me.say('imports:step.check') });
  await me.page.waitForURL(/step=check/);
  await me.press('imports:start.action');
  await me.page.getByText(me.say('imports:start.statementMissing')).waitFor({ state: 'detached' });
  expect(visitor.faults).toEqual([]);
});
