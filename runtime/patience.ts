/** Waiting for a server that may not be up yet, for a limited time and with words. */
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT_CONFIG } from './config.ts';
import type { Log } from './log.ts';
import { StartFault } from './start-fault.ts';

export interface Patience {
  log: Log;
  /** Milliseconds until the wait is given up; 60,000 when left out. */
  patienceMs?: number;
  /** Ends the wait at once; its reason is thrown. */
  signal?: AbortSignal;
}

interface Attempt<T> {
  /** For example "Temporal at 127.0.0.1:7233"; holds no secret. */
  what: string;
  remedy: string;
  try(): Promise<T>;
  /** What to say when this failure cannot be waited out, for example a wrong password. */
  refusal?(error: unknown): string | undefined;
}

/**
 * Tries until it works: at once, then after 0.2 s, growing to 3 s.
 * @throws {StartFault} when the time is over, or at once when waiting cannot help.
 */
export async function untilReached<T>(attempt: Attempt<T>, patience: Patience): Promise<T> {
  const limitMs = patience.patienceMs ?? 60_000;
  const begun = Date.now();
  let waitMs = 200;
  let told = 0;
  for (;;) {
    patience.signal?.throwIfAborted();
    try {
      return await attempt.try();
    } catch (error) {
      const refused = attempt.refusal?.(error);
      if (refused !== undefined) {
        throw new StartFault(`${attempt.what} ${refused}`, EXIT_CONFIG, { cause: error });
      }
      const passed = Date.now() - begun;
      if (passed >= limitMs) {
        const seconds = Math.round(passed / 1000);
        throw new StartFault(
          `${attempt.what} did not answer within ${seconds} s. ${attempt.remedy}`,
          1,
          { cause: error },
        );
      }
      // The first second is silent: servers that are started together need it.
      if (passed > 1_000 && Date.now() - told > 5_000) {
        told = Date.now();
        patience.log.warn(`${attempt.what.split(' ')[0]} does not answer yet`, {
          ms: passed,
          error,
        });
      }
    }
    const left = Math.max(0, limitMs - (Date.now() - begun));
    const options = patience.signal ? { signal: patience.signal } : {};
    await pause(Math.min(waitMs, left), undefined, options);
    waitMs = Math.min(waitMs * 2, 3_000);
  }
}
