/** Keeps a connection to the Stream open: the next is opened before the last is closed, and faults are waited out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problemOf } from '../../model/problem.ts';
import type { Problem } from '../../model/problem.ts';
import { openLink } from './stream-link.ts';
import type { LinkOptions, StreamLink } from './stream-link.ts';

export interface StreamOptions extends LinkOptions {
  /** Told when there is a connection after there was none. */
  opened(): void;
  /** Told of each try that failed. */
  failed(problem: Problem): void;
  /** Wait after the first failure, doubled with each; 1 s when left out. */
  waitMs?: number;
}

export interface Stream {
  /** Milliseconds since DingTalk was last heard; null while there is no connection. */
  silentMs(): number | null;
  /** Closes what is open; resolves when nothing more is acknowledged. */
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 60_000;
/** A wrong secret gets no better by being shown again and again. */
const CONFIG_WAIT_MS = 30_000;
/** Whoever is told to go is closed by DingTalk after some 10 s. */
const DRAIN_MS = 15_000;
/** A connection that lasted so long was a good one. */
const GOOD_MS = 30_000;

/** Begins at once. */
export function createStream(options: StreamOptions): Stream {
  return new OpenStream(options);
}

class OpenStream implements Stream {
  readonly #options: StreamOptions;
  readonly #ending = new AbortController();
  readonly #links = new Set<StreamLink>();
  readonly #running: Promise<void>;
  #tries = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  silentMs(): number | null {
    const all = [...this.#links].map((it) => it.wire.silentMs());
    return all.length === 0 ? null : Math.min(...all);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    const all = [...this.#links];
    for (const it of all) it.wire.close();
    await Promise.all(all.map((it) => it.gone));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!signal.aborted) {
      const openedAt = performance.now();
      const link = await this.#open();
      if (!link) continue;
      await Promise.race([link.leaving, stopped]);
      // A gateway that ends or sends away at once, again and again, is not to be stormed.
      if (performance.now() - openedAt >= GOOD_MS) this.#tries = 0;
      else if (!this.#links.has(link) || this.#tries++ > 0) await this.#wait();
    }
  }

  async #open(): Promise<StreamLink | null> {
    const { signal } = this.#ending;
    try {
      const link = await openLink(this.#options, signal);
      const before = [...this.#links];
      this.#links.add(link);
      void link.gone.then(() => this.#links.delete(link));
      for (const old of before) this.#drain(old);
      if (before.length === 0) this.#options.opened();
      return link;
    } catch (error) {
      if (signal.aborted) return null;
      const it = problemOf(error);
      this.#options.failed(it);
      await this.#wait(it.kind === 'config' ? CONFIG_WAIT_MS : (it.retryAfterMs ?? 0));
      return null;
    }
  }

  /** What was sent to it before it was told to go is still acknowledged. */
  #drain(old: StreamLink): void {
    const closing = setTimeout(() => old.wire.close(), DRAIN_MS);
    void old.gone.then(() => clearTimeout(closing));
  }

  /** Longer each time, and not of one length for all who lost theirs at the same moment. */
  async #wait(leastMs = 0): Promise<void> {
    const { waitMs = 1_000 } = this.#options;
    const grown = Math.min(waitMs * 2 ** Math.min(this.#tries++, 10), LONGEST_WAIT_MS);
    const ms = Math.max(leastMs, grown * (0.5 + Math.random() / 2));
    await sleep(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
