/** Client libraries of others, as they come from their registries, pointed at the program and otherwise untouched. */
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { Program, until } from '../program.ts';

interface Stored {
  kind: string;
  name: string;
  contact: string | null;
  document: { messageId: string; properties?: Record<string, unknown>; context?: Record<string, unknown> };
}

let program: Program;
let browser: Browser;
/** The key of a page: it may send events and nothing else. */
let writeKey: string;

beforeAll(async () => {
  [program, browser] = await Promise.all([Program.withStore(), openBrowser()]);
  writeKey = String(program.run('key', 'create', '--store', program.store, '--kind', 'write')['key']);
});

afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** Events of a name, once there are so many. */
function stored(name: string, count: number): Promise<Stored[]> {
  return until(`${count} × ${name}`, async () => {
    const path = `/events?limit=200&name=${encodeURIComponent(name)}`;
    const { items } = (await program.api('GET', path)) as { items: Stored[] };
    return items.length >= count ? items : undefined;
  });
}

/** The contact with an address, once there is one. */
function contact(email: string): Promise<{ id: string; first_name: string }> {
  return until(email, async () => {
    const path = `/contacts?search=${encodeURIComponent(email)}`;
    const { items } = (await program.api('GET', path)) as { items: { id: string; first_name: string }[] };
    return items[0];
  });
}

/** What an event's contact did, by name, newest first. */
async function did(id: string): Promise<string[]> {
  const { items } = (await program.api('GET', `/contacts/${id}/behaviour`)) as { items: Stored[] };
  return items.map((event) => event.name || event.kind);
}

describe('a client library takes the program for Segment', () => {
  test('@segment/analytics-node, in batches', async () => {
    const client = new Analytics({ writeKey, host: program.url, path: '/v1/batch', flushAt: 7 });
    client.identify({ userId: 'n1', traits: { email: 'node@people.example', firstName: 'Nora' } });
    for (let n = 0; n < 20; n++)
      client.track({ userId: 'n1', event: 'Node Order', properties: { total: n, currency: 'EUR' } });
    await client.closeAndFlush();
    const events = await stored('Node Order', 20);
    expect(events).toHaveLength(20);
    expect(new Set(events.map((e) => e.document.messageId)).size).toBe(20);
    expect(events.map((e) => e.document.properties?.['total']).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
    const nora = await contact('node@people.example');
    expect(nora.first_name).toBe('Nora');
    await until('the contact of the events', async () =>
      (await did(nora.id)).length === 21 ? true : undefined,
    );
  });

  test('@segment/analytics-node, while the program is away', async () => {
    const client = new Analytics({
      writeKey,
      host: program.url,
      path: '/v1/batch',
      flushAt: 1,
      maxRetries: 50,
    });
    await program.kill();
    for (let n = 0; n < 5; n++) client.track({ anonymousId: 'away', event: 'Sent Again' });
    await program.start();
    await client.closeAndFlush();
    expect(await stored('Sent Again', 5)).toHaveLength(5);
  });

  test('@rudderstack/rudder-sdk-node, packed', async () => {
    const client = new RudderAnalytics(writeKey, { dataPlaneUrl: program.url, flushAt: 5 });
    client.identify({ userId: 'r1', traits: { email: 'rudder@people.example', firstName: 'Ruth' } });
    for (let n = 0; n < 6; n++)
      client.track({ userId: 'r1', event: 'Rudder Order', properties: { total: n } });
    await client.flush();
    expect(await stored('Rudder Order', 6)).toHaveLength(6);
    expect((await contact('rudder@people.example')).first_name).toBe('Ruth');
  });

  test.each([false, true])('segment-analytics-python, packed: %s', async (gzip) => {
    const name = gzip ? 'Python Packed' : 'Python Plain';
    const script = `
import sys
from segment.analytics.client import Client
key, host, name, gzip = sys.argv[1:]
failed = []
client = Client(key, host=host, gzip=gzip == 'true', on_error=lambda error, items: failed.append(error))
client.identify('p1', {'email': 'python@people.example', 'firstName': 'Pia'})
for n in range(12):
    client.track('p1', name, {'total': n})
client.shutdown()
sys.exit(len(failed))
`;
    const python = process.env['SMARTPUSH_TEST_PYTHON'] ?? 'python3';
    execFileSync(python, ['-c', script, writeKey, program.url, name, String(gzip)]);
    expect(await stored(name, 12)).toHaveLength(12);
    expect((await contact('python@people.example')).first_name).toBe('Pia');
  });
});

/** `page.ts` as one script that makes `shop`. */
async function bundled(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'page.ts'), formats: ['iife'], name: 'shop' },
    },
  });
  const [first] = Array.isArray(made) ? made : [made];
  if (first === undefined || !('output' in first)) throw new Error('nothing was bundled');
  return first.output.map((file) => ('code' in file ? file.code : '')).join('');
}

describe('@segment/analytics-next in a page of a shop', () => {
  let shop: Server;
  let origin: string;

  beforeAll(async () => {
    const script = await bundled();
    shop = createServer((request, response) => {
      const isScript = request.url === '/shop.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? script : '<!doctype html><title>Shop</title><h1>Scarves</h1>');
    });
    await new Promise<void>((done) => shop.listen(0, '127.0.0.1', done));
    const address = shop.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  afterAll(() => void shop?.close());

  test.each(['standard', 'batching'])('sends from another origin, %s', async (strategy) => {
    const page = await (await browser.newContext()).newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(origin);
    await page.addScriptTag({ url: '/shop.js' });
    const email = `${strategy}@people.example`;
    await page.evaluate(
      (wanted) =>
        (globalThis as unknown as { shop: { visit: (w: object) => Promise<void> } }).shop.visit(wanted),
      { url: program.url, writeKey, strategy, email },
    );
    const [viewed] = await stored(`Scarf Viewed ${strategy}`, 1);
    expect(viewed?.document.properties).toEqual({ price: 19.5 });
    const bea = await contact(email);
    expect(bea.first_name).toBe('Bea');
    await until('her history', async () => ((await did(bea.id)).length === 3 ? true : undefined));
    expect(await did(bea.id)).toEqual(
      expect.arrayContaining(['identify', `Scarf Viewed ${strategy}`, `Scarves ${strategy}`]),
    );
    const seen = JSON.stringify(viewed?.document.context ?? {});
    expect(seen).not.toMatch(/userAgent/);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
