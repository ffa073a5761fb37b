/** The real program as a process of its own: started on a fresh folder, killed, started again. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BINARY = resolve(process.env['SMARTPUSH_BIN'] ?? '../target/debug/smartpush');
const PATIENCE_MS = 60_000;

export const OWNER = { email: 'ana@shop.example', password: 'a much longer phrase' };

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Looks again and again until there is an answer. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export class Program {
  readonly data = mkdtempSync(join(tmpdir(), 'smartpush-e2e-'));
  readonly url: string;
  /** The first store and a key with all rights; empty before `setUp`. */
  store = '';
  key = '';
  private child: ChildProcess | undefined;
  private readonly port: number;

  private constructor(port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A fresh installation, not yet set up. */
  static async fresh(): Promise<Program> {
    return new Program(await freePort());
  }

  /** A fresh installation with an owner and a store, running. */
  static async withStore(): Promise<Program> {
    const program = await Program.fresh();
    program.setUp();
    await program.start();
    return program;
  }

  /** Runs a command of the program and reads the JSON object it prints. */
  run(...words: string[]): Record<string, unknown> {
    const text = execFileSync(BINARY, ['--data', this.data, ...words, '--json'], { encoding: 'utf8' });
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Makes the owner and the store by command line. */
  setUp(): void {
    const made = this.run(
      'setup',
      '--email',
      OWNER.email,
      '--password',
      OWNER.password,
      '--store',
      'Tea & Wool',
    );
    this.store = String(made['store']);
    this.key = String(made['api_key']);
  }

  /** Starts serving and waits for the first answer. */
  async start(): Promise<void> {
    const log = openSync(join(this.data, 'serve.log'), 'a');
    this.child = spawn(BINARY, ['--data', this.data, 'serve', '--listen', `127.0.0.1:${this.port}`], {
      stdio: ['ignore', log, log],
    });
    await until('the program to answer', async () =>
      (await fetch(`${this.url}/healthz`)).ok ? true : undefined,
    );
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    await new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill('SIGKILL');
    });
  }

  /** Ends it and removes its data. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Uploads a file of contacts; answers the id of the import, which waits to be begun. */
  async upload(name: string, text: string): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/imports?file_name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'text/csv' },
      body: text,
    });
    if (!response.ok) throw new Error(`upload: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { import: { id: string } }).import.id;
  }

  /** Makes a call of the tracking API (`track`, `identify`, …) as a server of the shop does. */
  async tell(call: string, body: object): Promise<void> {
    const response = await fetch(`${this.url}/v1/${call}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`);
  }

  /** Asks the API with the key. */
  async api(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
