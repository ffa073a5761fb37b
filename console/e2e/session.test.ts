import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { OWNER, Program } from './program.ts';

let program: Program;
let browser: Browser;

beforeAll(async () => {
  [program, browser] = await Promise.all([Program.withStore(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** The words of a moment in a list appear under the pointer and on focus, and Escape takes them away. */
async function explained(page: Page) {
  const moment = page.locator('td time').first();
  const words = page.getByRole('tooltip');
  for (const reach of [() => moment.hover(), () => moment.focus()]) {
    await reach();
    await expect.poll(() => words.innerText()).toMatch(/\d{4}.*\d{2}:\d{2}/);
    const described = page.locator(`[id="${await moment.getAttribute('aria-describedby')}"]`);
    expect(await described.innerText()).toBe(await words.innerText());
    await page.keyboard.press('Escape');
    await words.waitFor({ state: 'detached' });
  }
}

test('a page that the browser has already is not sent again, and its styles stay allowed', async () => {
  const visitor = await Visitor.come(browser, program);
  const { page } = visitor;
  const nonces: (string | null)[] = [];
  for (let n = 0; n < 3; n += 1) {
    await visitor.open('/login');
    nonces.push(await page.locator('meta[name="csp-nonce"]').getAttribute('content'));
  }
  expect(nonces[0]).toMatch(/^[\w+/]{22}==$/);
  expect(new Set(nonces).size, 'the same copy each time').toBe(1);
  const colour = await page.getByRole('button', { name: 'Log in' }).evaluate((one) => {
    return getComputedStyle(one).backgroundColor;
  });
  expect(colour).not.toBe('rgba(0, 0, 0, 0)');
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});

describe('logging in', () => {
  test('by keyboard leads to the place one wanted, and out again', async () => {
    const visitor = await Visitor.come(browser, program);
    const { page } = visitor;
    await visitor.go('/settings/keys');
    await page.waitForURL(/\/login/);
    expect(await visitor.axe()).toEqual([]);
    await page.getByLabel('Email').focus();
    await page.keyboard.type(OWNER.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong wrong wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toMatch(/do not go together/);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(OWNER.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/settings\/keys/);
    await page.getByRole('button', { name: 'You' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Log out' }).press('Enter');
    await page.waitForURL(/\/login/);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('shows a key once, and the key is in no later answer', async () => {
    const visitor = await Visitor.come(browser, program);
    await visitor.logIn();
    await visitor.go('/settings/keys');
    const { page } = visitor;
    await page.keyboard.press('c');
    await page.getByLabel('Name').fill('Shop sync');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const text = await page.locator('pre').first().innerText();
    expect(text).toMatch(/^sp_live_/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('cell', { name: 'Shop sync' }).waitFor();
    await page.reload();
    await visitor.settled();
    expect(await page.content()).not.toContain(text);
    await explained(page);
    await page
      .getByRole('row', { name: /Shop sync/ })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await page.getByRole('dialog').getByRole('textbox').fill('Shop sync');
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('Revoked', { exact: true }).first().waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});
