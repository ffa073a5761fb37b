import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { Program } from './program.ts';

let program: Program;
let browser: Browser;

beforeAll(async () => {
  [program, browser] = await Promise.all([Program.withStore(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** A call of the tracking API with the key of a server. */
async function say(call: string, body: object): Promise<void> {
  const response = await fetch(`${program.url}/v1/${call}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${program.key}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

test('events appear while one looks, lead to their contact, and what was refused says why', async () => {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  await visitor.go('/events');
  const { page } = visitor;
  await page.getByText('No events yet').waitFor();
  await say('track', { event: 'Scarf Viewed', anonymousId: 'a1', properties: { price: 19.5 } });
  const row = page.getByRole('row', { name: /Scarf Viewed/ });
  await row.getByText('Visitor 1').waitFor();
  await say('identify', { anonymousId: 'a1', traits: { email: 'mei@people.example', firstName: 'Mei' } });
  await row.getByRole('link', { name: 'Contact' }).waitFor();
  await say('page', { anonymousId: 'a1', name: 'Home' });
  await page.getByRole('row', { name: /Home/ }).waitFor();

  await page.getByRole('combobox', { name: 'Name' }).click();
  await page.getByRole('option', { name: 'Scarf Viewed' }).click();
  await page.waitForURL(/name=Scarf/);
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  await page.locator('tbody tr').first().press('Enter');
  const inspector = page.getByRole('dialog');
  await inspector.getByText('"price": 19.5').waitFor();
  await inspector.getByRole('link', { name: 'Mei' }).waitFor();
  expect(await visitor.axe()).toEqual([]);
  await page.keyboard.press('Escape');

  await page.getByText('Refused', { exact: true }).click();
  await page.getByText('Nothing was refused').waitFor();
  await say('track', { anonymousId: 'a1' });
  await page.getByText('Name not right').waitFor();
  await page.getByText(/A track call has an event/).waitFor();
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});
