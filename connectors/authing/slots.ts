/** A bound on the calls that are under way at once; who waits is served in order. */

/** Resolves to the function that gives the slot back. */
type Slot = (signal?: AbortSignal) => Promise<() => void>;

/** @param most calls at once, at least 1. */
export function slots(most: number): Slot {
  let free = most;
  const waiting = new Set<() => void>();

  function leave(): void {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  return (signal) => {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve(leave);
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', stop);
        resolve(leave);
      };
      const stop = () => {
        waiting.delete(enter);
        reject(signal?.reason as Error);
      };
      waiting.add(enter);
      signal?.addEventListener('abort', stop, { once: true });
    });
  };
}
