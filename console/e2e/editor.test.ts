import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addPeople, launch } from './campaigns.ts';
import { addCampaign, addTemplate, blocksOf, canvasOf, documentOf, placeOf, text } from './emails.ts';
import { Keyboard } from './hands.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
  addPeople(program, 3);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** Somebody with a window of their own. */
async function come(keyboard = false): Promise<{ me: Person; visitor: Visitor }> {
  const visitor = await Visitor.come(browser, program);
  await visitor.logIn();
  const hands = keyboard ? new Keyboard(visitor.page) : undefined;
  return { me: new Person(visitor, 'en', hands), visitor };
}

/** Saves come a second after the last change. */
const PATIENCE = { timeout: 15_000 };

/** What lies over a block of the drawn email. */
const hit = (me: Person, block: string): Locator => me.page.locator(`[data-block="${block}"]`);

const canvas = (me: Person) => canvasOf(me.page, me.say('editor:canvas.title'));

describe('the canvas', () => {
  test('lays what is chosen over its block, wherever pictures and the width put it', async () => {
    const source = documentOf(text('one', 'First'), text('two', 'Second words'), text('three', 'Third'));
    const id = await addTemplate(program, 'Places', source);
    const { me, visitor } = await come();
    await visitor.go(`/templates/${id}/edit`);
    for (const width of ['preview.desktop', 'preview.phone']) {
      await me.page.getByRole('img', { name: me.say(`editor:${width}`) }).click();
      for (const block of ['one', 'two', 'three']) {
        await hit(me, block).click();
        await expect
          .poll(() => placeOf(hit(me, block)), { message: `${block} at ${width}` })
          .toEqual(await placeOf(canvas(me).locator(`.block-${block}`)));
      }
    }
    await visitor.picture('editor-canvas');
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('runs nothing that is in an email and is a stranger to the console', async () => {
    const html =
      '<p>Harmless</p><script>parent.ran = 1</script><img alt="" src="x:" onerror="parent.ran = 2">';
    const id = await addTemplate(program, 'Active', documentOf({ id: 'own', type: 'html', html }));
    const { me, visitor } = await come();
    // As if the server had taken nothing out, and more.
    const worse = `<script>globalThis.ran = 1</script><img src="x:" onerror="globalThis.ran = 2">
      <svg onload="globalThis.ran = 3"></svg><iframe srcdoc="<script>top.ran = 4</script>"></iframe>
      <meta http-equiv="refresh" content="0;url=/docs"><b id="last">end</b>`;
    await me.page.route('**/api/v1/templates/render', async (route) => {
      const answer = await route.fetch();
      const rendered = (await answer.json()) as { preview: { html: string } };
      expect(rendered.preview.html).not.toMatch(/<script|onerror/);
      rendered.preview.html = rendered.preview.html.replace('</body>', `${worse}</body>`);
      await route.fulfill({ response: answer, json: rendered });
    });
    await visitor.go(`/templates/${id}/edit`);
    await canvas(me).locator('#last').waitFor();
    const frame = me.page.frames().find((one) => one.parentFrame() !== null);
    const found = await frame?.evaluate(async () => {
      // Whatever would run, runs before the pictures are there and the next turn of the loop.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const tried = (what: () => unknown) => {
        try {
          return String(what());
        } catch (error) {
          return (error as Error).name;
        }
      };
      return {
        ran: 'ran' in globalThis,
        origin: globalThis.origin,
        cookie: tried(() => document.cookie),
        storage: tried(() => localStorage.length),
        parent: tried(() => parent.document.title),
        api: await fetch('/api/v1/me').then(String, (error: Error) => error.name),
        frames: document.querySelectorAll('iframe').length,
      };
    });
    expect(found).toEqual({
      ran: false,
      origin: 'null',
      cookie: 'SecurityError',
      storage: 'SecurityError',
      parent: 'SecurityError',
      api: 'TypeError',
      frames: 0,
    });
    expect(await me.page.evaluate(() => 'ran' in globalThis)).toBe(false);
    await visitor.leave();
  });
});

/** Takes something with the mouse, carries it over a place in several steps and lets go. */
async function drag(me: Person, from: Locator, to: Locator, share: number): Promise<void> {
  const { mouse } = me.page;
  await from.scrollIntoViewIfNeeded();
  const [start, end] = [await placeOf(from), await placeOf(to)];
  await mouse.move((start['x'] ?? 0) + 10, (start['y'] ?? 0) + 10);
  await mouse.down();
  const [x, y] = [(end['x'] ?? 0) + (end['width'] ?? 0) / 2, (end['y'] ?? 0) + (end['height'] ?? 0) * share];
  await mouse.move(x, y - 20, { steps: 8 });
  await mouse.move(x, y, { steps: 8 });
  await me.page.locator('.sp-zone-line').waitFor();
  await mouse.up();
}

const abc = () => documentOf(text('a', 'Alpha'), text('b', 'Beta'), text('c', 'Gamma'));

describe('blocks', () => {
  test('are dragged from the palette and moved by mouse; undo takes each back and redo repeats it', async () => {
    const id = await addTemplate(program, 'By mouse', abc());
    const { me, visitor } = await come();
    await visitor.go(`/templates/${id}/edit`);
    const become = (blocks: string[][]) => expect.poll(() => blocksOf(program, id), PATIENCE).toEqual(blocks);
    await drag(me, me.button('editor:block.divider'), hit(me, 'b'), 0.3);
    await become([['a'], ['divider-1', 'b'], ['c'], ['foot']]);
    await drag(me, hit(me, 'c'), hit(me, 'a'), 0.3);
    await become([['c', 'a'], ['divider-1', 'b'], ['foot']]);
    await me.press('editor:top.undo');
    await become([['a'], ['divider-1', 'b'], ['c'], ['foot']]);
    await me.page.keyboard.press('ControlOrMeta+Z');
    await become([['a'], ['b'], ['c'], ['foot']]);
    await me.press('editor:top.redo');
    await me.page.keyboard.press('ControlOrMeta+Shift+Z');
    await become([['c', 'a'], ['divider-1', 'b'], ['foot']]);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('are put in, moved, copied and removed with nothing but the keyboard', async () => {
    const id = await addTemplate(program, 'By keyboard', abc());
    const { me, visitor } = await come(true);
    await visitor.go(`/templates/${id}/edit`);
    const become = (blocks: string[][]) => expect.poll(() => blocksOf(program, id), PATIENCE).toEqual(blocks);
    await me.hands.press(hit(me, 'b'));
    await me.press('editor:block.divider');
    await become([['a'], ['b', 'divider-1'], ['c'], ['foot']]);
    await me.hands.press(hit(me, 'c'));
    await me.press('editor:move.label');
    await me.hands.pick(me.page.getByRole('menuitem', { name: me.say('editor:move.row', { row: 1 }) }));
    await become([['a', 'c'], ['b', 'divider-1'], ['foot']]);
    await me.hands.show(me.page.getByRole('tab', { name: me.say('editor:pane.layers') }));
    const tree = me.page.getByRole('tree');
    await me.hands.press(tree.getByRole('treeitem').first());
    for (const key of ['ArrowDown', 'ArrowDown', 'Alt+ArrowUp']) await me.page.keyboard.press(key);
    await become([['c', 'a'], ['b', 'divider-1'], ['foot']]);
    await me.page.keyboard.press('ControlOrMeta+D');
    await expect.poll(async () => (await blocksOf(program, id))[0], PATIENCE).toHaveLength(3);
    await me.page.keyboard.press('Delete');
    await expect.poll(async () => (await blocksOf(program, id))[0], PATIENCE).toHaveLength(2);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('are saved for other emails and put into one', async () => {
    const [one, other] = [
      await addTemplate(program, 'One', abc()),
      await addTemplate(program, 'Other', abc()),
    ];
    const { me, visitor } = await come();
    await visitor.go(`/templates/${one}/edit`);
    await hit(me, 'b').click();
    await me.press('editor:bar.save');
    await me.write('editor:saved.name', 'Greeting');
    await me.press('common:save');
    await me.read('editor:saved.done', { name: 'Greeting' });
    await visitor.go(`/templates/${other}/edit`);
    await me.hands.show(me.page.getByRole('tab', { name: me.say('editor:pane.saved') }));
    await me.page.getByRole('button', { name: 'Greeting', exact: true }).click();
    await expect.poll(() => blocksOf(program, other), PATIENCE).toHaveLength(5);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

/** Every format that can be given is where the mouse can press it. */
async function reachable(me: Person): Promise<void> {
  const bar = me.page.getByRole('toolbar', { name: me.say('editor:text.toolbar') });
  for (const button of await bar.getByRole('button').all()) {
    if (await button.isEnabled()) await button.click({ trial: true, timeout: 5_000 });
  }
  const [inside, room] = [await placeOf(bar), await placeOf(me.page.locator('.sp-canvas-scroll'))];
  const right = (place: Record<string, number>) => (place['x'] ?? 0) + (place['width'] ?? 0);
  expect(right(inside)).toBeLessThanOrEqual(right(room));
  expect(inside['y']).toBeGreaterThanOrEqual(room['y'] ?? 0);
}

describe('text', () => {
  test('is written in its place, in the type it is drawn in, and Escape leads back to its block', async () => {
    const id = await addTemplate(program, 'In place', abc());
    const { me, visitor } = await come();
    await visitor.go(`/templates/${id}/edit`);
    await hit(me, 'b').dblclick();
    const field = me.page.getByRole('textbox', { name: me.say('editor:canvas.writing') });
    const hasFocus = (one: Locator) => one.evaluate((element) => element === document.activeElement);
    await expect.poll(() => hasFocus(field), PATIENCE).toBe(true);
    await me.page.keyboard.type(' and more');
    await canvas(me).getByText('Beta and more').waitFor();
    const fontOf = (where: Locator) => where.evaluate((one) => getComputedStyle(one).font);
    expect(await fontOf(field)).toBe(await fontOf(canvas(me).locator('.block-b > div')));
    await visitor.picture('editor-writing');
    await reachable(me);
    await me.page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    expect(await hasFocus(hit(me, 'b'))).toBe(true);
    await hit(me, 'a').dblclick();
    await expect.poll(() => hasFocus(field), PATIENCE).toBe(true);
    await reachable(me);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

describe('a preview', () => {
  test('shows what one contact gets, on a computer, on a phone and in the dark', async () => {
    const source = documentOf(text('hello', 'Hello {{ contact.first_name }}, tea?'));
    const id = await addTemplate(program, 'Preview', source);
    const { me, visitor } = await come();
    await visitor.go(`/templates/${id}/edit`);
    await me.press('editor:preview.title');
    const dialog = me.page.getByRole('dialog');
    const field = dialog.getByRole('combobox', { name: me.say('editor:preview.contact') });
    await field.fill('u1@people.example');
    await me.page.getByRole('option').filter({ hasText: 'u1@people.example' }).click();
    const title = me.say('editor:preview.frame');
    await canvasOf(me.page, title).getByText('Hello Ana 1, tea?').waitFor();
    const frame = dialog.locator(`iframe[title="${title}"]`);
    expect(await frame.getAttribute('sandbox')).toBe('');
    const wide = (await placeOf(frame))['width'] ?? 0;
    await dialog.getByText(me.say('editor:preview.phone'), { exact: true }).click();
    await expect.poll(async () => (await placeOf(frame))['width']).toBe(375);
    expect(wide).toBeGreaterThan(600);
    await me.hands.tick(dialog.getByRole('switch', { name: me.say('editor:preview.dark') }));
    await me.read('editor:preview.darkNote');
    expect(await frame.evaluate((one) => getComputedStyle(one).colorScheme)).toBe('dark');
    await dialog.getByText(me.say('editor:preview.text'), { exact: true }).click();
    await dialog.locator('pre').getByText('Hello Ana 1, tea?').waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

describe('source', () => {
  test('shows the line that cannot be read, leads to it, and draws again once it is mended', async () => {
    const source = '<p>Hi</p>\n<p>Tea</p>\n<a href="{{ links.unsubscribe }}">Unsubscribe</a>';
    const body = { format: 'html', source };
    const id = await addTemplate(program, 'Code', { subject: 'News', preheader: '', body });
    const { me, visitor } = await come();
    await visitor.go(`/templates/${id}/edit`);
    const code = me.page.getByRole('textbox', { name: me.say('editor:code.label', { format: 'HTML' }) });
    const rewrite = async (line: string) => {
      await code.getByText('Tea').click();
      for (const key of ['Home', 'Shift+End']) await me.page.keyboard.press(key);
      await me.page.keyboard.insertText(line);
    };
    await rewrite('<p>Tea{% if %}</p>');
    await me.page.locator('.cm-lintRange-error, .cm-lintPoint-error').first().waitFor();
    await me.press('editor:problems.errors_one', { count: 1 });
    await me.page
      .getByText(me.say('editor:problems.line', { line: 2 }))
      .first()
      .waitFor();
    await me.page.locator('.sp-problem').first().click();
    await me.read('editor:code.kept');
    await canvas(me).getByText('Tea', { exact: true }).waitFor();
    await visitor.picture('editor-code');
    await me.page.keyboard.press('Escape');
    await rewrite('<p>Tea!</p>');
    await canvas(me).getByText('Tea!').waitFor();
    await me.page.getByText(me.say('editor:code.kept')).waitFor({ state: 'detached' });
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});

describe('what is written', () => {
  test.each([
    ['keepMine', 'Mine'],
    ['takeTheirs', 'Theirs'],
  ])('is saved by itself; who comes second compares and chooses: %s', async (choice, subject) => {
    const id = await addTemplate(program, 'Shared', abc());
    const [one, two] = await Promise.all([come(), come()]);
    for (const { visitor } of [one, two]) await visitor.go(`/templates/${id}/edit`);
    const subjectOf = async () =>
      ((await program.api('GET', `/templates/${id}`)) as { source: { subject: string } }).source.subject;
    await two.me.write('editor:email.subject', 'Theirs');
    await expect.poll(subjectOf, PATIENCE).toBe('Theirs');
    await one.me.write('editor:email.subject', 'Mine');
    await one.me.read('editor:conflict.title');
    await one.me.press('editor:conflict.compare');
    for (const side of ['mine', 'theirs']) {
      await canvasOf(one.me.page, one.me.say(`editor:conflict.${side}`))
        .getByText('Alpha')
        .waitFor();
    }
    expect(await one.visitor.axe()).toEqual([]);
    await one.me.press(`editor:conflict.${choice}`);
    await one.me.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(subjectOf, PATIENCE).toBe(subject);
    const field = one.me.page.getByLabel(new RegExp(`^${one.me.say('editor:email.subject')}`)).first();
    expect(await field.inputValue()).toBe(subject);
    for (const { visitor } of [one, two]) {
      expect(visitor.faults).toEqual([]);
      await visitor.leave();
    }
  });
});

describe('the email of a campaign', () => {
  test('is sent as a test and lands in the sandbox, filled with a contact', async () => {
    const source = documentOf(text('hello', 'Hello {{ contact.first_name }}'));
    const id = await addCampaign(program, 'Tested', source);
    const { me, visitor } = await come();
    await visitor.go(`/campaigns/${id}/content`);
    await me.press('editor:test.title');
    await me.write('editor:test.to', 'me@shop.example');
    const dialog = me.page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: me.say('editor:test.contact') }).fill('u2@people.example');
    await me.page.getByRole('option').filter({ hasText: 'u2@people.example' }).click();
    await me.press('editor:test.send');
    await me.read('editor:test.sent', { address: 'me@shop.example' });
    await visitor.go('/sandbox');
    await me.page.getByText('me@shop.example').first().click();
    await me.page.locator('iframe[sandbox]').first().waitFor();
    await me.page.frameLocator('iframe[sandbox]').getByText('Hello Ana 2').waitFor();
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  test('is only looked at once it was launched, and says why', async () => {
    const id = await addCampaign(program, 'Gone', abc());
    await launch(program, id);
    const { me, visitor } = await come();
    await visitor.go(`/campaigns/${id}/content`);
    await me.read('editor:readOnly.why');
    await canvas(me).getByText('Alpha').waitFor();
    await me.page.getByRole('treeitem', { name: /Alpha/ }).click();
    expect(await me.page.getByRole('tab').count()).toBe(0);
    expect(await me.button('editor:block.divider').count()).toBe(0);
    expect(await me.button('editor:bar.remove').count()).toBe(0);
    await visitor.picture('editor-read-only');
    expect(await visitor.axe()).toEqual([]);
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});
