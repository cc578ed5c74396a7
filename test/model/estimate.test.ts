/** An estimate says nothing while it would be a guess, and comes near when there is ground for one. */
import { describe, expect, it } from 'vitest';
import { estimate } from '../../model/estimate.ts';
import type { Seen } from '../../model/estimate.ts';

const seen: Seen = {
  ...{ elapsedMs: 10_000, treeKnown: true, before: null },
  departments: { known: 10, read: 5 },
  people: { read: 500, written: 200 },
};

describe('an estimate', () => {
  it.each<[string, Partial<Seen>]>([
    ['the first seconds', { elapsedMs: 1000 }],
    ['a tree that is not known', { treeKnown: false }],
    ['nothing written', { people: { read: 500, written: 0 } }],
    ['no department read', { departments: { known: 10, read: 0 } }],
    ['a thousandth of what is expected', { before: 200_000 }],
  ])('gives no time for %s', (_, change) => {
    expect(estimate({ ...seen, ...change }).secondsLeft).toBeNull();
  });

  it('goes by what departments hold on average, by the last run, and at the end by what was read', () => {
    expect(estimate(seen)).toEqual({ expected: 1000, perSecond: 20, secondsLeft: 40 });
    expect(estimate({ ...seen, before: 800 })).toMatchObject({ expected: 800, secondsLeft: 30 });
    expect(estimate({ ...seen, before: 800, treeKnown: false }).expected).toBe(800);
    // The company has grown beyond what it was.
    expect(estimate({ ...seen, before: 300 }).expected).toBe(1000);
    const all = { departments: { known: 10, read: 10 }, people: { read: 700, written: 700 } };
    expect(estimate({ ...seen, ...all })).toMatchObject({ expected: 700, secondsLeft: 0 });
  });

  it('is within a fifth of the truth once a tenth of an even run is done', () => {
    const total = 60_000;
    for (let at = total / 10; at < total; at += 5_000) {
      const done = at / total;
      const left = estimate({
        ...{ elapsedMs: at, treeKnown: true, before: null },
        departments: { known: 100, read: Math.round(100 * done) },
        people: { read: Math.round(2000 * done), written: Math.round(2000 * done) },
      }).secondsLeft;
      const truth = (total - at) / 1000;
      expect(Math.abs((left ?? 0) - truth)).toBeLessThanOrEqual(Math.max(1, truth / 5));
    }
  });
});
