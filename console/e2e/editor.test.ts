import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, Visitor } from './browser.ts';
import { addTemplate, canvasOf, documentOf, placeOf, text } from './emails.ts';
import { Person } from './person.ts';
import { Program } from './program.ts';

let browser: Browser;
let program: Program;

beforeAll(async () => {
  [browser, program] = await Promise.all([openBrowser(), Program.withStore()]);
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
