/** The frontier: one generation writes, attempts of the same generation do not overrun each other. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFrontier } from '../../store/frontier.ts';
import type { Frontier } from '../../store/frontier.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
let frontier: Frontier;

beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
  frontier = createFrontier(desk.c);
});
afterAll(() => desk.close());

const entry = (position: number, id: string) => ({
  ...{ position, id, parentId: '1', name: id, number: 1, depth: 1 },
  ...{ pages: 0, cursor: 0, membersDone: false, people: 0, retries: 0, ms: 0 },
});

const at = (run: string, generation = 1) => ({ run, generation });

describe('an attempt that was given up and still writes', () => {
  it('cannot put a department back to where it was before it was read', async () => {
    await frontier.open('z1', 'only');
    const late = await frontier.enter('z1', 1, 'departments');
    const next = await frontier.enter('z1', 1, 'departments');
    await frontier.enqueue('z1', 1, next.fence, [entry(0, 'a'), entry(1, 'b')]);
    await frontier.commitPage('z1', 1, { position: 0, page: 0, fence: 1 }, Buffer.from('x'), {
      pages: 1,
      membersDone: true,
    });
    const overwriting = frontier.enqueue('z1', 1, late.fence, [entry(0, 'other')]);
    await expect(overwriting).rejects.toMatchObject({ problem: { code: 'RUN_SUPERSEDED' } });
    const [first] = await frontier.departments(at('z1'), 0, 1);
    expect(first).toMatchObject({ id: 'a', pages: 1, membersDone: true });
    const moving = frontier.advance('z1', 1, 'departments', 0, { head: 6 }, late.fence);
    await expect(moving).rejects.toMatchObject({ problem: { code: 'RUN_SUPERSEDED' } });
    expect(await frontier.advance('z1', 1, 'departments', 0, { head: 1 }, next.fence)).toBe(true);
  });

  it('cannot replace a page that a newer attempt has read', async () => {
    await frontier.open('z2', 'only');
    await frontier.enqueue('z2', 1, 1, [entry(0, 'a')]);
    const page = (fence: number, text: string) =>
      frontier.commitPage('z2', 1, { position: 0, page: 0, fence }, Buffer.from(text), {
        pages: 1,
      });
    expect(await page(2, 'newer')).toBe(true);
    await expect(page(1, 'late')).rejects.toMatchObject({ problem: { code: 'RUN_SUPERSEDED' } });
    const [kept] = await frontier.pages(at('z2'), [{ position: 0, page: 0 }]);
    expect(kept?.sealed.toString()).toBe('newer');
  });

  it('cannot set lanes back that have moved, when it opens the run late', async () => {
    await desk.c.lanes.insertOne({
      ...{ _id: 'z3/generation', run: 'z3@only', generation: 1, head: 0, tail: 0 },
      ...{ done: false, deferred: [], page: 0, fence: 0 },
    });
    // The process was killed between taking the run over and making its lanes: the next attempt makes them.
    expect(await frontier.open('z3', 'only')).toBe(1);
    await frontier.advance('z3', 1, 'members', 0, { head: 4 });
    expect(await frontier.open('z3', 'only')).toBe(1);
    expect((await frontier.lane('z3', 1, 'members')).head).toBe(4);
  });

  it('cannot take a run back from the execution that came after its own', async () => {
    expect(await frontier.open('z5', 'first', 100)).toBe(1);
    expect(await frontier.open('z5', 'reset', 200)).toBe(2);
    const back = frontier.open('z5', 'first', 100);
    await expect(back).rejects.toMatchObject({ problem: { code: 'RUN_SUPERSEDED' } });
    expect(await frontier.open('z5', 'reset', 200)).toBe(2);
    expect(await frontier.open('z5', 'third', 300)).toBe(3);
  });

  it('shares a generation with nobody: two executions that open at once get two', async () => {
    const opened = await Promise.all(['a', 'b', 'c'].map((it) => frontier.open('z4', it)));
    expect([...opened].sort()).toEqual([1, 2, 3]);
  });
});

describe('a frontier', () => {
  it('keeps its generation for the same execution, and gives a new one to another', async () => {
    expect(await frontier.open('r1', 'first')).toBe(1);
    await frontier.advance('r1', 1, 'departments', 0, { head: 0, tail: 3 });
    expect(await frontier.open('r1', 'first')).toBe(1);
    expect((await frontier.lane('r1', 1, 'departments')).tail).toBe(3);
    expect(await frontier.open('r1', 'second')).toBe(2);
    expect((await frontier.lane('r1', 2, 'departments')).tail).toBe(0);
  });

  it('refuses every write of an older generation', async () => {
    await frontier.open('r2', 'first');
    await frontier.enqueue('r2', 1, 1, [entry(0, 'a')]);
    await frontier.open('r2', 'second');
    const superseded = { problem: { code: 'RUN_SUPERSEDED' } };
    await expect(frontier.lane('r2', 1, 'members')).rejects.toMatchObject(superseded);
    await expect(frontier.advance('r2', 1, 'members', 0, { head: 1 })).rejects.toMatchObject(
      superseded,
    );
    const page = frontier.commitPage(
      'r2',
      1,
      { position: 0, page: 0, fence: 1 },
      Buffer.from('x'),
      {
        pages: 1,
      },
    );
    await expect(page).rejects.toMatchObject(superseded);
  });

  it('lets one of two attempts move a lane', async () => {
    await frontier.open('r3', 'only');
    const moves = [1, 2].map((head) => frontier.advance('r3', 1, 'members', 0, { head }));
    expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
  });

  it('lets one of two attempts commit a page, and keeps the bytes of a page together with its cursor', async () => {
    await frontier.open('r4', 'only');
    await frontier.enqueue('r4', 1, 1, [entry(0, 'a')]);
    const commit = (cursor: number) =>
      frontier.commitPage('r4', 1, { position: 0, page: 0, fence: 1 }, Buffer.from('sealed'), {
        pages: 1,
        cursor,
      });
    expect((await Promise.all([commit(10), commit(20)])).filter(Boolean)).toHaveLength(1);
    const [department] = await frontier.departments({ run: 'r4', generation: 1 }, 0, 1);
    expect(department?.pages).toBe(1);
    const places = [0, 1, 2].map((page) => ({ position: 0, page }));
    const pages = await frontier.pages({ run: 'r4', generation: 1 }, places);
    expect(pages).toMatchObject([{ position: 0, page: 0, applied: false }]);
    await frontier.markApplied('r4', 1, pages);
    expect((await frontier.pages({ run: 'r4', generation: 1 }, places))[0]?.applied).toBe(true);
  });

  it('knows where a department stands, and nothing of other runs', async () => {
    await frontier.open('r5', 'only');
    await frontier.enqueue('r5', 1, 1, [entry(0, 'a'), entry(1, 'b')]);
    expect(await frontier.positions('r5', 1, ['b', 'z'])).toEqual(new Map([['b', 1]]));
    expect(await frontier.positions('r4', 1, ['b'])).toEqual(new Map());
  });
});
