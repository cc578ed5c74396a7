/** Links in MongoDB: reading, claiming, settling; every change of a link is a compare-and-set on one document. */
import { randomUUID } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import type { ObjectKind } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import type { Link, RunMark } from '../model/link.ts';
import { databaseTime, nextNumber, processTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import type { Collections } from './documents.ts';
import { guard } from './database.ts';

/** Each has an index: only few people go without anything. */
const OMITTED = ['omitted.phone', 'omitted.email', 'omitted.username'];

export interface ClaimRequest {
  kind: ObjectKind;
  sourceId: string;
  /** Number of the read that the writer acts on. */
  number: number;
  /** False when no link was found before claiming. */
  exists: boolean;
}

export interface Claims {
  token: string;
  /** Links as they were when won, by `_id`; those not won are missing. */
  won: Map<string, Link>;
  /** A write may be sent only while this gives more than the longest write; milliseconds, never negative. */
  remainingMs(): number;
}

export interface Settlement {
  link: Link;
  number: number;
  /** What is true at the target now; only what changed. */
  set: Partial<
    Pick<
      Link,
      | 'targetId'
      | 'state'
      | 'adopted'
      | 'prints'
      | 'omitted'
      | 'had'
      | 'name'
      | 'parentId'
      | 'departments'
      | 'listed'
    >
  >;
  mark: RunMark | null;
  /** More may have been written than `set` says: the next writer reads the target by key. */
  unclear?: boolean;
  /** There is more to do: the claim is left behind, dead, so that the sweeper starts `syncObject`. */
  handOver?: boolean;
}

/** A person's or department's link seen again without a difference. */
export interface EqualMark {
  _id: string;
  number: number;
  /** Null when this run has marked the link already: who was created by a run stays so when met again. */
  mark: RunMark | null;
}

export interface Links {
  /** See `nextNumber`. */
  next(connection: string): Promise<{ number: number; now: Date }>;
  get(connection: string, kind: ObjectKind, ids: string[]): Promise<Map<string, Link>>;
  /** Source ids by system id of those departments that are linked; a scan, for who is in doubt only. */
  departmentsAt(connection: string, targetIds: string[]): Promise<Map<string, string>>;
  claim(connection: string, requests: ClaimRequest[], claimMs: number): Promise<Claims>;
  /**
   * Ids of the links whose read is settled now, by this writer or by a newer one; the others were lost
   * to somebody who claimed them after our claim had run out.
   */
  settle(token: string, settlements: Settlement[]): Promise<Set<string>>;
  markEqual(marks: EqualMark[]): Promise<void>;
  /** Departments whose contents were read by a run, or handed over one by one. */
  markListed(
    connection: string,
    which: { run: string; except: string[] } | { ids: string[] },
  ): Promise<void>;
  /**
   * Leaves dead claims on people nobody is writing, so that the sweeper starts `syncObject` for them.
   * @param which by source id, or who goes without one of these fingerprints
   */
  handOver(connection: string, which: { people: string[] } | { omitted: string[] }): Promise<void>;
  /** Objects whose claim has expired: their writer died, or a write ended unclear. */
  expired(limit: number): Promise<{ connection: string; kind: ObjectKind; sourceId: string }[]>;
  /** Inserts links found at the target that the store does not know; those that know their object stay as they are. */
  recover(links: Link[]): Promise<void>;
  all(connection: string, kind: ObjectKind): AsyncIterable<Link>;
}

function emptyLink(connection: string, kind: ObjectKind, sourceId: string): Link {
  return {
    _id: linkId(connection, kind, sourceId),
    connection,
    kind,
    sourceId,
    targetId: null,
    state: 'new',
    adopted: false,
    applied: 0,
    seen: 0,
    opened: 0,
    settled: 0,
    claim: null,
    prints: {},
    run: null,
  };
}

async function claim(
  c: Collections,
  connection: string,
  requests: ClaimRequest[],
  claimMs: number,
  monotonic: Monotonic,
): Promise<Claims> {
  const token = randomUUID();
  // The monotonic clock starts before the database's time is read, so it can only run out early.
  const started = monotonic();
  const now = await databaseTime(c);
  const until = new Date(now.getTime() + claimMs);
  await createMissing(c, connection, requests);
  const operations = requests.map((request): AnyBulkWriteOperation<Link> => ({
    updateOne: {
      filter: {
        _id: linkId(connection, request.kind, request.sourceId),
        applied: { $lt: request.number },
        $or: [{ claim: null }, { 'claim.until': { $lte: now } }],
      },
      update: {
        $set: { claim: { token, until } },
        $inc: { opened: 1 },
        $max: { seen: request.number },
      },
    },
  }));
  const ids = requests.map((request) => linkId(connection, request.kind, request.sourceId));
  const links = await guard(async () => {
    await c.links.bulkWrite(operations, { ordered: false });
    return c.links.find({ _id: { $in: ids } }).toArray();
  });
  const won = new Map(links.filter((l) => l.claim?.token === token).map((l) => [l._id, l]));
  return {
    token,
    won,
    remainingMs: () => Math.max(0, claimMs - (monotonic() - started)),
  };
}

/** A link must exist before it can be claimed by compare-and-set; two creators at once are harmless. */
async function createMissing(
  c: Collections,
  connection: string,
  requests: ClaimRequest[],
): Promise<void> {
  const fresh = requests
    .filter((request) => !request.exists)
    .map((request): AnyBulkWriteOperation<Link> => {
      const { _id, ...rest } = emptyLink(connection, request.kind, request.sourceId);
      return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
    });
  if (fresh.length === 0) return;
  await guard(async () => {
    try {
      await c.links.bulkWrite(fresh, { ordered: false });
    } catch (error) {
      // Two upserts of one _id may collide; the loser's link exists now, which is all we need.
      if (!(error instanceof MongoBulkWriteError) || error.code !== 11000) throw error;
    }
  });
}

/** What an earlier write left unclear stays so when a claim is given back, or nothing could be written. */
function tellsNothing(link: Link, set: Settlement['set']): boolean {
  return isUncertain(link) && Object.keys(set).length === 0;
}

/** Nobody's token: who leaves a claim behind cannot settle under it again. */
const DEAD = { token: 'handed over', until: new Date(0) };

async function handOver(
  c: Collections,
  connection: string,
  which: { people: string[] } | { omitted: string[] },
): Promise<void> {
  const some =
    'people' in which
      ? { _id: { $in: which.people.map((id) => linkId(connection, 'person', id)) } }
      : { $or: OMITTED.map((name) => ({ [name]: { $in: which.omitted } })) };
  const filter = { connection, kind: 'person' as const, claim: null, ...some };
  await guard(() => c.links.updateMany(filter, { $set: { claim: DEAD } }));
}

async function settle(
  c: Collections,
  token: string,
  settlements: Settlement[],
): Promise<Set<string>> {
  const ids = new Set(settlements.map(({ link }) => link._id));
  if (settlements.length === 0) return ids;
  const operations = settlements.map(
    ({ link, number, set, mark, unclear, handOver }): AnyBulkWriteOperation<Link> => ({
      updateOne: {
        filter: { _id: link._id, 'claim.token': token },
        update: {
          $set: {
            ...set,
            applied: number,
            settled: (unclear ?? tellsNothing(link, set)) ? link.settled : link.opened,
            claim: handOver ? DEAD : null,
            ...(mark ? { run: mark } : {}),
          },
        },
      },
    }),
  );
  const { matchedCount } = await guard(() => c.links.bulkWrite(operations, { ordered: false }));
  if (matchedCount === settlements.length) return ids;
  const numbers = new Map(settlements.map(({ link, number }) => [link._id, number]));
  const links = await guard(() => c.links.find({ _id: { $in: [...ids] } }).toArray());
  const reached = links.filter((link) => link.applied >= (numbers.get(link._id) ?? Infinity));
  return new Set(reached.map((link) => link._id));
}

async function markEqual(c: Collections, marks: EqualMark[]): Promise<void> {
  if (marks.length === 0) return;
  const operations = marks.map(({ _id, number, mark }): AnyBulkWriteOperation<Link> => ({
    updateOne: {
      filter: { _id },
      update: { $max: { seen: number }, ...(mark ? { $set: { run: mark } } : {}) },
    },
  }));
  await guard(() => c.links.bulkWrite(operations, { ordered: false }));
}

async function* all(
  c: Collections,
  connection: string,
  kind: ObjectKind,
): AsyncGenerator<Link, void, undefined> {
  const links = c.links.find({ connection, kind })[Symbol.asyncIterator]();
  for (;;) {
    const next = await guard(() => links.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** The links of a database. */
export function createLinks(c: Collections, monotonic: Monotonic = processTime): Links {
  return {
    next: (connection) => nextNumber(c, connection),
    async get(connection, kind, ids) {
      const keys = ids.map((id) => linkId(connection, kind, id));
      const found = await guard(() => c.links.find({ _id: { $in: keys } }).toArray());
      return new Map(found.map((link) => [link.sourceId, link]));
    },
    async departmentsAt(connection, targetIds) {
      const filter = { connection, kind: 'department' as const, targetId: { $in: targetIds } };
      const found = await guard(() => c.links.find(filter).toArray());
      return new Map(found.map((link) => [link.targetId ?? '', link.sourceId]));
    },
    claim: (connection, requests, claimMs) => claim(c, connection, requests, claimMs, monotonic),
    settle: (token, settlements) => settle(c, token, settlements),
    markEqual: (marks) => markEqual(c, marks),
    async recover(links) {
      const operations = links.flatMap((link): AnyBulkWriteOperation<Link>[] => {
        const { _id, targetId, state, name, parentId, adopted, ...rest } = link;
        const found = { targetId, state, name, parentId, adopted };
        // A link whose writer died before it claimed says nothing of the target either.
        const blank = { _id, targetId: null, claim: null };
        return [
          { updateOne: { filter: blank, update: { $set: found } } },
          {
            updateOne: {
              filter: { _id },
              update: { $setOnInsert: { ...rest, ...found } },
              upsert: true,
            },
          },
        ];
      });
      if (operations.length > 0) {
        await guard(() => c.links.bulkWrite(operations, { ordered: false }));
      }
    },
    async markListed(connection, which) {
      // What failed stays unlisted: who makes it later brings its contents too.
      const some =
        'run' in which
          ? {
              ...{ 'run.id': which.run, 'run.outcome': { $ne: 'failed' as const } },
              sourceId: { $nin: which.except },
            }
          : {
              _id: { $in: which.ids.map((id) => linkId(connection, 'department', id)) },
              state: 'present' as const,
            };
      await guard(() =>
        c.links.updateMany({ connection, kind: 'department', ...some }, { $set: { listed: true } }),
      );
    },
    async expired(limit) {
      const now = await databaseTime(c);
      return guard(() =>
        c.links
          .find({ 'claim.until': { $lte: now } })
          .limit(limit)
          .toArray(),
      );
    },
    handOver: (connection, which) => handOver(c, connection, which),
    all: (connection, kind) => all(c, connection, kind),
  };
}
