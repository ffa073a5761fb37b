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

test('events appear while one looks, lead to their contact, and what was refused says why', async () => {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  await visitor.go('/events');
  const { page } = visitor;
  await page.getByText('No events yet').waitFor();
  await program.tell('track', { event: 'Scarf Viewed', anonymousId: 'a1', properties: { price: 19.5 } });
  const row = page.getByRole('row', { name: /Scarf Viewed/ });
  await row.getByText('Visitor 1').waitFor();
  await program.tell('identify', {
    anonymousId: 'a1',
    traits: { email: 'mei@people.example', firstName: 'Mei' },
  });
  await row.getByRole('link', { name: 'Contact' }).waitFor();
  await program.tell('page', { anonymousId: 'a1', name: 'Home' });
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
  await program.tell('track', { anonymousId: 'a1' });
  await page.getByText('Name not right').waitFor();
  await page.getByText(/A track call has an event/).waitFor();
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});

test('a contact’s timeline tells of consent and of what was done, and grows while one looks', async () => {
  const consent = { email: 'subscribed', wording: 'Send me news', proof: 'form 1' };
  const made = await program.api('POST', '/contacts', { email: 'li@people.example', consent });
  const who = { anonymousId: 'a7', traits: { email: 'li@people.example' } };
  await program.tell('identify', who);
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  await visitor.go(`/contacts/${(made as { id: string }).id}`);
  const timeline = visitor.page.getByRole('tabpanel', { name: 'Timeline' });
  await timeline.getByText('Email: subscribed').waitFor();
  await program.tell('track', { anonymousId: 'a7', event: 'Scarf Bought' });
  await timeline.getByText('Scarf Bought').waitFor();
  await visitor.picture('contact-timeline');
  expect(await visitor.axe()).toEqual([]);
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});
