/** What we rely on in a database server, proved on whatever server this run has: the fallback or a real one. */
import { MongoClient, MongoServerError } from 'mongodb';
import type { Collection } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

interface Thing {
  _id: string;
  n?: number;
  state?: string;
  connection?: string;
  applied?: number;
  until?: Date;
  now?: Date;
  made?: string;
  at?: Date;
  login?: string;
  list?: number[];
}

const client = new MongoClient(inject('mongoUri'));
const database = client.db(`contract_${process.pid}`);
let things: Collection<Thing>;
let collections = 0;

beforeAll(() => client.connect());
beforeEach(() => {
  things = database.collection<Thing>(`things_${++collections}`);
});
afterAll(async () => {
  await database.dropDatabase();
  await client.close();
});

const after = { returnDocument: 'after' as const };
const duplicate = { code: 11000 };

describe('time', () => {
  test("the database's own time comes back from an upsert that makes the clock, and from the next", async () => {
    const began = Date.now();
    for (let round = 0; round < 3; round++) {
      const options = { upsert: true, ...after };
      const clock = await things.findOneAndUpdate(
        { _id: 'clock' },
        { $currentDate: { now: true } },
        options,
      );
      expect(clock?.now).toBeInstanceOf(Date);
      // The same machine, so the same clock; a remote server may be apart.
      expect(Math.abs((clock?.now?.getTime() ?? 0) - began)).toBeLessThan(60_000);
    }
  });

  test('documents outlive an index that would let a real server expire them: sweep, do not rely on it', async () => {
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
    await things.insertOne({ _id: 'a', at: new Date() });
    expect(await things.countDocuments({})).toBe(1);
  });
});

describe('one document', () => {
  test('an _id is given once', async () => {
    await things.insertOne({ _id: 'a', n: 1 });
    await expect(things.insertOne({ _id: 'a', n: 2 })).rejects.toMatchObject(duplicate);
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 });
  });

  test('ids are compared by case', async () => {
    await things.insertMany([{ _id: 'Zhang' }, { _id: 'zhang' }]);
    expect(await things.countDocuments({ _id: 'zhang' })).toBe(1);
  });

  test('$inc, $set, $setOnInsert and $unset in one upsert', async () => {
    const change = { $inc: { n: 2 }, $set: { state: 'x' }, $setOnInsert: { made: 'first' } };
    const options = { upsert: true, ...after };
    const first = await things.findOneAndUpdate({ _id: 'a' }, change, options);
    expect(first).toEqual({ _id: 'a', n: 2, state: 'x', made: 'first' });
    const second = await things.findOneAndUpdate(
      { _id: 'a' },
      { $inc: { n: 2 }, $unset: { state: '' }, $setOnInsert: { made: 'second' } },
      options,
    );
    expect(second).toEqual({ _id: 'a', n: 4, made: 'first' });
  });

  test('findOneAndUpdate gives the document before or after, or null, with a projection', async () => {
    const change = { $inc: { n: 1 } };
    expect(await things.findOneAndUpdate({ _id: 'a' }, change)).toBeNull();
    await things.insertOne({ _id: 'a', n: 1, state: 'x' });
    const before = await things.findOneAndUpdate({ _id: 'a' }, change, {
      returnDocument: 'before',
    });
    expect(before).toEqual({ _id: 'a', n: 1, state: 'x' });
    const projection = { n: 1 };
    const found = await things.findOneAndUpdate({ _id: 'a' }, change, { ...after, projection });
    expect(found).toEqual({ _id: 'a', n: 3 });
    expect(await things.findOneAndDelete({ _id: 'a' })).toMatchObject({ n: 3 });
  });

  test('compare-and-set: one of many wins, the others match nothing', async () => {
    await things.insertOne({ _id: 'a', applied: 4 });
    const tries = Array.from({ length: 30 }, (_, writer) =>
      things.updateOne({ _id: 'a', applied: { $lt: 5 } }, { $set: { applied: 5, n: writer } }),
    );
    const results = await Promise.all(tries);
    expect(results.filter((one) => one.modifiedCount === 1)).toHaveLength(1);
    expect(results.filter((one) => one.matchedCount === 0)).toHaveLength(29);
  });

  test('no increment is lost among many writers', async () => {
    await things.insertOne({ _id: 'a', n: 0 });
    const seen = await Promise.all(
      Array.from({ length: 50 }, () =>
        things.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, after),
      ),
    );
    expect(new Set(seen.map((one) => one?.n)).size).toBe(50);
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 50 });
  });

  test('a reader sees an update whole or not at all', async () => {
    const fields = Array.from({ length: 40 }, (_, n) => `f${n}`);
    const all = (value: number) => Object.fromEntries(fields.map((field) => [field, value]));
    await things.insertOne({ _id: 'a', ...all(0) });
    const write = async (round: number) => {
      for (let n = 0; n < 40; n++) {
        await things.updateOne({ _id: 'a' }, { $set: all(round * 1000 + n) });
      }
    };
    const torn: unknown[] = [];
    const read = async () => {
      for (let n = 0; n < 40; n++) {
        const { _id, ...values } = (await things.findOne<Thing>({ _id: 'a' })) ?? { _id: '' };
        if (new Set(Object.values(values)).size !== 1) torn.push(values);
      }
    };
    await Promise.all([write(1), write(2), read(), read(), read()]);
    expect(torn).toEqual([]);
  });

  test('a claim by upsert on _id with $or: made when absent, won when free, a duplicate key when not', async () => {
    const now = new Date();
    const claim = (n: number) =>
      things.updateOne(
        { _id: 'a', $or: [{ until: { $exists: false } }, { until: { $lt: now } }] },
        { $set: { n, until: new Date(now.getTime() + 60_000) } },
        { upsert: true },
      );
    const many = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => claim(n)));
    const won = many.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const lost = many.filter((one) => one.status === 'rejected');
    for (const one of lost) expect(one.reason).toMatchObject(duplicate);

    await things.updateOne({ _id: 'a' }, { $set: { until: new Date(0) } });
    expect(await claim(99)).toMatchObject({ modifiedCount: 1 });
  });

  test('equality conditions of an upsert become fields of the new document, others do not', async () => {
    const filter = { _id: 'a', connection: 'c', n: { $gt: 5 }, state: { $ne: 'x' } };
    await things.updateOne(filter, { $set: { made: 'now' } }, { upsert: true });
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', connection: 'c', made: 'now' });
  });

  test('a write that a majority shall have in its journal is accepted', async () => {
    const writeConcern = { w: 'majority' as const, journal: true };
    const done = await things.updateOne(
      { _id: 'a' },
      { $set: { n: 1 } },
      { upsert: true, writeConcern },
    );
    expect(done.acknowledged).toBe(true);
  });
});

describe('many documents', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, n) => `c:${String(n).padStart(4, '0')}`);

  test('unordered bulk upserts go on after refused ones, and say which were refused', async () => {
    await things.insertOne({ _id: 'b', applied: 9 });
    const one = (id: string) => ({
      updateOne: {
        filter: { _id: id, applied: { $lt: 5 } },
        update: { $set: { applied: 5 } },
        upsert: true,
      },
    });
    const bulk = things.bulkWrite([one('a'), one('b'), one('c')], { ordered: false });
    const refused: unknown = await bulk.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MongoServerError);
    expect(refused).toMatchObject({ code: 11000, writeErrors: [{ index: 1, code: 11000 }] });
    const found = await things.find({}).sort({ _id: 1 }).toArray();
    expect(found.map((thing) => thing.applied)).toEqual([5, 9, 5]);
  });

  test('a bulk says what it matched, changed and made', async () => {
    await things.insertMany([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 1 },
    ]);
    const set = (id: string, n: number) => ({
      updateOne: { filter: { _id: id }, update: { $set: { n } }, upsert: true },
    });
    const done = await things.bulkWrite([set('a', 1), set('b', 2), set('c', 3)], {
      ordered: false,
    });
    expect(done).toMatchObject({ matchedCount: 2, modifiedCount: 1, upsertedCount: 1 });
    expect(done.upsertedIds).toEqual({ 2: 'c' });
  });

  test('ranges of ids, both ways, in pages, also with further conditions', async () => {
    await things.insertMany(ids(1200).map((_id, n) => ({ _id, n, state: n % 2 ? 'odd' : 'even' })));
    await things.insertMany([{ _id: 'b:9999' }, { _id: 'd:0000' }]);
    const range = { $gte: 'c:', $lt: 'c;' };
    expect(await things.countDocuments({ _id: range })).toBe(1200);

    const read: string[] = [];
    for (let last = 'c:'; ;) {
      const page = things.find({ _id: { $gt: last, $lt: 'c;' } }).sort({ _id: 1 });
      const found = await page.limit(500).project<{ _id: string }>({ _id: 1 }).toArray();
      if (found.length === 0) break;
      read.push(...found.map((thing) => thing._id));
      last = read.at(-1) ?? '';
    }
    expect(read).toEqual(ids(1200));

    const back = await things
      .find({ _id: range, state: 'odd' })
      .sort({ _id: -1 })
      .limit(2)
      .toArray();
    expect(back.map((thing) => thing.n)).toEqual([1199, 1197]);
    const skipped = await things
      .find({ _id: { $gte: 'c:', $lte: 'c:0010' } })
      .skip(9)
      .toArray();
    expect(skipped.map((thing) => thing.n)).toEqual([9, 10]);
    const byOther = await things
      .find({ _id: range })
      .sort({ state: 1, _id: -1 })
      .limit(1)
      .toArray();
    expect(byOther[0]?.n).toBe(1198);
  });

  test('a cursor brings everything in batches', async () => {
    await things.insertMany(ids(750).map((_id) => ({ _id })));
    const cursor = things.find({ _id: { $gte: 'c:' } }, { batchSize: 100 });
    const read: string[] = [];
    for await (const thing of cursor) read.push(thing._id);
    expect(read.toSorted()).toEqual(ids(750));
  });

  test('many ids at once, with a further condition, in order', async () => {
    await things.insertMany(ids(20).map((_id, n) => ({ _id, n })));
    const wanted = { _id: { $in: ['c:0007', 'c:0003', 'nobody', 'c:0005'] }, n: { $ne: 5 } };
    const found = await things.find(wanted).sort({ _id: -1 }).toArray();
    expect(found.map((thing) => thing.n)).toEqual([7, 3]);
    const none = await things.find({ _id: { $in: [] } }).toArray();
    expect(none).toEqual([]);
  });

  test('$match and $group count and add; countDocuments agrees', async () => {
    await things.insertMany(ids(30).map((_id, n) => ({ _id, n, state: n % 3 ? 'done' : 'open' })));
    const grouped = await things
      .aggregate<{ _id: string; count: number; sum: number }>([
        { $match: { _id: { $gte: 'c:', $lt: 'c:0020' } } },
        { $group: { _id: '$state', count: { $sum: 1 }, sum: { $sum: '$n' } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(grouped).toEqual([
      { _id: 'done', count: 13, sum: 127 },
      { _id: 'open', count: 7, sum: 63 },
    ]);
    expect(await things.countDocuments({ state: 'open', _id: { $lt: 'c:0020' } })).toBe(7);
  });

  test('updateMany and deleteMany by range touch that range only', async () => {
    await things.insertMany([...ids(10), 'd:1'].map((_id) => ({ _id })));
    const range = { $gte: 'c:0003', $lt: 'c:0006' };
    expect(await things.updateMany({ _id: range }, { $set: { n: 1 } })).toMatchObject({
      modifiedCount: 3,
    });
    expect(await things.deleteMany({ _id: { $gte: 'c:', $lt: 'c;' } })).toMatchObject({
      deletedCount: 10,
    });
    expect(await things.find({}).toArray()).toEqual([{ _id: 'd:1' }]);
  });

  test('a unique sparse index refuses a second owner and ignores who has none', async () => {
    await things.createIndex({ login: 1 }, { unique: true, sparse: true });
    await things.createIndex({ login: 1 }, { unique: true, sparse: true });
    await things.insertMany([{ _id: 'a', login: 'x' }, { _id: 'b' }, { _id: 'c' }]);
    const second = things.updateOne({ _id: 'b' }, { $set: { login: 'x' } });
    await expect(second).rejects.toMatchObject(duplicate);
    await things.updateOne({ _id: 'a' }, { $unset: { login: '' } });
    await things.updateOne({ _id: 'b' }, { $set: { login: 'x' } });
    expect(await things.findOne({ login: 'x' })).toEqual({ _id: 'b', login: 'x' });
  });
});

test('what is dropped is forgotten with its unique keys: a collection, a database', async () => {
  const one = { _id: 'a', login: 'x' };
  for (let round = 0; round < 2; round++) {
    await things.createIndex({ login: 1 }, { unique: true });
    await things.insertOne(one);
    await expect(things.insertOne({ _id: 'b', login: 'x' })).rejects.toMatchObject(duplicate);
    await things.drop();
    expect(await things.findOne({ _id: 'a' })).toBeNull();
  }
  const other = client.db(`${database.databaseName}_other`);
  for (let round = 0; round < 2; round++) {
    await other.collection<Thing>('things').insertOne(one);
    await other.dropDatabase();
  }
});

describe('values and the connection', () => {
  test('values come back as they went in', async () => {
    const raw = database.collection<{ _id: string }>('values');
    const value = {
      _id: 'v',
      text: '飞花 “quoted” \u{1F338}',
      big: 2 ** 53 - 1,
      negative: -1.5,
      yes: true,
      nothing: null,
      when: new Date('2026-01-02T03:04:05.678Z'),
      nested: { list: [1, { deep: ['x'] }, []], empty: {} },
    };
    await raw.insertOne(value);
    expect(await raw.findOne({ _id: 'v' })).toEqual(value);
    const bytes = Buffer.from([0, 1, 254, 255]);
    await raw.updateOne({ _id: 'v' }, { $set: { bytes } });
    const found = await raw.findOne<{ bytes: { buffer: Uint8Array } }>({ _id: 'v' });
    expect(Buffer.from(found?.bytes.buffer ?? [])).toEqual(bytes);
  });

  test('lists grow and shrink in place', async () => {
    await things.insertOne({ _id: 'a', list: [1] });
    await things.updateOne({ _id: 'a' }, { $push: { list: { $each: [2, 3, 4], $slice: -3 } } });
    await things.updateOne({ _id: 'a' }, { $addToSet: { list: 2 } });
    await things.updateOne({ _id: 'a' }, { $pull: { list: 3 } });
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', list: [2, 4] });
    expect(await things.countDocuments({ list: 4 })).toBe(1);
  });

  test('the driver accepts the server and gets an answer to ping', async () => {
    expect(await database.admin().command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});
