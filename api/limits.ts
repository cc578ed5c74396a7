/** How much one caller may ask for: requests a second, their size, their time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError, problem } from '../model/problem.ts';

export interface Limits {
  /** Requests a second of one token, and so many at once after a pause. */
  perSecond: number;
  atOnce: number;
  /** The same for one address that shows no valid token. */
  strangerPerSecond: number;
  strangerAtOnce: number;
  bodyBytes: number;
}

export const LIMITS: Limits = {
  ...{ perSecond: 50, atOnce: 200 },
  ...{ strangerPerSecond: 2, strangerAtOnce: 20 },
  bodyBytes: 256 * 1024,
};

/** Callers kept in mind; beyond that those are forgotten that have been quiet longest. */
const CALLERS = 10_000;

/**
 * Counts one request of a caller: a bucket that refills evenly, of this process alone, because it
 * protects this process. Throws REQUEST_TOO_OFTEN with the time until there is room again.
 */
export function rateGate(
  perSecond: number,
  atOnce: number,
  now: () => number = () => performance.now(),
): (caller: string) => void {
  const buckets = new Map<string, { left: number; at: number }>();
  return (caller) => {
    const time = now();
    const known = buckets.get(caller) ?? { left: atOnce, at: time };
    const left = Math.min(atOnce, known.left + ((time - known.at) / 1000) * perSecond);
    // Written last, so that the map's order is the order of use.
    buckets.delete(caller);
    buckets.set(caller, { left: Math.max(0, left - 1), at: time });
    for (const [oldest] of buckets) {
      if (buckets.size <= CALLERS) break;
      buckets.delete(oldest);
    }
    if (left >= 1) return;
    const retryAfterMs = Math.ceil(((1 - left) / perSecond) * 1000);
    throw new ProblemError(problem('REQUEST_TOO_OFTEN', {}, { retryAfterMs }));
  };
}

/** Rejects with REQUEST_TIMED_OUT when the work takes longer; the work itself is left to end. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const done = new AbortController();
  const late = sleep(ms, null, { signal: done.signal, ref: false }).then(() => {
    throw new ProblemError(problem('REQUEST_TIMED_OUT', {}, { retryAfterMs: 1000 }));
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
