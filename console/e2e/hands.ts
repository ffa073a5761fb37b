/** How a person works a screen: with the mouse, or with nothing but the keyboard. */
import type { Locator, Page } from 'playwright-core';

/** Further than any screen is long. */
const TABS_MAX = 250;

export interface Hands {
  /** Presses a button, a link or a menu entry. */
  press(target: Locator): Promise<void>;
  /** Writes into a field in place of what it holds. */
  write(field: Locator, text: string): Promise<void>;
  /** Finds an entry of a list by typing, and takes it. */
  choose(field: Locator, entry: string): Promise<void>;
  /** Takes an entry of a menu that is open. */
  pick(entry: Locator): Promise<void>;
  /** Ticks a box or turns a switch on. */
  tick(box: Locator): Promise<void>;
  /** Takes one of several. */
  take(radio: Locator): Promise<void>;
  /** Brings a tab to the front. */
  show(tab: Locator): Promise<void>;
}

/** Entries may tell more after their name, such as a number of members. */
function optionOf(page: Page, entry: string): Locator {
  return page
    .getByRole('option')
    .filter({ has: page.getByText(entry, { exact: true }) })
    .filter({ visible: true });
}

export class Mouse implements Hands {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  press(target: Locator): Promise<void> {
    return target.click();
  }

  write(field: Locator, text: string): Promise<void> {
    return field.fill(text);
  }

  async choose(field: Locator, entry: string): Promise<void> {
    await field.click();
    await field.fill(entry);
    await optionOf(this.page, entry).click();
  }

  pick(entry: Locator): Promise<void> {
    return entry.click();
  }

  tick(box: Locator): Promise<void> {
    return box.check();
  }

  take(radio: Locator): Promise<void> {
    return radio.check();
  }

  show(tab: Locator): Promise<void> {
    return tab.click();
  }
}

/** Reaches everything by Tab, in the order of the page, and fails for what cannot be reached. */
export class Keyboard implements Hands {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.press('Enter');
  }

  async write(field: Locator, text: string): Promise<void> {
    await this.reach(field);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  async choose(field: Locator, entry: string): Promise<void> {
    await this.reach(field);
    await this.page.keyboard.type(entry);
    await optionOf(this.page, entry).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Arrows go through a menu; Tab would leave it. */
  async pick(entry: Locator): Promise<void> {
    await this.reach(entry, 'ArrowDown');
    await this.page.keyboard.press('Enter');
  }

  async tick(box: Locator): Promise<void> {
    await this.reach(box);
    if (!(await box.isChecked())) await this.page.keyboard.press('Space');
  }

  /** Tab stops at a group of radios once; the arrows go through it. */
  async take(radio: Locator): Promise<void> {
    const name = await radio.getAttribute('name');
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    await this.reach(group);
    for (let n = await group.count(); n > 0 && !(await radio.isChecked()); n -= 1) {
      await this.page.keyboard.press('ArrowDown');
    }
    if (!(await radio.isChecked())) await this.page.keyboard.press('Space');
    if (!(await radio.isChecked())) throw new Error(`the arrows do not reach ${radio}`);
  }

  /** Like radios: one stop, then arrows. */
  async show(tab: Locator): Promise<void> {
    const tabs = tab.locator('xpath=ancestor::*[@role="tablist"]').getByRole('tab');
    await this.reach(tabs);
    for (let n = await tabs.count(); n > 0 && !(await this.isAt(tab)); n -= 1) {
      await this.page.keyboard.press('ArrowRight');
    }
    if (!(await this.isAt(tab))) throw new Error(`the arrows do not reach ${tab}`);
    await this.page.keyboard.press('Enter');
  }

  private isAt(target: Locator): Promise<boolean> {
    return target.evaluateAll((all) => all.some((one) => one === document.activeElement));
  }

  /** Goes on with Tab until one of the targets has the focus. */
  async reach(target: Locator, key = 'Tab'): Promise<void> {
    await target.first().waitFor();
    for (let n = 0; n < TABS_MAX; n += 1) {
      if (await this.isAt(target)) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`the keyboard does not reach ${target}`);
  }
}
