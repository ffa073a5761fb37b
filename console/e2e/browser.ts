/** A real browser: Debian's Chromium, logged in, watched for errors of the page and of its security policy. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { OWNER, type Program } from './program.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** How a person looks at it. */
export interface Looks {
  scheme?: 'light' | 'dark';
  language?: string;
  width?: number;
  height?: number;
}

/** Starts the browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--font-render-hinting=none', '--force-color-profile=srgb'],
  });
}

/** True if nothing in the window is still loading; what is further down may wait until one looks at it. */
function nothingLoads(): boolean {
  return [...document.querySelectorAll('.mantine-Skeleton-root, .mantine-Loader-root')].every((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom < 0 || top > innerHeight;
  });
}

/** A person with a browser window of their own. Errors of its pages are gathered in `faults`. */
export class Visitor {
  readonly page: Page;
  readonly faults: string[] = [];
  private readonly context: BrowserContext;
  private readonly program: Program;

  private constructor(context: BrowserContext, page: Page, program: Program) {
    this.context = context;
    this.page = page;
    this.program = program;
    page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      // The browser logs each refused request; screens say those in words, and tests look at the words.
      if (message.type() !== 'error' || text.startsWith('Failed to load resource')) return;
      const { url, lineNumber } = message.location();
      this.faults.push(`${text} (${url}:${lineNumber}, page ${page.url()})`);
    });
  }

  static async come(browser: Browser, program: Program, looks: Looks = {}): Promise<Visitor> {
    const { scheme = 'light', language = 'en', width = 1280, height = 900 } = looks;
    const context = await browser.newContext({
      colorScheme: scheme,
      reducedMotion: 'reduce',
      viewport: { width, height },
      locale: language.startsWith('zh') ? language : 'en-GB',
      timezoneId: 'UTC',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    // Frames of messages have no storage: their sandbox gives them no origin.
    await context.addInitScript((code) => {
      if (self === top) localStorage.setItem('sp-language', code);
    }, language);
    return new Visitor(context, await context.newPage(), program);
  }

  /** Goes to a path of the console, such as `/login`. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.program.url}/console${path}`);
    await this.settled();
  }

  /** Goes to a place of the store, such as `/home`. */
  async go(place: string): Promise<void> {
    await this.open(`/s/${this.program.store}${place}`);
  }

  /** Waits until nothing is loading on the screen. */
  async settled(): Promise<void> {
    await this.page.waitForLoadState('domcontentloaded');
    await this.page.locator('h1').first().waitFor();
    await this.page.waitForFunction(nothingLoads);
  }

  /** Logs in without the screen, and agrees to the policy: for tests about something else. */
  async logIn(): Promise<void> {
    const headers = { 'X-SP-CSRF': '1' };
    const { request } = this.context;
    const post = async (path: string, data: object) => {
      const answer = await request.post(`${this.program.url}/api/v1${path}`, { data, headers });
      if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    };
    await post('/session', { ...OWNER, remember: false });
    const policy = (await (await request.get(`${this.program.url}/api/v1/policy`)).json()) as {
      version: string;
    };
    await post('/policy/acceptance', { version: policy.version, read_and_agreed: true });
  }

  /** Findings of axe that are serious or critical, as readable lines. */
  async axe(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async (tags) => {
      const axe = (globalThis as unknown as { axe: { run: (d: Document, o: object) => Promise<AxeResult> } })
        .axe;
      return (await axe.run(document, { runOnly: { type: 'tag', values: tags }, iframes: false })).violations;
    }, TAGS);
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
      );
  }

  /** Writes a picture of the window to the test output. */
  async picture(name: string): Promise<void> {
    const folder = join(import.meta.dirname, '../test-output/screens');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

interface AxeResult {
  violations: { id: string; impact?: string; nodes: { target: string[]; failureSummary: string }[] }[];
}
