/** The same strikes with two workers, one or both of which are struck. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Lab } from '../lab.ts';
import { openStruckLab, strikeOnce } from './round.ts';
import { named, strikeOf } from './strike.ts';

const LONG = process.env['ORGSYNC_LONG'] === '1';
const strikes = LONG
  ? Array.from({ length: 150 }, (_, at) => strikeOf(at + 151))
  : [strikeOf(1011, { kind: 'kill', victims: ['worker'] })];

let lab: Lab;
beforeAll(async () => {
  lab = await openStruckLab(2);
});
afterAll(() => lab?.stop());

describe('an import that two workers share and that is struck in the middle ends equal', () => {
  for (const strike of strikes) {
    it(named(strike), { timeout: 240_000 }, () => strikeOnce(lab, strike));
  }
});
