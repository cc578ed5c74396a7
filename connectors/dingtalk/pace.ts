/** Spreads calls of one process evenly below DingTalk's limit, where no governor over all workers is given. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the interface may be called; an abort throws the signal's reason. */
export type Limiter = (name: string, signal?: AbortSignal) => Promise<void>;

/** DingTalk: 20 calls a second per app and interface (how-to-process-api-throttling); 95 % of it is used. */
const CALLS_PER_SECOND = 19;

export function createPace(callsPerSecond = CALLS_PER_SECOND): Limiter {
  const nextAt = new Map<string, number>();
  return async (name, signal) => {
    const now = performance.now();
    const at = Math.max(now, nextAt.get(name) ?? 0);
    nextAt.set(name, at + 1000 / callsPerSecond);
    if (at - now < 1) return;
    try {
      await sleep(at - now, undefined, signal ? { signal } : {});
    } catch {
      signal?.throwIfAborted();
    }
  };
}
