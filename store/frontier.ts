/** The frontier of a run: which departments are known, read and applied, and the staged pages of people. */
import { Binary } from 'mongodb';
import { ProblemError, problem } from '../model/problem.ts';
import type { Collections, Lane, LaneName, QueuedDepartment } from './documents.ts';
import { guard } from './database.ts';

/** Sealed bytes of a page of people and whether it was applied. */
export interface Page {
  position: number;
  page: number;
  sealed: Buffer;
  applied: boolean;
}

const pad = (n: number): string => String(n).padStart(7, '0');
const laneId = (run: string, lane: LaneName): string => `${run}/${lane}`;
// Every generation has documents of its own: what an older one still writes cannot be taken for newer reads.
const queueId = (at: Walk, position: number): string =>
  `${at.run}/${pad(at.generation)}/${pad(position)}`;
const pageId = (at: Walk, position: number, page: number): string =>
  `${queueId(at, position)}/${pad(page)}`;
const seenId = (at: Walk, id: string): string => `${at.run}/${pad(at.generation)}/${id}`;

/** A run as one Temporal execution walks it. */
export interface Walk {
  run: string;
  generation: number;
}

export interface Frontier {
  /**
   * Takes the run over for one Temporal execution. A new execution is a new generation: it starts
   * reading again, and writes of older generations are refused with RUN_SUPERSEDED.
   */
  open(run: string, execution: string): Promise<number>;
  lane(run: string, generation: number, lane: LaneName): Promise<Lane>;
  /** False when another attempt of the same generation has moved on; then the lane is read again. */
  advance(
    run: string,
    generation: number,
    lane: LaneName,
    from: number,
    to: Partial<Lane>,
  ): Promise<boolean>;
  departments(at: Walk, from: number, to: number): Promise<QueuedDepartment[]>;
  /** Positions of departments that are queued already, by id. */
  positions(run: string, generation: number, ids: string[]): Promise<Map<string, number>>;
  /** Writes departments at their positions; they count once the lane's tail has passed them. */
  enqueue(run: string, generation: number, departments: QueuedDepartment[]): Promise<void>;
  /** Stores a page, then moves the department's cursor past it; false when it was moved already. */
  commitPage(
    run: string,
    generation: number,
    at: { position: number; page: number },
    sealed: Buffer | null,
    change: Partial<QueuedDepartment>,
  ): Promise<boolean>;
  pages(at: Walk, position: number, from: number, to: number): Promise<Page[]>;
  markApplied(
    run: string,
    generation: number,
    pages: { position: number; page: number }[],
  ): Promise<void>;
}

async function open(c: Collections, run: string, execution: string): Promise<number> {
  return guard(async () => {
    const id = `${run}/generation`;
    const known = await c.lanes.findOne({ _id: id });
    // The owner's document is a lane whose first deferred entry is not used; the execution is kept in `run`.
    if (known && known.run === `${run}@${execution}`) return known.generation;
    const generation = (known?.generation ?? 0) + 1;
    const lane = { head: 0, tail: 0, done: false, deferred: [] as number[] };
    await c.lanes.updateOne(
      { _id: id },
      { $set: { ...lane, run: `${run}@${execution}`, generation } },
      { upsert: true },
    );
    const names: LaneName[] = [
      'departments',
      'members',
      'applyDepartments',
      'applyPeople',
      'verify',
    ];
    await c.lanes.bulkWrite(
      names.map((name) => ({
        replaceOne: {
          filter: { _id: laneId(run, name) },
          replacement: { ...lane, run, generation },
          upsert: true,
        },
      })),
    );
    return generation;
  });
}

/** Refuses an older generation; for the same generation it only tells that someone else was faster. */
async function refuseOld(c: Collections, run: string, generation: number): Promise<void> {
  const owner = await guard(() => c.lanes.findOne({ _id: `${run}/generation` }));
  if (owner?.generation !== generation) throw new ProblemError(problem('RUN_SUPERSEDED'));
}

async function enqueue(
  c: Collections,
  run: string,
  generation: number,
  departments: QueuedDepartment[],
): Promise<void> {
  if (departments.length === 0) return;
  await refuseOld(c, run, generation);
  await guard(async () => {
    await c.queue.bulkWrite(
      departments.map((department) => ({
        replaceOne: {
          filter: { _id: queueId({ run, generation }, department.position) },
          replacement: { ...department, run, generation },
          upsert: true,
        },
      })),
    );
    await c.seen.bulkWrite(
      departments.map(({ id, position, parentId }) => ({
        replaceOne: {
          filter: { _id: seenId({ run, generation }, id) },
          replacement: { run, generation, position, parentId },
          upsert: true,
        },
      })),
    );
  });
}

async function commitPage(
  c: Collections,
  run: string,
  generation: number,
  at: { position: number; page: number },
  sealed: Buffer | null,
  change: Partial<QueuedDepartment>,
): Promise<boolean> {
  await refuseOld(c, run, generation);
  const moved = await guard(async () => {
    if (sealed) {
      await c.pages.replaceOne(
        { _id: pageId({ run, generation }, at.position, at.page) },
        { run, generation, sealed: new Binary(sealed), applied: false },
        { upsert: true },
      );
    }
    return c.queue.updateOne(
      { _id: queueId({ run, generation }, at.position), pages: at.page, membersDone: false },
      { $set: change },
    );
  });
  return moved.matchedCount === 1;
}

/** The frontier kept in a database. */
export function createFrontier(c: Collections): Frontier {
  return {
    open: (run, execution) => open(c, run, execution),
    async lane(run, generation, name) {
      const lane = await guard(() => c.lanes.findOne({ _id: laneId(run, name) }));
      if (lane?.generation !== generation) throw new ProblemError(problem('RUN_SUPERSEDED'));
      return { head: lane.head, tail: lane.tail, done: lane.done, deferred: lane.deferred };
    },
    async advance(run, generation, name, from, to) {
      const filter = { _id: laneId(run, name), generation, head: from };
      const moved = await guard(() => c.lanes.updateOne(filter, { $set: to }));
      if (moved.matchedCount === 1) return true;
      await refuseOld(c, run, generation);
      return false;
    },
    async departments(at, from, to) {
      const ids: string[] = [];
      for (let position = from; position < to; position++) ids.push(queueId(at, position));
      const found = await guard(() => c.queue.find({ _id: { $in: ids } }).toArray());
      return found.sort((a, b) => a.position - b.position);
    },
    async positions(run, generation, ids) {
      const at = { run, generation };
      const keys = ids.map((id) => seenId(at, id));
      const found = await guard(() => c.seen.find({ _id: { $in: keys } }).toArray());
      return new Map(found.map((it) => [it._id.slice(seenId(at, '').length), it.position]));
    },
    enqueue: (run, generation, departments) => enqueue(c, run, generation, departments),
    commitPage: (run, generation, at, sealed, change) =>
      commitPage(c, run, generation, at, sealed, change),
    async pages(at, position, from, to) {
      const ids: string[] = [];
      for (let page = from; page < to; page++) ids.push(pageId(at, position, page));
      const found = await guard(() => c.pages.find({ _id: { $in: ids } }).toArray());
      return found
        .map((it) => ({
          position,
          page: Number(it._id.slice(-7)),
          sealed: Buffer.from(it.sealed.buffer),
          applied: it.applied,
        }))
        .sort((a, b) => a.page - b.page);
    },
    async markApplied(run, generation, pages) {
      if (pages.length === 0) return;
      const ids = pages.map((it) => pageId({ run, generation }, it.position, it.page));
      await guard(() => c.pages.updateMany({ _id: { $in: ids } }, { $set: { applied: true } }));
    },
  };
}
