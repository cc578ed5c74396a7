/** Pause, resume and cancel, ours and Temporal's own: calls stop, nothing is done twice, the history tells the truth. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { retry } from '../../api/retry.ts';
import { startImport } from '../../api/start-import.ts';
import type { Run } from '../../model/run.ts';
import { progress } from '../../workflows/messages.ts';
import { changeSource, clearFaults, holdCall, pictures } from '../world.ts';
import type { SourceState } from '../world.ts';
import { anotherBuild } from './builds.ts';
import { openDesk } from './desk.ts';
import type { Desk, StartedWorkers } from './desk.ts';

const WORKFLOW = 'import/feihua';
const PEOPLE = 240;
const DEPARTMENTS = 24;
/** Not all departments can be read, so that a run can neither end nor write everybody. */
const MIDST = { side: 'dingtalk', interface: 'user/list', skip: 16 };
let desk: Desk;
let workers: StartedWorkers;

beforeAll(async () => {
  desk = await openDesk({
    mongoUri: inject('mongoUri'),
    generator: { people: PEOPLE, departments: DEPARTMENTS, seed: 5 },
    rates: { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 },
  });
  workers = await desk.work();
});
afterAll(() => desk?.stop());
// A test that failed leaves its run behind; the next one begins without it.
afterEach(async () => {
  await clearFaults(desk);
  await desk.client.workflow
    .getHandle(WORKFLOW)
    .terminate()
    .catch(() => undefined);
});

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

/** Generous: how long something takes is not what is tested. */
const PATIENT = { timeout: 60_000 };

/** Temporal is away for the one who starts a run. */
const away = {
  workflow: { start: () => Promise.reject(new Error('14 UNAVAILABLE')) },
} as unknown as Desk['client'];

async function queued(): Promise<string> {
  await desk.control('/log', { method: 'DELETE' });
  const asked = { trigger: 'manual' as const, scope: { kind: 'organization' as const } };
  return (await startImport({ ...desk.parts, client: away }, 'feihua', asked)).id;
}

describe('a run that is paused', { timeout: 240_000 }, () => {
  it('makes no call, survives restarts of workers and Temporal, and ends equal with nobody twice', async () => {
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    await desk.steer(run, 'pause');
    await desk.until(run, 'paused');
    await held.letGo();
    await workers.stop();
    // Only now the call that was held is counted too.
    const paused = await desk.until(run, 'paused');
    expect(Date.parse(paused.pausedAt ?? '')).toBeGreaterThan(Date.parse(paused.startedAt));
    const before = (await desk.calls()).length;
    process.kill(desk.temporalPid(), 'SIGKILL');
    await expect.poll(workflowStatus, PATIENT).toBe('RUNNING');
    workers = await desk.work();
    expect(await desk.until(run, 'paused')).toEqual(paused);
    expect(await desk.calls()).toHaveLength(before);
    await desk.steer(run, 'resume');
    await expectWhole(await desk.ended(run));
    const made = (await desk.calls()).filter((it) => it.interface === 'create-department');
    expect(made.filter((it) => it.wrote)).toHaveLength(DEPARTMENTS);
  });

  it('lets single objects through, can be cancelled while it waits, and is then past steering', async () => {
    await stir('甲');
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    await desk.steer(run, 'pause');
    await desk.until(run, 'paused');
    await held.letGo();
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

  it('was still queued: it starts, waits without a call, and goes on when it is let', async () => {
    await stir('乙');
    const run = await queued();
    await desk.steer(run, 'pause');
    await desk.until(run, 'paused');
    expect(await desk.calls()).toEqual([]);
    await desk.steer(run, 'resume');
    await expectWhole(await desk.ended(run));
  });
});

describe('a run that is cancelled', { timeout: 240_000 }, () => {
  it('ends with counts that are true and with its claims given back', async () => {
    await stir('丙');
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    await expect.poll(() => namedNow('丙'), PATIENT).toBeGreaterThan(0);
    await desk.steer(run, 'cancel');
    const ended = await desk.until(run, 'cancelled');
    await held.letGo();
    expect(ended.counts.people.updated).toBe(await namedNow('丙'));
    expect(ended.counts.people.updated).toBeLessThan(PEOPLE);
    expect(await claims()).toBe(0);
    await expect.poll(workflowStatus, PATIENT).toBe('CANCELLED');
    await expectWhole(await desk.ended(await desk.start()));
  });

  it('never starts when it was still queued because Temporal was away', async () => {
    const run = await queued();
    await desk.steer(run, 'cancel');
    const ended = await desk.until(run, 'cancelled');
    expect(ended.calls).toEqual({ source: 0, targetReads: 0, targetWrites: 0 });
    expect(await desk.calls()).toEqual([]);
  });
});

describe('what an operator does in Temporal', { timeout: 240_000 }, () => {
  it('shows: a cancelled workflow is a cancelled run', async () => {
    await stir('丁');
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    await desk.client.workflow.getHandle(WORKFLOW).cancel();
    const ended = await desk.until(run, 'cancelled');
    await held.letGo();
    expect(ended.counts.people.updated).toBe(await namedNow('丁'));
    expect(await claims()).toBe(0);
  });

  it('shows: a terminated workflow is a failed run, and ends equal when it is reset', async () => {
    await stir('戊');
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    const handle = desk.client.workflow.getHandle(WORKFLOW);
    await handle.terminate('by an operator');
    expect(await desk.until(run, 'failed')).toMatchObject({ failure: { code: 'RUN_STOPPED' } });
    await held.letGo();
    const { events } = await handle.fetchHistory();
    const end = events?.find((it) => it.workflowTaskCompletedEventAttributes)?.eventId;
    await desk.client.workflowService.resetWorkflowExecution({
      ...{ namespace: 'default', workflowExecution: { workflowId: WORKFLOW } },
      ...{ requestId: randomUUID(), reason: 'test', workflowTaskFinishEventId: end ?? null },
    });
    const status = async () => (await desk.parts.runs.get(run))?.status;
    await expect.poll(status, PATIENT).not.toBe('failed');
    await expectWhole(await desk.ended(run));
  });
});

describe('a retry', { timeout: 120_000 }, () => {
  it('is a run of its own that points to the run it retries, and ends by what became of its objects', async () => {
    const { companies } = await desk.control<SourceState>('/state/dingtalk');
    const mobile = companies[0]?.people.find((it) => it.mobile)?.mobile;
    await changeSource(desk, {
      ...{
        do: 'addPerson',
        userid: 'twin',
        name: 'twin',
        departments: [1],
        mobile,
        email: 'twin@example.com',
      },
    });
    const first = await desk.ended(await desk.start());
    expect(first).toMatchObject({ status: 'partly_succeeded' });
    const tried = await retry(desk.parts, first, 'test');
    expect(tried.objects.map((it) => it.id)).toEqual(['twin']);
    const still = await desk.ended(tried.run ?? '');
    expect(still).toMatchObject({ status: 'partly_succeeded', trigger: 'retry', by: 'test' });
    expect(still).toMatchObject({ retries: first.id, counts: { people: { read: 1, failed: 1 } } });
    await changeSource(desk, {
      ...{ do: 'changePerson', userid: 'twin', fields: { mobile: '13800008888' } },
    });
    const again = await retry(desk.parts, still, 'test');
    const ended = await desk.ended(again.run ?? '');
    expect(ended).toMatchObject({ status: 'succeeded', retries: still.id });
    const { wanted, found } = await pictures(desk);
    expect(found).toEqual(wanted);
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

describe('a history that is continued as new', { timeout: 240_000 }, () => {
  it('goes on in the midst of all lanes, under the same run, without walking again', async () => {
    await stir('己');
    desk.parts.continueAfterEvents = 16;
    const held = await desk.startedUpTo(MIDST);
    const { run } = held;
    const handle = desk.client.workflow.getHandle(WORKFLOW);
    const asked = async () => (await executionsOf(run)).length;
    await expect.poll(asked, PATIENT).toBeGreaterThan(1);
    await expect.poll(() => desk.parts.runs.treeKnown(run), PATIENT).toBe(true);
    expect(await handle.query(progress)).toMatchObject({ run, stage: 'apply', paused: false });
    await desk.control('/log', { method: 'DELETE' });
    await held.letGo();
    await expectWhole(await desk.ended(run));
    const walk = (await desk.calls()).filter((it) => it.interface.endsWith('listsub'));
    expect(walk).toEqual([]);
    const ends = async () => (await executionsOf(run)).map((it) => it.status.name);
    await expect.poll(async () => (await ends()).at(-1), PATIENT).toBe('COMPLETED');
    expect(new Set((await ends()).slice(0, -1))).toEqual(new Set(['CONTINUED_AS_NEW']));
  });

  it('is so at sixty events, not before, and as often as it takes', async () => {
    await stir('庚');
    desk.parts.continueAfterEvents = 60;
    const run = await desk.start();
    await expectWhole(await desk.ended(run));
    const ends = async () => (await executionsOf(run)).map((it) => it.status.name);
    await expect.poll(async () => (await ends()).at(-1), PATIENT).toBe('COMPLETED');
    const lengths = (await executionsOf(run)).map((it) => it.historyLength);
    expect(lengths.length).toBeGreaterThan(1);
    for (const length of lengths.slice(0, -1)) expect(length).toBeGreaterThanOrEqual(60);
  });
});

/** The builds that took the workflow's decisions, in order. */
async function buildsOf(): Promise<string[]> {
  const { events } = await desk.client.workflow.getHandle(WORKFLOW).fetchHistory();
  const builds = (events ?? []).flatMap((it) => {
    const by = it.workflowTaskCompletedEventAttributes;
    return by ? [by.workerVersion?.buildId ?? by.binaryChecksum ?? '?'] : [];
  });
  return builds.filter((it, at) => it !== builds[at - 1]);
}

describe('a rolling upgrade while a run is under way', { timeout: 240_000 }, () => {
  it('ends equal, forwards and back again, with both builds side by side in between', async () => {
    await stir('辛');
    desk.parts.continueAfterEvents = 4000;
    const build = anotherBuild();
    try {
      const first = await desk.startedUpTo(MIDST);
      const second = await desk.work(build.workflowsPath);
      const writes = { side: 'authing', interface: 'update-user*', skip: 2 };
      const later = await holdCall(desk, writes);
      await first.letGo();
      await workers.stop();
      await later.met(async () => (await desk.parts.runs.get(first.run))?.endedAt ?? null);
      workers = await desk.work();
      await later.letGo();
      await second.stop();
      await expectWhole(await desk.ended(first.run));
      const builds = await buildsOf();
      expect(builds.length).toBeGreaterThan(1);
    } finally {
      rmSync(build.folder, { recursive: true, force: true });
    }
  });
});
