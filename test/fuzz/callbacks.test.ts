/** Two thousand changed callbacks with each run of the tests; `npm run fuzz -- callback` takes more. */
import { expect, it } from 'vitest';
import { fuzzCallbacks } from './callbacks.ts';

it('changed callbacks are refused or acknowledged, and nothing forged is ever kept', async () => {
  const outcome = await fuzzCallbacks({ count: 2_000, seed: 1 });
  expect(outcome.failures).toEqual([]);
  // Both ways are really taken.
  expect(outcome.kept).toBeGreaterThan(100);
  expect(outcome.statuses['200']).toBeGreaterThan(100);
  expect(outcome.statuses['400']).toBeGreaterThan(1_000);
});
