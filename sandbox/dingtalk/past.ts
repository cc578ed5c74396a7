/** Earlier states of objects that reads still see for a while: the vendor's possible eventual consistency. */

export interface Past {
  /** Keeps what `key` was until `until`; null says that it did not exist. */
  keep(key: string, value: unknown, until: number): void;
  /** The oldest state still to be seen at `now`; undefined when the present is to be seen. */
  see(key: string, now: number): { value: unknown } | undefined;
  /** True while any earlier state may still be seen. */
  busy(now: number): boolean;
}

export function createPast(): Past {
  const versions = new Map<string, { until: number; value: unknown }[]>();
  let last = 0;
  return {
    keep(key, value, until) {
      const kept = versions.get(key) ?? [];
      kept.push({ until, value });
      versions.set(key, kept);
      last = Math.max(last, until);
    },
    see(key, now) {
      if (versions.size === 0) return undefined;
      const kept = versions.get(key);
      if (!kept) return undefined;
      while (kept[0] && kept[0].until <= now) kept.shift();
      if (kept.length === 0) versions.delete(key);
      return kept[0];
    },
    busy: (now) => now < last,
  };
}
