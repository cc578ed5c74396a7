/** Pause, resume and cancel, ours and Temporal's own: calls stop, nothing is done twice, the history tells the truth. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startImport } from '../../api/start-import.ts';
import type { Run } from '../../model/run.ts';
import { progress } from '../../workflows/messages.ts';
import { changeSource, pictures } from '../world.ts';
import type { SourceState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk, StartedWorkers } from './desk.ts';

const WORKFLOW = 'import/feihua';
const DEPARTMENTS = 12;
let desk: Desk;
let workers: StartedWorkers;

beforeAll(async () => {
  desk = await openDesk({
    mongoUri: inject('mongoUri'),
    generator: { people: 150, departments: DEPARTMENTS, seed: 5 },
    // Slow enough that what is asked falls into the midst: some three seconds.
    rates: { sourcePerSecond: 12, egressPerSecond: 0, targetPerSecond: 8 },
  });
  workers = await desk.work();
});
afterAll(() => desk?.stop());
// A test that failed leaves its run behind; the next one begins without it.
afterEach(() =>
  desk.client.workflow
    .getHandle(WORKFLOW)
    .terminate()
    .catch(() => undefined),
);

async function people(): Promise<string[]> {
  const { companies } = await desk.control<SourceState>('/state/dingtalk');
  return (companies[0]?.people ?? []).map((it) => it.userid);
}

/** Everybody gets another name, so that the next import has something to write. */
async function stir(name: string): Promise<void> {
  const changes = (await people()).map((userid) => {
    return { do: 'changePerson', userid, fields: { name: `${name}${userid}` } };
  });
  await changeSource(desk, ...changes);
}

async function namedNow(name: string): Promise<number> {
  const { found } = await pictures(desk);
  return Object.values(found.people).filter((it) => it.fields['name']?.startsWith(name)).length;
}

async function expectWhole(run: Run): Promise<void> {
  expect(run).toMatchObject({ status: 'succeeded', verified: true, failure: null, pausedAt: null });
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
}

const claims = (): Promise<number> => desk.c.links.countDocuments({ claim: { $ne: null } });

const workflowStatus = (): Promise<string | null> =>
  desk.client.workflow
    .getHandle(WORKFLOW)
    .describe()
    .then(
      (it) => it.status.name,
      () => null,
    );

describe('a run that is paused', { timeout: 120_000 }, () => {
  it('makes no call after two seconds, survives restarts, and ends equal with nobody twice', async () => {
    const run = await desk.started();
    await desk.steer(run, 'pause');
    const asked = Date.now();
    const paused = await desk.until(run, 'paused');
    expect(Date.parse(paused.pausedAt ?? '')).toBeGreaterThan(asked - 5000);
    await workers.stop();
    process.kill(desk.temporalPid(), 'SIGKILL');
    await expect.poll(workflowStatus, { timeout: 30_000 }).toBe('RUNNING');
    workers = await desk.work();
    expect(await desk.until(run, 'paused')).toEqual(paused);
    expect((await desk.calls()).filter((it) => it.time > asked + 2000)).toEqual([]);
    await desk.steer(run, 'resume');
    await expectWhole(await desk.ended(run));
    const made = (await desk.calls()).filter((it) => it.interface === 'create-department');
    expect(made).toHaveLength(DEPARTMENTS);
  });

  it('lets single objects through, can be cancelled while it waits, and is then past steering', async () => {
    await stir('甲');
    const run = await desk.started(1);
    await desk.steer(run, 'pause');
    await desk.until(run, 'paused');
    const [person = '?'] = await people();
    await changeSource(desk, { do: 'changePerson', userid: person, fields: { name: '插队' } });
    await desk.sync('person', person);
    expect(await namedNow('插队')).toBe(1);
    await desk.steer(run, 'cancel');
    await desk.until(run, 'cancelled');
    expect(await claims()).toBe(0);
    const again = desk.steer(run, 'resume');
    await expect(again).rejects.toMatchObject({ problem: { code: 'RUN_ENDED' } });
  });
});

describe('a run that is cancelled', { timeout: 120_000 }, () => {
  it('ends with counts that are true and with its claims given back', async () => {
    await stir('丙');
    const run = await desk.started(1);
    await desk.steer(run, 'cancel');
    const ended = await desk.until(run, 'cancelled');
    expect(ended.counts.people.updated).toBe(await namedNow('丙'));
    expect(ended.counts.people.updated).toBeLessThan(150);
    expect(await claims()).toBe(0);
    await expect.poll(workflowStatus).toBe('CANCELLED');
    await expectWhole(await desk.ended(await desk.started(0)));
  });

  it('never starts when it was still queued because Temporal was away', async () => {
    process.kill(desk.temporalPid(), 'SIGKILL');
    const { id } = await startImport(desk.parts, 'feihua', {
      trigger: 'manual',
      scope: { kind: 'organization' },
    });
    await desk.steer(id, 'cancel');
    const ended = await desk.until(id, 'cancelled');
    expect(ended.calls).toEqual({ source: 0, targetReads: 0, targetWrites: 0 });
  });
});

describe('what an operator does in Temporal', { timeout: 120_000 }, () => {
  it('shows: a cancelled workflow is a cancelled run', async () => {
    await stir('丁');
    const run = await desk.started(1);
    await desk.client.workflow.getHandle(WORKFLOW).cancel();
    const ended = await desk.until(run, 'cancelled');
    expect(ended.counts.people.updated).toBe(await namedNow('丁'));
    expect(await claims()).toBe(0);
  });

  it('shows: a terminated workflow is a failed run, and ends equal when it is reset', async () => {
    await stir('戊');
    const run = await desk.started(1);
    const handle = desk.client.workflow.getHandle(WORKFLOW);
    await handle.terminate('by an operator');
    expect(await desk.until(run, 'failed')).toMatchObject({ failure: { code: 'RUN_STOPPED' } });
    const { events } = await handle.fetchHistory();
    const end = events?.find((it) => it.workflowTaskCompletedEventAttributes)?.eventId;
    await desk.client.workflowService.resetWorkflowExecution({
      ...{ namespace: 'default', workflowExecution: { workflowId: WORKFLOW } },
      ...{ requestId: randomUUID(), reason: 'test', workflowTaskFinishEventId: end ?? null },
    });
    const status = async () => (await desk.parts.runs.get(run))?.status;
    await expect.poll(status, { timeout: 30_000 }).not.toBe('failed');
    await expectWhole(await desk.ended(run));
  });
});

/** Executions of one run, oldest first, as Temporal lists them. */
async function executionsOf(run: string) {
  const found = [];
  for await (const it of desk.client.workflow.list({ query: `WorkflowId = '${WORKFLOW}'` })) {
    if (it.memo?.['run'] === run) found.push(it);
  }
  return found.reverse();
}

describe('a history that is continued as new', { timeout: 120_000 }, () => {
  it('goes on in the midst of all lanes, under the same run, without walking again', async () => {
    await stir('己');
    desk.parts.continueAfterEvents = 16;
    const run = await desk.started(1);
    const handle = desk.client.workflow.getHandle(WORKFLOW);
    const asked = async () => (await executionsOf(run)).length;
    await expect.poll(asked, { timeout: 30_000 }).toBeGreaterThan(1);
    const carried = await handle.query(progress);
    expect(carried).toMatchObject({ run, stage: 'apply', paused: false });
    expect(carried.departmentsRead).toBeGreaterThan(0);
    await expectWhole(await desk.ended(run));
    const again = async () => (await executionsOf(run)).map((it) => it.status.name);
    await expect.poll(async () => (await again()).at(-1)).toBe('COMPLETED');
    const before = (await again()).slice(0, -1);
    expect(new Set(before)).toEqual(new Set(['CONTINUED_AS_NEW']));
    const walk = (await desk.calls()).filter((it) => it.interface.endsWith('listsub'));
    // What was cut off in the midst of a call is asked once more, not the whole tree.
    expect(walk.length).toBeLessThan(2 * DEPARTMENTS);
  });
});
