/**
 * Saves by itself a second after the last change, one request at a time, and stops at a conflict (412) until
 * somebody decides. A server that is away is tried again; a refusal waits for the next change.
 */
import { isTransient, problemOf } from '../api/problem';

/** How the saving stands. */
export type SaveState =
  | { kind: 'saved'; at: number | undefined }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  | { kind: 'retrying' }
  | { kind: 'refused'; error: unknown }
  | { kind: 'conflict' };

export interface AutosaveOptions<T> {
  /** Saves a value over the version it was made from; gives the version it has now. */
  save: (value: T, version: number) => Promise<number>;
  onState: (state: SaveState) => void;
  version: number;
  waitMs?: number;
  retryMs?: number;
  now?: () => number;
}

const WAIT_MS = 1_000;
const RETRY_MS = 3_000;

export class Autosave<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private pending: { value: T } | undefined;
  private stopped = false;
  private version: number;

  private readonly options: AutosaveOptions<T>;

  constructor(options: AutosaveOptions<T>) {
    this.options = options;
    this.version = options.version;
  }

  /** Notes a new value; it is saved when no other follows for a while. */
  change(value: T): void {
    this.pending = { value };
    if (this.stopped) return;
    this.options.onState({ kind: 'waiting' });
    this.later(this.options.waitMs ?? WAIT_MS);
  }

  /** Saves what waits now. Resolves when nothing is on its way any more. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    if (this.pending === undefined || this.stopped) return;
    this.running = this.run();
    await this.running;
  }

  /** True while something is not saved. */
  isDirty(): boolean {
    return this.pending !== undefined || this.running !== undefined;
  }

  /** After a conflict: goes on from another version. What waits is saved over it (`keep`) or forgotten. */
  resolve(version: number, keep: boolean): void {
    this.version = version;
    this.stopped = false;
    if (keep && this.pending !== undefined) {
      void this.flush();
      return;
    }
    this.pending = undefined;
    this.options.onState({ kind: 'saved', at: undefined });
  }

  /** Stops; what waits is saved first. */
  end(): void {
    void this.flush();
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private async run(): Promise<void> {
    const taken = this.pending;
    if (taken === undefined) return;
    this.options.onState({ kind: 'saving' });
    try {
      this.version = await this.options.save(taken.value, this.version);
      if (this.pending === taken) this.pending = undefined;
      this.running = undefined;
      const at = (this.options.now ?? Date.now)();
      this.options.onState(this.pending === undefined ? { kind: 'saved', at } : { kind: 'waiting' });
    } catch (error) {
      this.running = undefined;
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (problemOf(error).status === 412) {
      this.stopped = true;
      this.options.onState({ kind: 'conflict' });
    } else if (isTransient(error)) {
      this.options.onState({ kind: 'retrying' });
      this.later(this.options.retryMs ?? RETRY_MS);
    } else {
      this.options.onState({ kind: 'refused', error });
    }
  }
}
