/** Keeps subscriptions for some seconds, so that a burst does not read the same one again and again. */

/** A new address works, and an old one ends, within this time in every process. */
const KEPT_MS = 10_000;
/** Made-up paths are forgotten first. */
const KEPT_MAX = 1_000;

/** @param now milliseconds of a clock that only grows */
export function keeping<T>(
  load: (path: string) => Promise<T | null>,
  now: () => number,
): (path: string) => Promise<T | null> {
  const kept = new Map<string, { at: number; value: Promise<T | null> }>();
  return (path) => {
    const known = kept.get(path);
    if (known && now() - known.at < KEPT_MS) return known.value;
    const value = load(path);
    kept.set(path, { at: now(), value });
    const forget = (): void => {
      if (kept.get(path)?.value === value) kept.delete(path);
    };
    value.then((it) => it === null && forget(), forget);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
