/** Kill -9, freezes, resets and ends in the middle of an import: it goes on, and ends equal. One worker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchRun } from '../../cli/watch.ts';
import type { Lab } from '../lab.ts';
import { expectWhole, openStruckLab, strikeOnce } from './round.ts';
import { named, strikeOf } from './strike.ts';

/** One strike of each kind by default; `npm run test:long` makes many, in this file and with two workers. */
const LONG = process.env['ORGSYNC_LONG'] === '1';
const strikes = LONG
  ? Array.from({ length: 150 }, (_, at) => strikeOf(at + 1))
  : [
      strikeOf(1001, { kind: 'kill', victims: ['worker'] }),
      strikeOf(1002, { kind: 'kill', victims: ['database'] }),
      strikeOf(1003, { kind: 'kill', victims: ['temporal'] }),
      strikeOf(1004, { kind: 'freeze', victims: ['worker'] }),
      strikeOf(1005, { kind: 'reset', victims: [] }),
    ];

let lab: Lab;
beforeAll(async () => {
  lab = await openStruckLab(1, 2);
});
afterAll(() => lab?.stop());

describe('an import that is struck in the middle goes on and ends equal', () => {
  for (const strike of strikes) {
    it(named(strike), { timeout: 240_000 }, () => strikeOnce(lab, strike));
  }

  it('starts when Temporal is back, if it was asked for while Temporal was away', async () => {
    process.kill(lab.enginePid('temporal'), 'SIGKILL');
    const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
    await expectWhole(lab, await watchRun(lab.api, run, 'en', () => undefined));
    expect(run).toBeTruthy();
  }, 120_000);
});
