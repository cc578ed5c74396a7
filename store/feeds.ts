/** How events come in: who keeps a connection's Stream open, and the times in which something may have been missed. */
import { randomUUID } from 'node:crypto';
import { GAP_MAX_MS } from '../model/event.ts';
import type { EventGap, EventWay } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import { databaseTime } from './clock.ts';
import { guard, isDuplicateKey } from './database.ts';
import type { Collections, FeedDocument } from './documents.ts';

export interface Feeds {
  get(connection: string): Promise<FeedDocument | null>;
  /** Takes or renews the right to keep the Stream open; null while another has it. */
  hold(connection: string, leaseMs: number, token?: string): Promise<string | null>;
  letGo(connection: string, token: string): Promise<void>;
  /** The Stream is open, and was last heard so long ago. A time without it before that is a gap. */
  streaming(connection: string, silentMs: number): Promise<void>;
  /** The Stream could not be opened. */
  troubled(connection: string, problem: Problem): Promise<void>;
  /** A receiver could store; a time in which none could is a gap of all connections with an address. */
  receiving(): Promise<void>;
  /** A page of the list of failed pushes is going to be read. True: another was, and nobody stored it. */
  beginPage(connection: string): Promise<boolean>;
  /** What was read is stored; `last` when the list has no more. */
  endPage(connection: string, last: boolean): Promise<void>;
  /** The list could not be read; `lost` when a page may be gone with that. */
  listFailed(connection: string, problem: Problem, lost: boolean): Promise<void>;
  /** The run that cures the gap was recorded. */
  cured(connection: string, gap: EventGap, run: string): Promise<void>;
}

/** All receivers write one document: one that works is enough. */
const RECEIVERS = 'all';

function emptyFeed(_id: string): FeedDocument {
  const never = { streamAt: null, listAt: null, reading: null, gap: null };
  return { _id, token: '', until: new Date(0), problem: null, listProblem: null, ...never };
}

/** Two gaps that nobody has cured are one. */
function joined(before: EventGap | null | undefined, gap: EventGap): EventGap {
  if (before?.cure !== 'pass' || before.run !== null) return gap;
  return { ...before, to: gap.to };
}

function gapOf(way: EventWay, from: Date, to: Date): EventGap | null {
  const ms = to.getTime() - from.getTime();
  const { stream, callback, list } = GAP_MAX_MS;
  const most = way === 'stream' ? stream : way === 'callback' ? callback : list;
  // What is shorter than this is the rhythm in which it is written down.
  if (ms < most / 2) return null;
  return { way, from, to, cure: ms > most ? 'pass' : 'list', run: null };
}

/** Sets fields of a feed that may not be there yet; returns what it was before. */
async function set(
  c: Collections,
  _id: string,
  fields: Partial<FeedDocument>,
): Promise<FeedDocument> {
  const { _id: _, ...rest } = emptyFeed(_id);
  const unset = Object.entries(rest).filter(([name]) => !(name in fields));
  const before = await c.feeds.findOneAndUpdate(
    { _id },
    { $set: fields, $setOnInsert: Object.fromEntries(unset) },
    { upsert: true, returnDocument: 'before' },
  );
  return before ?? emptyFeed(_id);
}

async function note(c: Collections, connection: string, gap: EventGap | null): Promise<void> {
  if (!gap) return;
  const before = await c.feeds.findOne({ _id: connection });
  await set(c, connection, { gap: joined(before?.gap, gap) });
}

type Coming = 'hold' | 'letGo' | 'streaming' | 'troubled' | 'receiving';

/** The feeds of a database. */
export function createFeeds(c: Collections): Feeds {
  return {
    get: (_id) => guard(() => c.feeds.findOne({ _id })),
    ...comingIn(c),
    ...catchingUp(c),
  };
}

function comingIn(c: Collections): Pick<Feeds, Coming> {
  return {
    async hold(_id, leaseMs, token = randomUUID()) {
      const now = await databaseTime(c);
      const until = new Date(now.getTime() + leaseMs);
      return guard(async () => {
        const mine = { $or: [{ token }, { until: { $lte: now } }] };
        const taken = await c.feeds.updateOne({ _id, ...mine }, { $set: { token, until } });
        if (taken.matchedCount === 1) return token;
        try {
          await c.feeds.insertOne({ ...emptyFeed(_id), token, until });
          return token;
        } catch (error) {
          if (isDuplicateKey(error)) return null;
          throw error;
        }
      });
    },
    async letGo(_id, token) {
      await guard(() => c.feeds.updateOne({ _id, token }, { $set: { until: new Date(0) } }));
    },
    async streaming(connection, silentMs) {
      const now = await databaseTime(c);
      await guard(async () => {
        const streamAt = new Date(now.getTime() - silentMs);
        const before = await set(c, connection, { streamAt, problem: null });
        if (before.streamAt) await note(c, connection, gapOf('stream', before.streamAt, streamAt));
      });
    },
    async troubled(connection, problem) {
      await guard(() => set(c, connection, { problem }));
    },
    async receiving() {
      const now = await databaseTime(c);
      await guard(async () => {
        const before = await c.receivers.findOneAndUpdate(
          { _id: RECEIVERS },
          { $set: { at: now } },
          { upsert: true, returnDocument: 'before' },
        );
        const gap = before ? gapOf('callback', before.at, now) : null;
        if (!gap) return;
        for (const it of await c.callbacks.find({}).toArray()) await note(c, it.connection, gap);
      });
    },
  };
}

function catchingUp(c: Collections): Omit<Feeds, Coming | 'get'> {
  return {
    async beginPage(connection) {
      const now = await databaseTime(c);
      return guard(async () => {
        const before = await set(c, connection, { reading: now });
        if (before.reading === null) return false;
        await note(c, connection, lostPage(before, now));
        return true;
      });
    },
    async endPage(connection, last) {
      const now = await databaseTime(c);
      await guard(async () => {
        const listed = last ? { listAt: now, listProblem: null } : {};
        const before = await set(c, connection, { reading: null, ...listed });
        if (last && before.listAt) await note(c, connection, gapOf('list', before.listAt, now));
      });
    },
    async listFailed(connection, listProblem, lost) {
      const now = await databaseTime(c);
      await guard(async () => {
        const before = await set(c, connection, { reading: null, listProblem });
        if (lost) await note(c, connection, lostPage(before, now));
      });
    },
    async cured(_id, gap, run) {
      // A gap that has grown meanwhile needs a run of its own.
      await guard(() => c.feeds.updateOne({ _id, 'gap.to': gap.to }, { $set: { 'gap.run': run } }));
    },
  };
}

/** What stood on a page that was read and not stored may have happened since the list was last read. */
function lostPage({ listAt, reading }: FeedDocument, now: Date): EventGap {
  return { way: 'list', from: listAt ?? reading ?? now, to: now, cure: 'pass', run: null };
}
