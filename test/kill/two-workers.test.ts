/** The same strikes with two workers, one or both of which are struck. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../cli/views.ts';
import { watchRun } from '../../cli/watch.ts';
import type { Lab } from '../lab.ts';
import { chance } from '../simulator/chance.ts';
import { clearLog, holdCall } from '../world.ts';
import { stir } from './company.ts';
import { endOf, expectWhole, openStruckLab, strikeOnce } from './round.ts';
import { named, strikeOf } from './strike.ts';

const LONG = process.env['ORGSYNC_LONG'] === '1';
const strikes = LONG
  ? Array.from({ length: 150 }, (_, at) => strikeOf(at + 151))
  : [strikeOf(1011, { kind: 'kill', victims: ['worker'] })];

let lab: Lab;
beforeAll(async () => {
  // A call that takes so long that its sender gives up is made twice: not on any machine.
  lab = await openStruckLab(2, 6);
});
afterAll(() => lab?.stop());

describe('an import that two workers share and that is struck in the middle ends equal', () => {
  for (const strike of strikes) {
    it(named(strike), { timeout: 240_000 }, () => strikeOnce(lab, strike));
  }
});

/** What the vendors answered, as often as they did: by interface and objects. */
async function answered(name: RegExp): Promise<Map<string, number>> {
  const { entries } = await lab.control<{ entries: Answered[] }>('/log');
  const times = new Map<string, number>();
  for (const it of entries) {
    if (!name.test(it.interface) || it.status !== 200) continue;
    const call = `${it.interface} ${it.objects.join()}`;
    times.set(call, (times.get(call) ?? 0) + 1);
  }
  return times;
}

interface Answered {
  interface: string;
  objects: string[];
  status: number;
}

const twice = (times: Map<string, number>): string[] =>
  [...times].filter(([, n]) => n > 1).map(([call]) => call);

describe('a worker that is asked to end in the middle of an import', () => {
  it('hands its steps over: another goes on, and nothing is read or written twice', async () => {
    await stir(lab, chance(2001, 'stir'), 2001);
    await clearLog(lab);
    const held = await holdCall(lab, { side: 'dingtalk', interface: 'user/list', skip: 12 });
    const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
    await held.met(() => endOf(lab, run));
    const stopping = lab.workers[0]?.stop();
    await held.letGo();
    await stopping;
    const log = readFileSync(join(lab.folder, 'logs/worker-0.log'), 'utf8').trim().split('\n');
    // In order and by itself: not cut off by its own limit, and not killed.
    expect(JSON.parse(log.at(-1) ?? '{}')).toMatchObject({ message: 'Stopped' });
    await expectWhole(lab, await watchRun(lab.api, run, 'en', () => undefined));
    expect(twice(await answered(/^user\/list$/))).toEqual([]);
    expect(twice(await answered(/^(create|update)-(users?-batch|user|department)$/))).toEqual([]);
  }, 240_000);
});

describe('an API that is killed while a run is paused', () => {
  it('finds the run as it was, and lets it go on', async () => {
    await stir(lab, chance(2002, 'stir'), 2002);
    const held = await holdCall(lab, { side: 'dingtalk', interface: 'user/list', skip: 12 });
    const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
    await held.met(() => endOf(lab, run));
    await lab.api.post(`/runs/${run}/pause`, {});
    const status = async (): Promise<string> => (await lab.api.get<RunView>(`/runs/${run}`)).status;
    await expect.poll(status, { timeout: 120_000 }).toBe('paused');
    await held.letGo();
    const api = await lab.killApi();
    expect(await api.get<RunView>(`/runs/${run}`)).toMatchObject({ status: 'paused' });
    await api.post(`/runs/${run}/resume`, {});
    await expectWhole(lab, await watchRun(api, run, 'en', () => undefined));
  }, 240_000);
});
