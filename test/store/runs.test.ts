/** Runs in the database: none is lost, none ends twice, each problem once with its tries. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ProblemError, problem } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { Run } from '../../model/run.ts';
import { guard } from '../../store/database.ts';
import { createFrontier } from '../../store/frontier.ts';
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

const run = (id: string, connection: string, startedAt: string): Run => ({
  ...{ id, connection, startedAt, workflowId: `import/${connection}`, trigger: 'manual' },
  ...{ scope: { kind: 'organization' }, status: 'queued', stage: 'waiting', endedAt: null },
  ...{ counts: emptyCounts(), complete: false, verified: false, failure: null },
  ...{ asked: null, pausedAt: null },
  calls: { source: 0, targetReads: 0, targetWrites: 0 },
});
const day = (n: number): string => `2026-01-0${n}T00:00:00.000Z`;

describe('a run', () => {
  it('is found from its first moment, newest first, by connection or over all', async () => {
    await runs.create(run('a1', 'a', day(1)));
    await runs.create(run('a2', 'a', day(3)));
    await runs.create({ ...run('a15', 'b', day(2)), trigger: 'retry' });
    const ids = async (...[filter, ...more]: Parameters<Runs['list']>) =>
      (await runs.list(filter, ...more)).map((it) => it.id);
    expect(await ids({ connection: 'a' }, 10)).toEqual(['a2', 'a1']);
    expect(await ids({}, 2)).toEqual(['a2', 'a15']);
    expect(await ids({}, 2, 'a15')).toEqual(['a1']);
    expect(await ids({ trigger: ['retry', 'event'] }, 9)).toEqual(['a15']);
    expect(await ids({ status: ['failed'] }, 9)).toEqual([]);
    expect(await ids({ status: ['queued'], connection: 'b' }, 9)).toEqual(['a15']);
    expect(await runs.get('a1')).toEqual(run('a1', 'a', day(1)));
    expect(await runs.get('none')).toBeNull();
    expect((await runs.unfinished('a')).at(-1)?.id).toBe('a2');
  });

  it('ends once: what comes later changes neither status nor stage', async () => {
    await runs.create(run('e1', 'e', day(1)));
    await runs.stage('e1', 'read', 'running');
    expect(await runs.get('e1')).toMatchObject({ stage: 'read', status: 'running' });
    await runs.end('e1', { status: 'succeeded', stage: 'done', verified: true });
    await runs.end('e1', { status: 'failed' });
    await runs.stage('e1', 'read', 'running');
    const ended = await runs.get('e1');
    expect(ended).toMatchObject({ status: 'succeeded', stage: 'done', verified: true });
    expect(Date.parse(ended?.endedAt ?? '')).toBeGreaterThan(0);
    expect(await runs.unfinished('e')).toEqual([]);
  });

  it('adds up the calls of its steps', async () => {
    await runs.create(run('c1', 'c', day(1)));
    const add = (n: number) => runs.addCalls('c1', { source: n, targetReads: 0, targetWrites: 1 });
    await Promise.all([1, 2, 3, 4].map(add));
    await runs.addCalls('c1', { source: 0 });
    expect((await runs.get('c1'))?.calls).toEqual({ source: 10, targetReads: 0, targetWrites: 4 });
  });
});

describe('problems of a run', () => {
  const object = { kind: 'person', id: 'u-1' } as const;

  it('are listed once each, with how often they were met', async () => {
    const taken = { problem: problem('DATA_PHONE_TAKEN', { object }), object };
    await runs.addProblems('p1', [taken]);
    await runs.addProblems('p1', [taken, { problem: problem('SOURCE_NOTHING_VISIBLE') }]);
    await runs.addProblems('p1', []);
    const found = await runs.problems('p1');
    expect(found.map((it) => [it.problem.code, it.tries, it.object?.id]).sort()).toEqual([
      ['DATA_PHONE_TAKEN', 2, 'u-1'],
      ['SOURCE_NOTHING_VISIBLE', 1, undefined],
    ]);
  });

  it('go away for the objects that were solved, and for no others', async () => {
    const about = (id: string) => {
      const other = { kind: 'person' as const, id };
      return { problem: problem('DATA_PHONE_TAKEN', { object: other }), object: other };
    };
    await runs.addProblems('p2', [about('u-1'), about('u-10'), about('u-1~')]);
    await runs.dropProblems('p2', [object]);
    const left = (await runs.problems('p2')).map((it) => it.object?.id);
    expect(left.sort()).toEqual(['u-10', 'u-1~']);
  });
});

describe('departments of a run', () => {
  it('are those of its newest generation, in the order of the walk, without the root', async () => {
    const frontier = createFrontier(desk.c);
    await runs.create(run('d1', 'd', day(1)));
    const entry = (position: number, id: string, parentId: string | null) => ({
      ...{ position, id, parentId, name: id, number: 1, depth: 1, pages: 0, cursor: 0 },
      ...{ membersDone: false, people: 0, retries: 0, ms: 0 },
    });
    await frontier.open('d1', 'first');
    await frontier.enqueue('d1', 1, 0, [entry(0, '1', null), entry(1, 'old', '1')]);
    await frontier.advance('d1', 1, 'departments', 0, { tail: 2 });
    await frontier.open('d1', 'second');
    const all = [entry(0, '1', null), entry(1, 'x', '1'), entry(2, 'y', '1'), entry(3, 'z', '1')];
    await frontier.enqueue('d1', 2, 0, all);
    await frontier.advance('d1', 2, 'departments', 0, { tail: 3 });
    const at = { position: 1, page: 0, fence: 0 };
    await frontier.commitPage('d1', 2, at, Buffer.from('x'), { pages: 1, people: 5 });
    const end = { position: 2, page: 0, fence: 0 };
    await frontier.commitPage('d1', 2, end, Buffer.from('x'), { pages: 1, membersDone: true });
    expect((await runs.departments('d1')).map((it) => [it.id, it.status, it.people.read])).toEqual([
      ['x', 'reading', 5],
      ['y', 'read', 0],
    ]);
    await runs.end('d1', { status: 'succeeded' });
    expect((await runs.departments('d1'))[1]?.status).toBe('done');
    expect(await runs.departments('none')).toEqual([]);
  });
});

describe('a failure of the database', () => {
  it('is transient, and its words quote no document', async () => {
    // The server's message names the value that is there twice.
    const twice = { ...run('x', 'canary', day(1)), _id: 'canary' };
    await desk.c.runs.insertOne(twice);
    const work = () => desk.c.runs.insertOne(twice);
    await expect(work()).rejects.toThrow('canary');
    const error: unknown = await guard(work).catch((it: unknown) => it);
    expect(error).toMatchObject({ problem: { code: 'STORE_UNAVAILABLE', kind: 'transient' } });
    expect(JSON.stringify((error as ProblemError).problem)).not.toContain('canary');
  });

  it('is nothing that our own errors are mistaken for', async () => {
    const own = new ProblemError(problem('RUN_SUPERSEDED'));
    await expect(guard(() => Promise.reject(own))).rejects.toBe(own);
    const bug = new TypeError('x');
    await expect(guard(() => Promise.reject(bug))).rejects.toBe(bug);
  });
});
