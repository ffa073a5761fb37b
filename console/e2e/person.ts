/** A person who uses the console in a language, by what is written on the screen and never by its inner names. */
import type { Locator, Page } from 'playwright-core';
import type { Visitor } from './browser.ts';
import { type Hands, Mouse } from './hands.ts';
import { type Say, type Values, wordsOf } from './words.ts';

/** Somebody at the console: looks for what is written there, in their language, and works it with their hands. */
export class Person {
  readonly page: Page;
  private readonly visitor: Visitor;
  readonly hands: Hands;
  readonly language: string;
  readonly say: Say;

  constructor(visitor: Visitor, language = 'en', hands: Hands = new Mouse(visitor.page)) {
    this.visitor = visitor;
    this.page = visitor.page;
    this.hands = hands;
    this.language = language;
    this.say = wordsOf(language);
  }

  /** A button by what is written on it. */
  button(key: string, values?: Values, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name: this.say(key, values), exact: true });
  }

  press(key: string, values?: Values): Promise<void> {
    return this.hands.press(this.button(key, values));
  }

  /** Fields that must be filled have an asterisk after their label. */
  write(key: string, text: string): Promise<void> {
    const label = this.say(key).replace(/[^\p{L}\p{N}]/gu, '\\$&');
    return this.hands.write(this.page.getByLabel(new RegExp(`^${label}( \\*)?$`)), text);
  }

  /** A link by what is written on it. */
  link(key: string): Locator {
    return this.page.getByRole('link', { name: this.say(key), exact: true });
  }

  /** A figure of a report, which leads to the people behind it. */
  figure(key: string, value: number): Locator {
    return this.page.getByRole('link', { name: `${this.say(key)}: ${value}`, exact: true });
  }

  /** Follows a link that opens a page of its own. */
  async follow(link: Locator): Promise<Page> {
    const opened = this.page.context().waitForEvent('page');
    await this.hands.press(link);
    const page = await opened;
    await page.waitForLoadState();
    return page;
  }

  /** Waits for some words on the screen, in a dialog or in a note; the navigation does not count. */
  read(key: string, values?: Values): Promise<void> {
    const places = this.page.locator('main, [role=dialog], [role=alert]');
    return places.getByText(this.say(key, values), { exact: true }).first().waitFor();
  }

  /** Waits for a place of the console and for all that it shows. */
  async arrive(path: RegExp): Promise<void> {
    await this.page.waitForURL(path);
    await this.visitor.settled();
  }
}
