import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Program } from './program.ts';

let program: Program;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [program, browser] = await Promise.all([Program.withStore(), openBrowser()]);
  visitor = await Visitor.come(browser, program);
  page = visitor.page;
  await visitor.logIn();
});

afterAll(async () => {
  expect(visitor?.faults).toEqual([]);
  await visitor?.leave();
  await browser?.close();
  await program?.end();
});

const file = (name: string, content: string | Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

function people(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, n) => `p${n}@people.example,Änne ${n},${n % 2 ? 'yes' : 'no'},${n}`,
  );
  return `Email,First name,Newsletter,Points\n${rows.join('\n')}\nno-address,Bo,yes,1\n`;
}

describe('importing', () => {
  test.each([
    ['binary data', Uint8Array.from({ length: 4_000 }, (_, n) => (n * 7_919) % 256), /no table of contacts/],
    ['a workbook that is none', `PK\u0003\u0004${'x'.repeat(2_000)}`, /\.xlsx|workbook|Excel/],
    ['an empty file', '', /empty/],
  ])('%s is refused in words, and the next file is taken', async (_, content, words) => {
    await visitor.go('/imports/new');
    await page.locator('input[type=file]').setInputFiles(file('contacts.xlsx', content));
    await expect.poll(() => page.getByRole('alert').first().innerText()).toMatch(words);
    await page.locator('input[type=file]').setInputFiles(file('good.csv', people(2)));
    await page.waitForURL(/\/imports\/imp_/);
    await page.getByRole('heading', { name: 'How the file is read' }).waitFor();
  });

  test('goes from the file over columns, consent and a check to contacts, and back', async () => {
    await visitor.go('/imports/new');
    await page.locator('input[type=file]').setInputFiles(file('people.csv', people(120)));
    await page.getByRole('button', { name: 'Next: Columns' }).click();
    const newsletter = page.getByRole('textbox', { name: 'What “Newsletter” becomes' });
    await newsletter.click();
    await page.keyboard.type('Email: consent');
    await page.keyboard.press('Enter');
    await page
      .getByRole('row', { name: /Newsletter/ })
      .getByText('Your choice')
      .waitFor();
    await page.getByRole('button', { name: 'Next: Consent and rules' }).click();
    await page.getByText('Read from: Newsletter').waitFor();
    await page.getByRole('button', { name: 'Next: Check and start' }).click();

    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('an address has one @').waitFor();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Start the import' }).click();
    await expect
      .poll(() => page.getByRole('alert').first().innerText())
      .toMatch(/Say where and with which words they agreed/);
    await page.getByRole('button', { name: 'Next: Consent and rules' }).click();
    await page.getByRole('textbox', { name: /with which words/ }).fill('Sign-up form at the fair, 2025');
    await page.getByRole('button', { name: 'Next: Check and start' }).click();
    await page.getByText('an address has one @').waitFor();
    await page.getByRole('button', { name: 'Start the import' }).click();
    await page.getByText('The import is done.').waitFor();
    expect(await visitor.axe()).toEqual([]);

    await page.getByRole('link', { name: /^import-/ }).click();
    await page.getByText('Änne 119').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('120 contacts were erased.').waitFor();
  });
});

describe('contacts', () => {
  beforeAll(async () => {
    const post = (n: number) =>
      program.api('POST', '/contacts', { email: `c${n}@people.example`, first_name: `Person ${n}` });
    await Promise.all(Array.from({ length: 60 }, (_, n) => post(n)));
  });

  test('all that match get a tag in the background, and the result is told without a reload', async () => {
    await visitor.go('/contacts');
    await page.getByRole('checkbox', { name: 'Choose all rows of this page' }).check();
    await page.getByRole('button', { name: 'Choose all that match' }).click();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Tags' }).fill('fair');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Add tag' }).click();
    await page.getByText('Done: 60 of 60 chosen contacts were changed.').waitFor();
    await page
      .getByRole('row', { name: /Person/ })
      .first()
      .getByText('fair')
      .waitFor();
  });

  test('a consent is recorded with its words, and proved by them afterwards', async () => {
    await visitor.go('/contacts');
    await page.getByRole('searchbox').fill('c7@people.example');
    await page.getByRole('link', { name: 'Person 7' }).click();
    await page.getByRole('button', { name: 'Change Email' }).click();
    await page.getByRole('button', { name: 'Record answer' }).click();
    await page.getByText('Without the words the contact saw a consent proves nothing.').waitFor();
    await page.getByRole('textbox', { name: 'Words the contact saw' }).fill('Yes, send me news');
    await page.getByRole('button', { name: 'Record answer' }).click();
    await page.getByRole('button', { name: 'Proof' }).click();
    await page.getByText('Yes, send me news').waitFor();
    await page.getByText('Email: subscribed').waitFor();
  });
});

describe('segments', () => {
  beforeAll(() =>
    program.api('POST', '/contacts', {
      email: 'fay@people.example',
      first_name: 'Fay',
      tags: ['market'],
    }),
  );

  test('a rule is written by keyboard, counted while it is written, and explained for a contact', async () => {
    await visitor.go('/segments/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('At the fair');
    await page.getByRole('button', { name: 'Add condition' }).press('Enter');
    await page.keyboard.type('Tag');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Tags' }).press('m');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Fay' }).waitFor();
    await page.getByRole('button', { name: 'Create segment' }).press('Enter');
    await page.waitForURL(/\/segments\/seg_/);
    await page.getByRole('tab', { name: 'Why is somebody in it?' }).press('Enter');
    await page.getByRole('textbox', { name: 'Contact' }).fill('fay@people.example');
    await page.getByRole('option', { name: /Fay/ }).click();
    await page.getByText('This contact is in the segment.').waitFor();
    expect(await visitor.axe()).toEqual([]);
  });
});
