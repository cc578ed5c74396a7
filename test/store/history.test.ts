/** What a run did to departments stays as it was at its end; old runs go, first what they staged. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { problem } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { Link } from '../../model/link.ts';
import { createFrontier } from '../../store/frontier.ts';
import { forgetOld } from '../../store/history.ts';
import { createRuns } from '../../store/runs.ts';
import type { Runs } from '../../store/runs.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
let runs: Runs;
beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
  runs = createRuns(desk.c);
});
afterAll(() => desk.close());

async function addRun(id: string): Promise<void> {
  await runs.create({
    ...{ id, workflowId: 'import/a', connection: 'a', trigger: 'manual', status: 'running' },
    ...{
      scope: { kind: 'organization' },
      stage: 'apply',
      endedAt: null,
      complete: false,
      verified: false,
    },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', counts: emptyCounts(), failure: null },
    ...{ calls: { source: 0, targetReads: 0, targetWrites: 0 }, asked: null, pausedAt: null },
  });
}

/** A run with so many departments, two people in the second of them. */
async function walked(id: string, departments: number): Promise<void> {
  await addRun(id);
  const frontier = createFrontier(desk.c);
  await frontier.open(id, 'first');
  const all = Array.from({ length: departments + 1 }, (_, position) => ({
    ...{
      position,
      id: `d${position}`,
      parentId: position === 0 ? null : 'd0',
      name: `D${position}`,
    },
    ...{
      number: 1,
      depth: 1,
      pages: 1,
      cursor: 0,
      membersDone: true,
      people: 2,
      retries: 0,
      ms: 0,
    },
  }));
  await frontier.enqueue(id, 1, 0, all);
  await frontier.advance(id, 1, 'departments', 0, { tail: departments + 1, done: true });
  const at = { position: 1, page: 0, fence: 0 };
  await frontier.commitPage(id, 1, at, Buffer.from('sealed'), {});
}

const marked = (person: string, run: string, outcome: string): Link =>
  ({
    ...{
      _id: `a/p/${person}`,
      connection: 'a',
      kind: 'person',
      sourceId: person,
      state: 'present',
    },
    run: { id: run, outcome, department: 'd1', page: '' },
  }) as Link;

describe('departments of a run that has ended', () => {
  it('stay as they were, though the next run marks the people anew and the frontier is swept', async () => {
    await walked('h1', 1200);
    await desk.c.links.insertMany([marked('x', 'h1', 'created'), marked('y', 'h1', 'unchanged')]);
    await runs.end('h1', { status: 'succeeded', stage: 'done' });
    const expected = { read: 2, written: 2, changed: 1, failed: 0 };
    const check = async () => {
      const found = await runs.departments('h1');
      expect(found.map((it) => it.id)).toEqual(Array.from({ length: 1200 }, (_, n) => `d${n + 1}`));
      expect(found[0]).toEqual({ id: 'd1', name: 'D1', status: 'done', people: expected });
    };
    await check();
    await desk.c.links.updateMany({ connection: 'a' }, { $set: { 'run.id': 'h2' } });
    await desk.c.queue.deleteMany({});
    await desk.c.lanes.deleteMany({});
    await check();
    // A second end changes nothing of it.
    await runs.end('h1', { status: 'failed' });
    await check();
  });

  it('are counted anew when an operator has reset the run', async () => {
    await walked('h3', 2);
    await runs.end('h3', { status: 'failed' }, 1_000);
    expect((await runs.departments('h3'))[0]?.people.written).toBe(0);
    await runs.standing('h3', 2_000);
    await desk.c.links.updateMany({ connection: 'a' }, { $set: { 'run.id': 'h3' } });
    expect((await runs.departments('h3'))[0]?.people.written).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await runs.end('h3', { status: 'succeeded' }, 3_000);
    expect((await runs.departments('h3'))[0]?.people.written).toBe(2);
  });
});

describe('an old run', () => {
  const day = (n: number): Date => new Date(Date.UTC(2026, 5, n));
  const endedAt = async (id: string, n: number): Promise<void> => {
    const change = { $set: { endedAt: day(n).toISOString() } };
    await desk.c.runs.updateOne({ _id: id }, change);
    await desk.c.summaries.updateOne({ _id: id }, change);
  };
  const stagedOf = async (id: string): Promise<number> => {
    const range = { _id: { $gte: `${id}/`, $lt: `${id}0` } };
    const { pages, queue, seen, lanes } = desk.c;
    const all = [pages, queue, seen, lanes].map((it) =>
      (it as unknown as typeof pages).countDocuments(range),
    );
    return (await Promise.all(all)).reduce((sum, n) => sum + n, 0);
  };

  it('loses what it staged after a week, and goes after its time; others stay whole', async () => {
    for (const id of ['o1', 'o10', 'o2', 'o3']) await walked(id, 3);
    for (const id of ['o1', 'o10', 'o2']) await runs.end(id, { status: 'failed' });
    const object = { kind: 'person', id: 'p' } as const;
    const gone = [{ problem: problem('DATA_PHONE_TAKEN', { object }), object }];
    for (const id of ['o1', 'o10']) await runs.addProblems(id, gone);
    await endedAt('o1', 1);
    await endedAt('o10', 20);
    await endedAt('o2', 29);
    const bounds = { runsBefore: day(10), stagedBefore: day(25) };
    expect(await forgetOld(desk.c, bounds)).toEqual({ forgotten: 1, swept: 1 });
    expect(await forgetOld(desk.c, bounds)).toEqual({ forgotten: 0, swept: 0 });
    expect(await runs.get('o1')).toBeNull();
    expect([await runs.departments('o1'), await runs.problems('o1')]).toEqual([[], []]);
    expect(await desk.c.summaries.countDocuments({ _id: /^o1(\/|$)/ })).toBe(0);
    // Ids of others begin alike.
    expect(await runs.problemCount('o10')).toBe(1);
    expect((await runs.departments('o10')).length).toBe(3);
    expect([await stagedOf('o1'), await stagedOf('o10')]).toEqual([0, 0]);
    expect(await stagedOf('o2')).toBeGreaterThan(5);
    // One that has not ended is never old.
    expect(await stagedOf('o3')).toBeGreaterThan(5);
    expect(Object.keys((await runs.get('o10')) ?? {})).not.toContain('swept');
  });
});

describe('an old event', () => {
  it('goes after the same time; one that still waits never does', async () => {
    const facts = { connection: 'a', type: 't', known: true, way: 'list' as const, objects: [] };
    const row = { ...facts, happenedAt: null, open: [], appliedAt: null, problem: null };
    const day = (n: number): Date => new Date(Date.UTC(2026, 5, n));
    for (const n of [1, 20]) {
      const at = { _id: `a/e${n}`, receivedAt: day(n) };
      await desk.c.events.insertOne({ ...row, ...at, outcome: 'applied' });
      const wait = { until: day(1), token: '', tries: 0 };
      await desk.c.inbox.insertOne({ ...facts, ...at, ...wait, happenedAt: null });
    }
    await forgetOld(desk.c, { runsBefore: day(10), stagedBefore: day(25) });
    expect((await desk.c.events.find({}).toArray()).map((it) => it._id)).toEqual(['a/e20']);
    expect(await desk.c.inbox.countDocuments({})).toBe(2);
  });
});
