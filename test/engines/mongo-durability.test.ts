/** The fallback database: what was acknowledged is there after kill -9, whole; the file does not grow without end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Collection, Filter } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pause } from '../../engines/processes.ts';
import { FallbackProcess } from './fallback-process.ts';

interface Row {
  _id: string;
  login: string;
  phone: string;
  round: number;
  changes: number;
}

function row(_id: string, round: number, changes = 0): Row {
  return { _id, login: `login of ${_id}`, phone: `phone of ${_id}`, round, changes };
}

/** More of them in `npm run test:long`. */
const ROUNDS = Number(process.env['ENGINES_KILL_ROUNDS'] ?? 8);
const WRITERS = 6;

let folder: string;
let database: FallbackProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgsync-durability-'));
  database = await FallbackProcess.on(folder);
});
afterEach(async () => {
  await database.kill();
  await rm(folder, { recursive: true, force: true });
});

/** Opens a client for one life of the database. */
async function connected<T>(
  use: (rows: Collection<Row>, others: Collection<Row>) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(database.uri, {
    serverSelectionTimeoutMS: 2_000,
    retryWrites: false,
  });
  try {
    const database = client.db();
    return await use(database.collection<Row>('rows'), database.collection<Row>('others'));
  } finally {
    await client.close();
  }
}

interface Memory {
  /** Acknowledged changes per row. */
  acknowledged: Map<string, number>;
  /** Rows whose insert was sent, answered or not. */
  sent: Set<string>;
}

/** Inserts and changes rows until the database is gone. */
async function writeUntilGone(rows: Collection<Row>, name: string, round: number, memory: Memory) {
  for (let n = 0; ; n++) {
    const _id = `${name}-${round}-${n}`;
    try {
      memory.sent.add(_id);
      await rows.insertOne(row(_id, round));
      memory.acknowledged.set(_id, 0);
      await rows.updateOne({ _id }, { $inc: { changes: 1 } });
      memory.acknowledged.set(_id, 1);
      const bulk = [0, 1].map(() => ({
        updateOne: { filter: { _id }, update: { $inc: { changes: 1 } } },
      }));
      await rows.bulkWrite(bulk, { ordered: false });
      memory.acknowledged.set(_id, 3);
    } catch {
      return;
    }
  }
}

/** Long commands, in the midst of which commits fall that another collection's writer asks for. */
async function insertManyUntilGone(
  rows: Collection<Row>,
  others: Collection<Row>,
  round: number,
  memory: Memory,
) {
  let gone = false;
  const commits = async () => {
    const change = { $inc: { changes: 1 } };
    while (!gone) await others.updateOne({ _id: 'a' }, change, { upsert: true }).catch(() => {});
  };
  const committing = [commits(), commits()];
  for (let n = 0; ; n++) {
    const batch = Array.from({ length: 200 }, (_, k) => row(`many-${round}-${n}-${k}`, round));
    try {
      for (const { _id } of batch) memory.sent.add(_id);
      await rows.insertMany(batch);
      for (const { _id } of batch) memory.acknowledged.set(_id, 0);
    } catch {
      gone = true;
      await Promise.all(committing);
      return;
    }
  }
}

/** Every acknowledged row is there with its changes; each row is found by scan, id and unique fields, or by none. */
async function verify(rows: Collection<Row>, round: number, memory: Memory): Promise<void> {
  const found = new Map((await rows.find({}).toArray()).map((one) => [one._id, one]));
  for (const [id, changes] of memory.acknowledged) {
    expect(found.get(id)?.changes, `acknowledged changes of ${id}`).toBeGreaterThanOrEqual(changes);
  }
  const ids = [...memory.sent].filter((id) => id.includes(`-${round}-`));
  const there = ids.filter((id) => found.has(id)).toSorted();
  const logins = ids.map((id) => row(id, round).login);
  const phones = ids.map((id) => row(id, round).phone);
  expect(await idsOf(rows, { login: { $in: logins } }), 'by unique login').toEqual(there);
  expect(await idsOf(rows, { phone: { $in: phones } }), 'by unique phone').toEqual(there);
  for (const id of there.slice(-200)) expect(await rows.findOne({ _id: id })).not.toBeNull();
  // What is not there must be free to be taken.
  const missing = ids.filter((id) => !found.has(id)).map((id) => row(id, -1, 3));
  if (missing.length > 0) await rows.insertMany(missing);
}

async function idsOf(rows: Collection<Row>, filter: Filter<Row>): Promise<string[]> {
  const found = await rows.find(filter).toArray();
  return found.map((one) => one._id).toSorted();
}

test(
  `kill -9 right after an acknowledgement loses nothing, ${ROUNDS} times`,
  async () => {
    const memory: Memory = { acknowledged: new Map(), sent: new Set() };
    await connected(async (rows) => {
      await rows.createIndex({ login: 1 }, { unique: true });
      await rows.createIndex({ phone: 1 }, { unique: true });
    });
    for (let round = 0; round < ROUNDS; round++) {
      const before = memory.acknowledged.size;
      await connected(async (rows, others) => {
        const names = Array.from({ length: WRITERS }, (_, writer) => `w${writer}`);
        const writing = names.map((name) => writeUntilGone(rows, name, round, memory));
        writing.push(insertManyUntilGone(rows, others, round, memory));
        // A different moment each time, but only after some were acknowledged.
        while (memory.acknowledged.size < before + 20) await pause(1);
        await pause((round * 37) % 150);
        await database.kill();
        await Promise.all(writing);
      });
      await database.start();
      await connected((rows) => verify(rows, round, memory));
    }
    expect(memory.acknowledged.size).toBeGreaterThan(ROUNDS * 20);
  },
  120_000 + ROUNDS * 5_000,
);

test('it leaves when its standard input closes, and has everything when it is back', async () => {
  await connected((rows) => rows.insertOne(row('a', 0)));
  expect(await database.orphan()).toBe(0);
  await database.start();
  expect(await connected((rows) => rows.countDocuments({}))).toBe(1);
});

test('dropping an index, which would also forget those of other collections, is refused', async () => {
  const message = "no such command: 'dropindexes'";
  await connected(async (rows, others) => {
    for (const one of [rows, others]) await one.createIndex({ login: 1 }, { unique: true });
    await expect(rows.dropIndex('login_1')).rejects.toThrow(message);
    expect(await others.indexExists('login_1')).toBe(true);
  });
});

test('the space of what was overwritten is used again', async () => {
  const text = 'x'.repeat(2_000);
  const change = (_id: string, set: Partial<Row>) => ({
    updateOne: { filter: { _id }, update: { $set: set }, upsert: true },
  });
  const sizes: number[] = [];
  await connected(async (rows) => {
    for (let round = 0; round < 100; round++) {
      const again = Array.from({ length: 300 }, (_, n) =>
        change(`row ${n}`, { login: `${text} ${round} ${n}` }),
      );
      // One that stays keeps the space of all that was written with it, unless it is compacted.
      const stays = change(`stays ${round}`, { login: `stays ${round}`, phone: text.repeat(10) });
      await rows.bulkWrite([...again, stays], { ordered: false });
      sizes.push(await database.fileBytes());
      await pause(40);
    }
  });
  // 60 MB were written and 3 MB are left; without compaction it would be above 50 MB.
  expect(Math.max(...sizes)).toBeLessThan(34_000_000);
});
