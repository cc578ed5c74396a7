/** The start-up check: it passes on the server of this run, and names each guarantee that a server lacks. */
import { MongoClient } from 'mongodb';
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { missingGuarantees, proveGuarantees } from '../../engines/proof.ts';
import type { ProofDocument } from '../../engines/proof.ts';

const uri = inject('mongoUri');
const client = new MongoClient(uri);
const database = client.db(`proof_${process.pid}`);
let collection: Collection<ProofDocument>;
let count = 0;

beforeEach(() => {
  collection = database.collection(`proof_${++count}`);
});
afterAll(async () => {
  await database.dropDatabase();
  await client.close();
});

/** The real collection with one method that does something else: a server that lacks a guarantee. */
function lacking(
  name: string,
  instead: (real: Collection<ProofDocument>, args: unknown[]) => unknown,
): Collection<ProofDocument> {
  return new Proxy(collection, {
    get: (real, property) => {
      const value: unknown = Reflect.get(real, property);
      if (typeof value !== 'function') return value;
      if (property === name) return (...args: unknown[]) => instead(real, args);
      return value.bind(real) as unknown;
    },
  });
}

const idOf = (args: unknown[]) => (args[0] as { _id?: string })._id;

test('the server of this run has them all, and nothing is left behind', async () => {
  await proveGuarantees(uri);
  const collections = await client.db('orgsync').listCollections().toArray();
  expect(collections.filter((one) => one.name.startsWith('proof_'))).toEqual([]);
});

test('a server that takes an _id twice', async () => {
  const broken = lacking('insertOne', (real, [document]) => {
    const { _id, ...rest } = document as ProofDocument;
    return real.updateOne({ _id }, { $set: rest }, { upsert: true });
  });
  expect(await missingGuarantees(broken)).toEqual([
    'one document per _id: 20 of 20 inserts of one _id succeeded',
  ]);
});

test('a server that looks and changes in two steps', async () => {
  const broken = lacking('updateOne', async (real, [filter, change, options]) => {
    if (idOf([filter]) !== 'compare')
      return real.updateOne(filter as object, change as object, options as object);
    const found = await real.findOne(filter as object);
    if (found === null) return { modifiedCount: 0 };
    return real.updateOne({ _id: 'compare' }, change as object);
  });
  const missing = await missingGuarantees(broken);
  expect(missing).toHaveLength(1);
  expect(missing[0]).toMatch(/^compare-and-set on one document: \d+ of 20 writers believe/);
});

test('a server that loses increments', async () => {
  const broken = lacking('updateOne', async (real, [filter, change, options]) => {
    if (idOf([filter]) !== 'count')
      return real.updateOne(filter as object, change as object, options as object);
    const value = ((await real.findOne({ _id: 'count' }))?.value ?? 0) + 1;
    return real.updateOne({ _id: 'count' }, { $set: { value } }, { upsert: true });
  });
  const missing = await missingGuarantees(broken);
  expect(missing).toEqual([expect.stringMatching(/^no lost increments: \d+ of 20 increments/)]);
});

test('a server where a claim is won by many', async () => {
  const broken = lacking('updateOne', (real, [filter, change, options]) => {
    const anyway = idOf([filter]) === 'claim' ? { _id: 'claim' } : (filter as object);
    return real.updateOne(anyway, change as object, options as object);
  });
  const missing = await missingGuarantees(broken);
  expect(missing).toEqual([expect.stringMatching(/^claim by upsert: \d+ of 20 claims succeeded/)]);
});

test('a server that stops a bulk at the first refusal', async () => {
  const broken = lacking('bulkWrite', async (real, [writes]) => {
    for (const write of writes as AnyBulkWriteOperation<ProofDocument>[]) {
      await real.bulkWrite([write]);
    }
  });
  expect(await missingGuarantees(broken)).toEqual([
    'unordered bulk writes go on after a refused one: found 1,9 instead of 1,1,9',
  ]);
});

test('a server without majority writes, or without a clock', async () => {
  const noMajority = lacking('updateOne', (real, [filter, change, options]) => {
    if (idOf([filter]) === 'durable') throw new Error('cannot use a write concern here');
    return real.updateOne(filter as object, change as object, options as object);
  });
  expect(await missingGuarantees(noMajority)).toEqual([
    'writes that a majority has in its journal: cannot use a write concern here',
  ]);
  await collection.drop();
  const noClock = lacking('findOneAndUpdate', () =>
    Promise.resolve({ _id: 'clock', now: 'today' }),
  );
  expect(await missingGuarantees(noClock)).toEqual([
    "the database's own time: $currentDate gives no date",
  ]);
});
