/** The fallback database: what was acknowledged is there after kill -9, whole; the file does not grow without end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Collection } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pause } from '../../engines/processes.ts';
import { FallbackProcess } from './fallback-process.ts';

interface Row {
  _id: string;
  login: string;
  round: number;
  changes: number;
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
async function connected<T>(use: (rows: Collection<Row>) => Promise<T>): Promise<T> {
  const client = new MongoClient(database.uri, {
    serverSelectionTimeoutMS: 2_000,
    retryWrites: false,
  });
  try {
    return await use(client.db().collection<Row>('rows'));
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
      await rows.insertOne({ _id, login: `login of ${_id}`, round, changes: 0 });
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

/** Every acknowledged row is there with its changes, by scan and by id; every row that is there is whole. */
async function verify(rows: Collection<Row>, memory: Memory): Promise<void> {
  const found = new Map((await rows.find({}).toArray()).map((row) => [row._id, row]));
  for (const [id, changes] of memory.acknowledged) {
    expect(found.get(id)?.changes, `acknowledged changes of ${id}`).toBeGreaterThanOrEqual(changes);
  }
  for (const id of memory.sent) {
    const row = found.get(id) ?? null;
    expect(await rows.findOne({ _id: id }), `${id} by its id`).toEqual(row);
    if (row === null) {
      // Never there, so it must be free to be taken.
      await rows.insertOne({ _id: id, login: `login of ${id}`, round: -1, changes: 3 });
    } else {
      expect(await rows.findOne({ login: row.login }), `${id} by its unique field`).toEqual(row);
    }
  }
}

test(
  `kill -9 right after an acknowledgement loses nothing, ${ROUNDS} times`,
  async () => {
    const memory: Memory = { acknowledged: new Map(), sent: new Set() };
    await connected((rows) => rows.createIndex({ login: 1 }, { unique: true }));
    for (let round = 0; round < ROUNDS; round++) {
      const before = memory.acknowledged.size;
      await connected(async (rows) => {
        const names = Array.from({ length: WRITERS }, (_, writer) => `w${writer}`);
        const writing = names.map((name) => writeUntilGone(rows, name, round, memory));
        // A different moment each time, but only after some were acknowledged.
        while (memory.acknowledged.size < before + 20) await pause(1);
        await pause((round * 37) % 150);
        await database.kill();
        await Promise.all(writing);
      });
      await database.start();
      const latest = new Set([...memory.sent].filter((id) => id.includes(`-${round}-`)));
      await connected((rows) => verify(rows, { acknowledged: memory.acknowledged, sent: latest }));
    }
    expect(memory.acknowledged.size).toBeGreaterThan(ROUNDS * 20);
  },
  120_000 + ROUNDS * 5_000,
);

test('it leaves when its standard input closes, and has everything when it is back', async () => {
  await connected((rows) => rows.insertOne({ _id: 'a', login: 'a', round: 0, changes: 0 }));
  expect(await database.orphan()).toBe(0);
  await database.start();
  expect(await connected((rows) => rows.countDocuments({}))).toBe(1);
});

test('rewriting the same rows again and again does not make the file grow', async () => {
  const text = 'x'.repeat(2_000);
  const rows = 300;
  let largest = 0;
  await connected(async (collection) => {
    for (let round = 0; round < 70; round++) {
      const bulk = Array.from({ length: rows }, (_, n) => ({
        updateOne: {
          filter: { _id: `row ${n}` },
          update: { $set: { login: `${text} ${round} ${n}`, round } },
          upsert: true,
        },
      }));
      await collection.bulkWrite(bulk, { ordered: false });
      largest = Math.max(largest, await database.fileBytes());
    }
  });
  // 0.6 MB of data, 42 MB written; unbounded it would be all of that.
  expect(largest).toBeLessThan(16_000_000);
});
