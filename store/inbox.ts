/** Events between their acknowledgement and their objects' workflows: the inbox, and the rows of history. */
import { randomUUID } from 'node:crypto';
import type { ObjectRef } from '../model/directory.ts';
import type { EventGap, EventOutcome, EventRow, EventWay, SourceEvent } from '../model/event.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { databaseTime } from './clock.ts';
import { guard, isDuplicateKey } from './database.ts';
import type { Filter } from 'mongodb';
import type { Collections, EventDocument, EventFacts, InboxDocument } from './documents.ts';

/** An event taken out of the inbox for a while. */
export interface Taken {
  id: string;
  connection: string;
  known: boolean;
  objects: ObjectRef[];
  /** Earlier times it was taken out and not sent on. */
  tries: number;
}

export interface Inbox {
  /**
   * Durable once it resolves. False: a copy of it is there already. An event without an id of its own is
   * never taken for a copy.
   */
  add(connection: string, event: SourceEvent, way: EventWay): Promise<boolean>;
  /** All of them at once, as `add` does; returns how many were new. */
  addAll(connection: string, events: SourceEvent[], way: EventWay): Promise<number>;
  /**
   * Up to `limit` events, oldest first, which nobody else takes for `leaseMs`. They are rows of history
   * from now on, so that whoever applies one can say so before it has left the inbox.
   */
  take(limit: number, leaseMs: number): Promise<Taken[]>;
  /** They were sent on, and leave the inbox. */
  sent(taken: Taken[]): Promise<void>;
  /** They could not be sent on; they wait so long. */
  putBack(taken: Taken[], waitMs: number): Promise<void>;
  /** How many wait, and since when the oldest does. */
  waiting(): Promise<{ count: number; oldest: Date | null }>;
}

const openKey = ({ kind, id }: ObjectRef): string => `${kind}/${id}`;

function factsOf({ _id, connection, type, known, way, ...rest }: InboxDocument): EventFacts {
  const { objects, happenedAt, receivedAt } = rest;
  return { _id, connection, type, known, way, objects, happenedAt, receivedAt };
}

function firstOutcome({ known, objects }: EventFacts): EventOutcome {
  if (!known) return 'unknown';
  return objects.length > 0 ? 'sent' : 'nothing';
}

/** What was taken a second time has its row already, and what has settled meanwhile stays settled. */
async function enterRows(c: Collections, documents: InboxDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const rows = documents.map((it) => {
    const { _id, ...facts } = factsOf(it);
    const open = it.objects.map(openKey);
    const row = { outcome: firstOutcome(it), open, appliedAt: null, problem: null };
    return {
      updateOne: { filter: { _id }, update: { $setOnInsert: { ...facts, ...row } }, upsert: true },
    };
  });
  await c.events.bulkWrite(rows, { ordered: false });
}

function toDocument(connection: string, event: SourceEvent, way: EventWay): InboxDocument {
  const { id, happenedAt, ...rest } = event;
  return {
    _id: `${connection}/${id ?? randomUUID()}`,
    connection,
    ...rest,
    way,
    happenedAt: happenedAt === null ? null : new Date(happenedAt),
    receivedAt: new Date(),
    ...{ until: new Date(0), token: '', tries: 0 },
  };
}

/** The inbox of a database; any number of processes may add and take at once. */
export function createInbox(c: Collections): Inbox {
  return {
    async add(connection, event, way) {
      const document = toDocument(connection, event, way);
      return guard(async () => {
        const seen = event.id !== null && (await c.events.findOne({ _id: document._id }));
        if (seen) return false;
        try {
          await c.inbox.insertOne(document);
          return true;
        } catch (error) {
          if (isDuplicateKey(error)) return false;
          throw error;
        }
      });
    },
    async addAll(connection, events, way) {
      const all = events.map((it) => toDocument(connection, it, way));
      const _id = { $in: all.map((it) => it._id) };
      return guard(async () => {
        const seen = await c.events.find({ _id }, { projection: { _id: 1 } }).toArray();
        const known = new Set(seen.map((it) => it._id));
        const fresh = all.filter((it) => !known.has(it._id));
        if (fresh.length === 0) return 0;
        const upserts = fresh.map(({ _id: id, ...fields }) => ({
          updateOne: { filter: { _id: id }, update: { $setOnInsert: fields }, upsert: true },
        }));
        return (await c.inbox.bulkWrite(upserts, { ordered: false })).upsertedCount;
      });
    },
    async take(limit, leaseMs) {
      // Almost always there is nothing, and then one read is all it costs.
      if (!(await guard(() => c.inbox.findOne({})))) return [];
      const now = await databaseTime(c);
      return guard(async () => {
        const free = { until: { $lte: now } };
        const oldest = c.inbox.find(free, { projection: { _id: 1 } });
        const found = await oldest.sort({ until: 1, receivedAt: 1 }).limit(limit).toArray();
        if (found.length === 0) return [];
        const token = randomUUID();
        const ids = found.map((it) => it._id);
        const until = new Date(now.getTime() + leaseMs);
        await c.inbox.updateMany({ _id: { $in: ids }, ...free }, { $set: { token, until } });
        const mine = await c.inbox.find({ _id: { $in: ids }, token }).toArray();
        await enterRows(c, mine);
        return mine.map((it) => ({ ...it, id: it._id }));
      });
    },
    async sent(taken) {
      await guard(() => c.inbox.deleteMany({ _id: { $in: taken.map((it) => it.id) } }));
    },
    async putBack(taken, waitMs) {
      const now = await databaseTime(c);
      const until = new Date(now.getTime() + waitMs);
      const _id = { $in: taken.map((it) => it.id) };
      await guard(() =>
        c.inbox.updateMany({ _id }, { $set: { until, token: '' }, $inc: { tries: 1 } }),
      );
    },
    waiting: () =>
      guard(async () => {
        const [oldest] = await c.inbox.find({}).sort({ receivedAt: 1 }).limit(1).toArray();
        return { count: await c.inbox.countDocuments({}), oldest: oldest?.receivedAt ?? null };
      }),
  };
}

export interface Events {
  /** Newest first: those that wait, then rows of history. */
  list(connection: string | null, limit: number): Promise<EventRow[]>;
  get(id: string): Promise<EventRow | null>;
  /** Those that name one object, newest first. */
  about(connection: string, object: ObjectRef, limit: number): Promise<EventRow[]>;
  /** One object has settled after these events. */
  settle(ids: string[], object: ObjectRef, held: boolean): Promise<void>;
  /** Why an object is not applied yet; `final` when nothing more is tried. */
  trouble(ids: string[], problem: Problem, final: boolean): Promise<void>;
  /** A row for a time in which events may have been missed, and for the run that reads everything instead. */
  missed(connection: string, gap: EventGap, run: string): Promise<void>;
}

function toObject(key: string): ObjectRef {
  const kind = key.startsWith('person/') ? 'person' : 'department';
  return { kind, id: key.slice(kind.length + 1) };
}

function toRow(facts: EventFacts, row: Partial<EventDocument>): EventRow {
  const { _id, connection, type, way, objects, happenedAt, receivedAt } = facts;
  return {
    id: _id,
    connection,
    type,
    way,
    objects,
    open: row.open ? row.open.map(toObject) : objects,
    happenedAt: happenedAt?.toISOString() ?? null,
    receivedAt: receivedAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
    outcome: row.outcome ?? 'waiting',
    problem: row.problem ?? null,
  };
}

function waitingRow(facts: InboxDocument, row: EventRow | undefined): EventRow {
  if (row && row.outcome !== 'sent') return row;
  return { ...(row ?? toRow(facts, {})), outcome: 'waiting' };
}

/** Those that wait, then rows of history. */
async function newest(
  c: Collections,
  filter: Filter<EventFacts>,
  limit: number,
): Promise<EventRow[]> {
  const latest = { receivedAt: -1 } as const;
  return guard(async () => {
    const waiting = await c.inbox.find(filter).sort(latest).limit(limit).toArray();
    const rows = await c.events.find(filter).sort(latest).limit(limit).toArray();
    // One that is being sent on stands in both: while it is in the inbox, it waits.
    const byId = new Map(rows.map((it) => [it._id, toRow(it, it)]));
    for (const it of waiting) byId.set(it._id, waitingRow(it, byId.get(it._id)));
    return [...byId.values()]
      .sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1))
      .slice(0, limit);
  });
}

/** The events of a database as people see them. */
export function createEvents(c: Collections): Events {
  return {
    list: (connection, limit) => newest(c, connection === null ? {} : { connection }, limit),
    about: (connection, { kind, id }, limit) =>
      newest(c, { connection, objects: { $elemMatch: { kind, id } } }, limit),
    async get(id) {
      return guard(async () => {
        // The inbox first: an event that leaves it is in history by then.
        const waits = await c.inbox.findOne({ _id: id });
        const row = await c.events.findOne({ _id: id });
        const shown = row ? toRow(row, row) : undefined;
        return waits ? waitingRow(waits, shown) : (shown ?? null);
      });
    },
    async settle(ids, object, held) {
      if (ids.length === 0) return;
      const _id = { $in: ids };
      await guard(async () => {
        await c.events.updateMany({ _id }, { $pull: { open: openKey(object) } });
        if (held)
          await c.events.updateMany({ _id, outcome: 'sent' }, { $set: { outcome: 'held' } });
        await c.events.updateMany(
          { _id, open: { $size: 0 }, outcome: 'sent' },
          { $set: { outcome: 'applied', appliedAt: new Date(), problem: null } },
        );
      });
    },
    async missed(connection, { way, from, to }, run) {
      const row = {
        ...{ _id: `${connection}/missed-${run}`, connection, type: 'missed', known: true, way },
        ...{ objects: [], open: [], happenedAt: from, receivedAt: to, appliedAt: null },
        ...{ outcome: 'missed' as const, problem: problem('EVENTS_MISSED', { run }) },
      };
      await guard(() =>
        c.events.updateOne({ _id: row._id }, { $setOnInsert: row }, { upsert: true }),
      );
    },
    async trouble(ids, why, final) {
      if (ids.length === 0) return;
      const outcome = final ? { outcome: 'failed' as const } : {};
      await guard(() =>
        c.events.updateMany(
          { _id: { $in: ids }, outcome: { $in: ['sent', 'held'] } },
          { $set: { problem: why, ...outcome } },
        ),
      );
    },
  };
}
