/** How far a run is and how long it may still take, said only as far as it is known. */

export interface Seen {
  /** Milliseconds since the run began; for a paused one, until it was paused. */
  elapsedMs: number;
  /** True when every department is known. */
  treeKnown: boolean;
  departments: { known: number; read: number };
  people: { read: number; written: number };
  /** People of the last run that went through, when there was one of the same scope. */
  before: number | null;
}

export interface Estimate {
  /** People there will probably be; null while nothing speaks for a number. */
  expected: number | null;
  /** People written a second, over the whole run so far. */
  perSecond: number;
  /** Whole seconds until all are written; null while that would be a guess. */
  secondsLeft: number | null;
}

/** Less than this says nothing of the rest: the first calls open connections and warm up. */
const MIN_MS = 3_000;
const MIN_SHARE = 0.03;

/**
 * Expected are, in this order: those that were read, once all departments were; as many as last time, when
 * that is not less than what was read already; what departments read so far hold on average, once all are known.
 */
function expectedPeople({ treeKnown, departments, people, before }: Seen): number | null {
  if (treeKnown && departments.read >= departments.known) return people.read;
  if (before !== null && before >= people.read) return before;
  if (!treeKnown || departments.read < Math.max(1, departments.known * MIN_SHARE)) return null;
  return Math.round((people.read / departments.read) * departments.known);
}

export function estimate(seen: Seen): Estimate {
  const { elapsedMs, people } = seen;
  const expected = expectedPeople(seen);
  const perSecond = elapsedMs > 0 ? (people.written / elapsedMs) * 1000 : 0;
  const enough = elapsedMs >= MIN_MS && people.written > 0;
  const share = expected ? people.written / expected : 0;
  const known = expected !== null && enough && share >= MIN_SHARE;
  const left = known ? Math.max(0, expected - people.written) / perSecond : null;
  return {
    expected,
    perSecond: Math.round(perSecond * 10) / 10,
    secondsLeft: left === null ? null : Math.ceil(left),
  };
}
