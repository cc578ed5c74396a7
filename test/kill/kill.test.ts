/** Kill -9 of the worker, the database and Temporal in the middle of an import: it goes on, and ends equal. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../cli/views.ts';
import { watchRun } from '../../cli/watch.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { changeSource, connect, pictures } from '../world.ts';
import type { SourceState } from '../world.ts';

/** One kill of each kind by default; `npm run test:long` makes many, at other moments. */
const ROUNDS = process.env['ORGSYNC_LONG'] === '1' ? 12 : 1;

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    company: { people: 400, departments: 24, seed: 11 },
    limits: 'none',
    env: {
      ORGSYNC_REQUEST_TIMEOUT_SECONDS: '2',
      ORGSYNC_LONGEST_WRITE_SECONDS: '3',
      ORGSYNC_CLAIM_SECONDS: '6',
    },
  });
  // Slow enough that a kill falls into the middle: some 8 seconds for the first import.
  await connect(lab, { rates: { sourcePerSecond: 20, egressPerSecond: 400, targetPerSecond: 8 } });
});
afterAll(() => lab?.stop());

let name = 0;

/** Something to do for the next import: everybody gets another name, so that each round writes again. */
async function stir(): Promise<void> {
  const { companies } = await lab.control<SourceState>('/state/dingtalk');
  const people = companies[0]?.people ?? [];
  name++;
  const changes = people.slice(0, 300).map((it) => {
    return { do: 'changePerson', userid: it.userid, fields: { name: `第${name}轮${it.userid}` } };
  });
  await changeSource(lab, ...changes);
}

async function interrupted(afterMs: number, strike: () => Promise<void> | void): Promise<RunView> {
  const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
  await sleep(afterMs);
  expect((await lab.api.get<RunView>(`/runs/${run}`)).endedAt).toBeNull();
  await strike();
  return watchRun(lab.api, run, 'en', () => undefined);
}

async function expectWhole(run: RunView): Promise<void> {
  expect(run).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
  const { wanted, found } = await pictures(lab);
  expect(found).toEqual(wanted);
}

const kill = (pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void => {
  if (pid === undefined) throw new Error('nobody to kill');
  process.kill(pid, signal);
};

describe('an import that is struck in the middle', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const at = 1500 + ((round * 997) % 3000);

    it(`goes on when its worker was killed after ${at} ms`, { timeout: 120_000 }, async () => {
      if (round > 0) await stir();
      await expectWhole(await interrupted(at, () => kill(lab.workers[0]?.pid)));
    });

    it(`goes on when the database was killed after ${at} ms`, { timeout: 120_000 }, async () => {
      await stir();
      await expectWhole(await interrupted(at, () => kill(lab.enginePid('mongo'))));
    });

    it(`goes on when Temporal was killed after ${at} ms`, { timeout: 120_000 }, async () => {
      await stir();
      await expectWhole(await interrupted(at, () => kill(lab.enginePid('temporal'))));
    });

    it(`survives a worker that freezes for 12 s after ${at} ms`, { timeout: 120_000 }, async () => {
      await stir();
      const frozen = lab.workers[0]?.pid;
      const run = await interrupted(at, async () => {
        kill(frozen, 'SIGSTOP');
        await sleep(12_000);
        kill(frozen, 'SIGCONT');
      });
      await expectWhole(run);
    });
  }

  it('ends equal when an operator resets it in Temporal', { timeout: 120_000 }, async () => {
    await stir();
    const run = await interrupted(2000, async () => {
      const connection = await Connection.connect({ address: lab.temporalAddress });
      const { workflow, workflowService } = new Client({ connection });
      const workflowExecution = { workflowId: 'import/feihua' };
      const { events } = await workflow.getHandle(workflowExecution.workflowId).fetchHistory();
      // The end of the first workflow task: everything is done again, the first contact too.
      const end = events?.find((it) => it.workflowTaskCompletedEventAttributes)?.eventId;
      if (!end) throw new Error('nothing to go back to');
      await workflowService.resetWorkflowExecution({
        ...{ namespace: 'default', workflowExecution, requestId: randomUUID(), reason: 'test' },
        workflowTaskFinishEventId: end,
      });
      await connection.close();
    });
    await expectWhole(run);
  });

  it('starts when Temporal is back, if it was asked for while Temporal was away', async () => {
    await stir();
    kill(lab.enginePid('temporal'));
    const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
    await expectWhole(await watchRun(lab.api, run, 'en', () => undefined));
  }, 120_000);
});
