/** The frontier of a run: which departments are known, read and applied, and the staged pages of people. */
import { Binary } from 'mongodb';
import { ProblemError, problem } from '../model/problem.ts';
import type { Collections, Lane, LaneDocument, LaneName, QueuedDepartment } from './documents.ts';
import { guard, isDuplicateKey } from './database.ts';

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
   * reading again, and writes of older generations are refused with RUN_SUPERSEDED. So is an execution
   * that comes back after a newer one has taken over, for example from a process that was frozen.
   * @param since when the execution began this step, in Temporal's time: the newer one wins
   */
  open(run: string, execution: string, since?: number): Promise<number>;
  lane(run: string, generation: number, lane: LaneName): Promise<Lane>;
  /**
   * Begins an attempt of a lane that reads. An earlier attempt that was given up and still runs is
   * fenced off: what it writes under its own, lower `fence` is refused with RUN_SUPERSEDED.
   */
  enter(run: string, generation: number, lane: LaneName): Promise<Lane>;
  /** False when another attempt of the same generation has moved on; then the lane is read again. */
  advance(
    run: string,
    generation: number,
    lane: LaneName,
    from: number,
    to: Partial<Lane>,
    fence?: number,
  ): Promise<boolean>;
  departments(at: Walk, from: number, to: number): Promise<QueuedDepartment[]>;
  /** Positions of departments that are queued already, by id. */
  positions(run: string, generation: number, ids: string[]): Promise<Map<string, number>>;
  /** Writes departments at their positions; they count once the lane's tail has passed them. */
  enqueue(
    run: string,
    generation: number,
    fence: number,
    departments: QueuedDepartment[],
  ): Promise<void>;
  /** Stores a page, then moves the department's cursor past it; false when another attempt did. */
  commitPage(
    run: string,
    generation: number,
    at: { position: number; page: number; fence: number },
    sealed: Buffer | null,
    change: Partial<QueuedDepartment>,
  ): Promise<boolean>;
  /** Those that are stored, in order. */
  pages(at: Walk, places: { position: number; page: number }[]): Promise<Page[]>;
  markApplied(
    run: string,
    generation: number,
    pages: { position: number; page: number }[],
  ): Promise<void>;
}

const LANES: LaneName[] = [
  'departments',
  'members',
  'plan',
  'applyDepartments',
  'applyPeople',
  'leaders',
  'verify',
];
const NEW_LANE = { head: 0, tail: 0, done: false, deferred: [] as number[], page: 0, fence: 0 };
/** Losing a race means that another execution has opened the run; more than a few in a row cannot be. */
const TRIES = 10;

async function open(
  c: Collections,
  run: string,
  execution: string,
  since: number,
): Promise<number> {
  const generation = await takeOver(c, `${run}/generation`, `${run}@${execution}`, since);
  // Also when the run is ours already: the attempt that took it over may have died before this line.
  // Lanes of this generation stay as they are, wherever they have got to.
  await insertNew(() =>
    c.lanes.bulkWrite(
      LANES.map((name) => ({
        replaceOne: {
          filter: { _id: laneId(run, name), generation: { $lt: generation } },
          replacement: { ...NEW_LANE, run, generation },
          upsert: true,
        },
      })),
      { ordered: false },
    ),
  );
  return generation;
}

/** The owner's document is a lane that nobody walks; its `run` names the execution. */
async function takeOver(
  c: Collections,
  _id: string,
  owner: string,
  since: number,
): Promise<number> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const known = await guard(() => c.lanes.findOne({ _id }));
    if (known?.run === owner) return known.generation;
    if ((known?.since ?? 0) > since) throw superseded();
    const generation = (known?.generation ?? 0) + 1;
    const change = { ...NEW_LANE, run: owner, generation, since };
    const taken = await insertNew(async () => {
      if (!known) return (await c.lanes.insertOne({ _id, ...change })).acknowledged;
      const filter = { _id, generation: known.generation };
      return (await c.lanes.updateOne(filter, { $set: change })).matchedCount === 1;
    });
    if (taken) return generation;
  }
  throw new Error('a run could not be taken over');
}

/** Undefined when the documents are there already: an upsert whose other conditions failed. */
async function insertNew<T>(work: () => Promise<T>): Promise<T | undefined> {
  return guard(async () => {
    try {
      return await work();
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  });
}

const superseded = (): ProblemError => new ProblemError(problem('RUN_SUPERSEDED'));

/** No lane of this generation: another execution has taken the run over. */
function toLane(lane: LaneDocument | null): Lane {
  if (!lane) throw superseded();
  const { head, tail, done, deferred, page, fence, closing } = lane;
  return { head, tail, done, deferred, page, fence, ...(closing ? { closing } : {}) };
}

/** Refuses an older generation; for the same generation it only tells that someone else was faster. */
async function refuseOld(c: Collections, run: string, generation: number): Promise<void> {
  const owner = await guard(() => c.lanes.findOne({ _id: `${run}/generation` }));
  if (owner?.generation !== generation) throw superseded();
}

async function enqueue(
  c: Collections,
  run: string,
  generation: number,
  fence: number,
  departments: QueuedDepartment[],
): Promise<void> {
  if (departments.length === 0) return;
  await refuseOld(c, run, generation);
  const own = { run, generation, fence };
  const mine = { fence: { $lte: fence } };
  const done = await insertNew(async () => {
    await c.queue.bulkWrite(
      departments.map((department) => ({
        replaceOne: {
          filter: { _id: queueId({ run, generation }, department.position), ...mine },
          replacement: { ...department, ...own },
          upsert: true,
        },
      })),
    );
    return c.seen.bulkWrite(
      departments.map(({ id, position, parentId }) => ({
        replaceOne: {
          filter: { _id: seenId({ run, generation }, id), ...mine },
          replacement: { ...own, position, parentId },
          upsert: true,
        },
      })),
    );
  });
  if (done === undefined) throw superseded();
}

async function commitPage(
  c: Collections,
  run: string,
  generation: number,
  at: { position: number; page: number; fence: number },
  sealed: Buffer | null,
  change: Partial<QueuedDepartment>,
): Promise<boolean> {
  await refuseOld(c, run, generation);
  const { position, page, fence } = at;
  if (sealed) {
    const stored = await insertNew(() =>
      c.pages.replaceOne(
        { _id: pageId({ run, generation }, position, page), fence: { $lte: fence } },
        { run, generation, fence, sealed: new Binary(sealed), applied: false },
        { upsert: true },
      ),
    );
    if (stored === undefined) throw superseded();
  }
  const filter = { _id: queueId({ run, generation }, position), pages: page, membersDone: false };
  const moved = await guard(() => c.queue.updateOne(filter, { $set: change }));
  return moved.matchedCount === 1;
}

/** The frontier kept in a database. */
export function createFrontier(c: Collections): Frontier {
  return {
    open: (run, execution, since = 0) => open(c, run, execution, since),
    async lane(run, generation, name) {
      const lane = await guard(() => c.lanes.findOne({ _id: laneId(run, name), generation }));
      return toLane(lane);
    },
    async enter(run, generation, name) {
      const filter = { _id: laneId(run, name), generation };
      const change = { $inc: { fence: 1 } };
      const lane = await guard(() =>
        c.lanes.findOneAndUpdate(filter, change, { returnDocument: 'after' }),
      );
      return toLane(lane);
    },
    async advance(run, generation, name, from, to, fence) {
      const lane = { _id: laneId(run, name), generation };
      const filter = { ...lane, head: from, ...(fence === undefined ? {} : { fence }) };
      const moved = await guard(() => c.lanes.updateOne(filter, { $set: to }));
      if (moved.matchedCount === 1) return true;
      const now = toLane(await guard(() => c.lanes.findOne(lane)));
      if (fence !== undefined && now.fence !== fence) throw superseded();
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
    enqueue: (run, generation, fence, departments) =>
      enqueue(c, run, generation, fence, departments),
    commitPage: (run, generation, at, sealed, change) =>
      commitPage(c, run, generation, at, sealed, change),
    async pages(at, places) {
      if (places.length === 0) return [];
      const ids = places.map(({ position, page }) => pageId(at, position, page));
      const found = await guard(() => c.pages.find({ _id: { $in: ids } }).toArray());
      return found
        .map(({ _id, sealed, applied }) => {
          const [position = '', page = ''] = _id.split('/').slice(-2);
          const bytes = Buffer.from(sealed.buffer);
          return { position: Number(position), page: Number(page), sealed: bytes, applied };
        })
        .sort((a, b) => a.position - b.position || a.page - b.page);
    },
    async markApplied(run, generation, pages) {
      if (pages.length === 0) return;
      const ids = pages.map((it) => pageId({ run, generation }, it.position, it.page));
      await guard(() => c.pages.updateMany({ _id: { $in: ids } }, { $set: { applied: true } }));
    },
  };
}
