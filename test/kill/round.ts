/** One import that is struck at a call that is held for the purpose, and what must be so when it has ended. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import type { RunView } from '../../cli/views.ts';
import { watchRun } from '../../cli/watch.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { chance } from '../simulator/chance.ts';
import { connect, holdCall, pictures, runImport } from '../world.ts';
import { stir } from './company.ts';
import type { Strike, Victim } from './strike.ts';

const WORKFLOW = 'import/feihua';

/**
 * Claims of dead writers are free after some seconds and not after forty.
 * @param requestSeconds how long a call may take
 */
export async function openStruckLab(workers: number, requestSeconds: number): Promise<Lab> {
  const lab = await openLab({
    ...{ company: { people: 200, departments: 24, seed: 11 }, limits: 'none', workers },
    env: {
      ORGSYNC_REQUEST_TIMEOUT_SECONDS: `${requestSeconds}`,
      ORGSYNC_LONGEST_WRITE_SECONDS: `${requestSeconds + 1}`,
      ORGSYNC_CLAIM_SECONDS: `${2 * requestSeconds + 2}`,
    },
  });
  await connect(lab);
  await expectWhole(lab, await runImport(lab));
  return lab;
}

/** Equal field by field, nobody twice, and a status that says so. */
export async function expectWhole(lab: Lab, run: RunView): Promise<void> {
  expect(run).toMatchObject({ status: 'succeeded', verified: true, complete: true, problems: [] });
  const { wanted, found } = await pictures(lab);
  expect(found).toEqual(wanted);
  expect(run.counts.people.read).toBe(Object.keys(wanted.people).length);
  expect(run.counts.departments.read).toBe(wanted.departments.length);
}

/** Stirs the company, imports it, strikes, and sees it end whole. */
export async function strikeOnce(lab: Lab, strike: Strike): Promise<void> {
  const { newPeople, newDepartments } = await stir(lab, chance(strike.seed, 'stir'), strike.seed);
  const run = await struck(lab, strike);
  if (strike.kind === 'terminate') {
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'RUN_STOPPED' } });
    return expectWhole(lab, await runImport(lab));
  }
  await expectWhole(lab, run);
  expect(run.counts.people.created).toBe(newPeople);
  expect(run.counts.departments.created).toBe(newDepartments);
}

/** When the run ended, or null. */
export async function endOf(lab: Lab, run: string): Promise<string | null> {
  return (await lab.api.get<RunView>(`/runs/${run}`)).endedAt;
}

async function struck(lab: Lab, strike: Strike): Promise<RunView> {
  const { laterMs, ...call } = strike.moment;
  const first = await holdCall(lab, call);
  const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
  await first.met(() => endOf(lab, run));
  let last = first;
  if (laterMs !== null) {
    // The work goes on to the verification and no further, so that it is struck on the way.
    last = await holdCall(lab, { side: 'authing', interface: '*-departments' });
    await first.letGo();
    await sleep(laterMs);
  }
  expect(await endOf(lab, run)).toBeNull();
  await strikes[strike.kind](lab, strike);
  await last.letGo();
  return watchRun(lab.api, run, 'en', () => undefined);
}

const strikes: Record<Strike['kind'], (lab: Lab, strike: Strike) => Promise<void>> = {
  async kill(lab, strike) {
    const it = chance(strike.seed, 'victims');
    const pids = await Promise.all(strike.victims.map((who) => pidsOf(lab, who, it.yes(0.5))));
    for (const pid of pids.flat()) process.kill(pid, 'SIGKILL');
  },
  async freeze(lab) {
    const pids = await pidsOf(lab, 'worker', true);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await withTemporal(lab, heartbeatLost);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
  },
  reset: (lab, { seed }) =>
    withTemporal(lab, async ({ workflow, workflowService }) => {
      const { events } = await workflow.getHandle(WORKFLOW).fetchHistory();
      const ends = (events ?? []).filter((it) => it.workflowTaskCompletedEventAttributes);
      await workflowService.resetWorkflowExecution({
        ...{ namespace: 'default', workflowExecution: { workflowId: WORKFLOW } },
        ...{ requestId: randomUUID(), reason: 'test' },
        workflowTaskFinishEventId: chance(seed, 'reset').of(ends).eventId ?? null,
      });
    }),
  terminate: (lab) =>
    withTemporal(lab, async ({ workflow }) => {
      await workflow.getHandle(WORKFLOW).terminate('by an operator');
    }),
};

/** A step of the import is tried again, because nobody has heard of the one before. */
async function heartbeatLost({ workflow }: Client): Promise<void> {
  for (;;) {
    const { raw } = await workflow.getHandle(WORKFLOW).describe();
    if (raw.pendingActivities?.some((it) => (it.attempt ?? 1) > 1)) return;
    await sleep(100);
  }
}

async function withTemporal<T>(lab: Lab, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: lab.temporalAddress });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Times of kills by process; who dies too often within a minute is given up by its keeper, as it should be. */
const killed = new Map<string, number[]>();
const KILLS_A_MINUTE = 4;

/** Living processes to be struck. @param all every worker, and not the first alone */
async function pidsOf(lab: Lab, victim: Victim, all: boolean): Promise<number[]> {
  const workers = all ? lab.workers : lab.workers.slice(0, 1);
  const engine = victim === 'database' ? 'mongo' : 'temporal';
  const looks =
    victim === 'worker'
      ? workers.map((it) => [it.name, () => it.pid] as const)
      : [[engine, () => lab.enginePid(engine)] as const];
  return Promise.all(looks.map(([name, look]) => living(`${lab.folder}/${name}`, look)));
}

async function living(name: string, look: () => number | undefined): Promise<number> {
  for (;;) {
    const times = (killed.get(name) ?? []).filter((at) => Date.now() - at < 61_000);
    const pid = look();
    if (pid !== undefined && times.length < KILLS_A_MINUTE && isAlive(pid)) {
      killed.set(name, [...times, Date.now()]);
      return pid;
    }
    await sleep(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
