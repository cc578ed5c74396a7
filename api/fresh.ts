/** Answers that are costly to make and may be some moments old: made once at a time, for all who ask. */

/** Older answers are made anew; somebody who asks meanwhile gets the old one, up to `OLDEST_MS`. */
const FRESH_MS = 500;
const OLDEST_MS = 2_000;
/** Making an answer may take this share of the time at most, so that watching costs a run little. */
const SHARE = 0.05;

interface Kept<T> {
  value: Promise<T>;
  madeAt: number;
  /** Milliseconds it took. */
  took: number;
}

/** Remembers the newest answer by key; what failed is asked again. */
export function fresh<T>(make: (key: string) => Promise<T>, most = 100) {
  const kept = new Map<string, Kept<T>>();
  const ask = (key: string): Kept<T> => {
    const started = performance.now();
    const entry: Kept<T> = { value: make(key), madeAt: Infinity, took: 0 };
    entry.value.then(
      () => {
        entry.madeAt = performance.now();
        entry.took = entry.madeAt - started;
      },
      () => {
        if (kept.get(key) === entry) kept.delete(key);
      },
    );
    return entry;
  };
  return async (key: string): Promise<T> => {
    const known = kept.get(key);
    const age = known ? performance.now() - known.madeAt : 0;
    if (known && age <= Math.min(OLDEST_MS, Math.max(FRESH_MS, known.took / SHARE)))
      return known.value;
    const entry = ask(key);
    kept.set(key, entry);
    for (const [oldest] of kept) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return entry.value;
  };
}
