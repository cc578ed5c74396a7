/** Links in MongoDB: the mapping of objects, found, claimed and settled, marked by runs. */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { ObjectKind } from '../model/directory.ts';
import { linkId } from '../model/link.ts';
import type { Link, RunMark } from '../model/link.ts';
import { claim, DEAD, settle } from './claims.ts';
import type { ClaimRequest, Claims, Settlement } from './claims.ts';
import { databaseTime, nextNumber, processTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import { guard } from './database.ts';
import type { Collections } from './documents.ts';

/** Each has an index: only few people go without anything. */
const OMITTED = ['omitted.phone', 'omitted.email', 'omitted.username'];

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
      // What failed, or is not there, stays unlisted: who makes it later brings its contents too.
      const some =
        'run' in which
          ? {
              ...{ 'run.id': which.run, 'run.outcome': { $ne: 'failed' as const } },
              sourceId: { $nin: which.except },
            }
          : { _id: { $in: which.ids.map((id) => linkId(connection, 'department', id)) } };
      const filter = {
        connection,
        kind: 'department' as const,
        state: 'present' as const,
        ...some,
      };
      await guard(() => c.links.updateMany(filter, { $set: { listed: true } }));
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
