/** Claiming and settling links: every change is a compare-and-set on one document. */
import { randomUUID } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import type { ObjectKind } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import type { Link, RunMark } from '../model/link.ts';
import { databaseTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import { guard } from './database.ts';
import type { Collections } from './documents.ts';

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

/** Claims what no live claim holds and no newer read has settled; reads back what was won. */
export async function claim(
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
export const DEAD = { token: 'handed over', until: new Date(0) };

/** Settles by compare-and-set on the token; see `Links.settle`. */
export async function settle(
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
