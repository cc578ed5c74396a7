/** Proves, on whatever database server is met, the few guarantees that everything else stands on. */
import { randomBytes } from 'node:crypto';
import { MongoClient, MongoServerError } from 'mongodb';
import type { Collection } from 'mongodb';
import { messageOf } from './resolution.ts';

/** A document of the proof; only these fields are used. */
export interface ProofDocument {
  _id: string;
  value?: number;
  owner?: number;
  now?: Date;
}

/** The server lacks something; a person must choose another one. */
export class GuaranteesMissing extends Error {
  constructor(missing: readonly string[]) {
    super(`this database server cannot be used:\n${missing.map((one) => `  - ${one}`).join('\n')}`);
    this.name = 'GuaranteesMissing';
  }
}

const RACERS = 20;
const DUPLICATE_KEY = 11000;

/**
 * Races small writes in a collection of its own, which is removed afterwards; takes a fraction of a second.
 * @throws GuaranteesMissing
 */
export async function proveGuarantees(uri: string): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    const name = `proof_${randomBytes(6).toString('hex')}`;
    const collection = client.db().collection<ProofDocument>(name);
    try {
      const missing = await missingGuarantees(collection);
      if (missing.length > 0) throw new GuaranteesMissing(missing);
    } finally {
      await collection.drop().catch(() => {});
    }
  } finally {
    await client.close();
  }
}

type Check = (collection: Collection<ProofDocument>) => Promise<string | undefined>;

/** What this collection's server does not guarantee, in words; empty when all is well. */
export async function missingGuarantees(collection: Collection<ProofDocument>): Promise<string[]> {
  const missing: string[] = [];
  for (const [what, check] of Object.entries(CHECKS)) {
    const found = await check(collection).catch((error: unknown) => messageOf(error));
    if (found !== undefined) missing.push(`${what}: ${found}`);
  }
  return missing;
}

const CHECKS: Record<string, Check> = {
  'one document per _id': async (collection) => {
    const won = await race(async (racer) => {
      await collection.insertOne({ _id: 'unique', owner: racer });
    });
    return won === 1 ? undefined : `${won} of ${RACERS} inserts of one _id succeeded`;
  },

  'compare-and-set on one document': async (collection) => {
    await collection.insertOne({ _id: 'compare', value: 0 });
    const won = await race(async (racer) => {
      const change = { $set: { value: 1, owner: racer } };
      const done = await collection.updateOne({ _id: 'compare', value: 0 }, change);
      if (done.modifiedCount !== 1) throw new Lost();
    });
    return won === 1 ? undefined : `${won} of ${RACERS} writers believe to have won`;
  },

  'no lost increments': async (collection) => {
    await race(async () => {
      await repeatOnDuplicate(() =>
        collection.updateOne({ _id: 'count' }, { $inc: { value: 1 } }, { upsert: true }),
      );
    });
    const counted = (await collection.findOne({ _id: 'count' }))?.value;
    return counted === RACERS ? undefined : `${counted} of ${RACERS} increments arrived`;
  },

  'claim by upsert': async (collection) => {
    const won = await race(async (racer) => {
      const free = { _id: 'claim', $or: [{ owner: { $exists: false } }, { owner: { $lt: 0 } }] };
      const change = { $set: { owner: racer } };
      const done = await collection.updateOne(free, change, { upsert: true });
      if (done.modifiedCount + done.upsertedCount !== 1) throw new Lost();
    });
    return won === 1 ? undefined : `${won} of ${RACERS} claims succeeded`;
  },

  'unordered bulk writes go on after a refused one': async (collection) => {
    await collection.insertOne({ _id: 'bulk-2', value: 9 });
    const one = (id: string) => ({
      updateOne: {
        filter: { _id: id, value: { $lt: 5 } },
        update: { $set: { value: 1 } },
        upsert: true,
      },
    });
    const bulk = [one('bulk-1'), one('bulk-2'), one('bulk-3')];
    await collection.bulkWrite(bulk, { ordered: false }).catch(ignoreDuplicate);
    const found = await collection.find({ _id: { $gte: 'bulk-', $lt: 'bulk.' } }).toArray();
    const values = found.map((document) => document.value).toSorted();
    return values.join() === '1,1,9' ? undefined : `found ${values.join()} instead of 1,1,9`;
  },

  'writes that a majority has in its journal': async (collection) => {
    const writeConcern = { w: 'majority' as const, journal: true, wtimeoutMS: 5_000 };
    const change = { $set: { value: 1 } };
    await collection.updateOne({ _id: 'durable' }, change, { upsert: true, writeConcern });
    return undefined;
  },

  "the database's own time": async (collection) => {
    const changed = await collection.findOneAndUpdate(
      { _id: 'clock' },
      { $currentDate: { now: true } },
      { upsert: true, returnDocument: 'after' },
    );
    return changed?.now instanceof Date ? undefined : '$currentDate gives no date';
  },
};

/** Another racer was first. */
class Lost extends Error {}

/** How many of the racers ended without losing. @throws what is neither won nor lost */
async function race(run: (racer: number) => Promise<void>): Promise<number> {
  const racers = Array.from({ length: RACERS }, (_, racer) => run(racer + 1));
  const ends = await Promise.allSettled(racers);
  let won = 0;
  for (const end of ends) {
    if (end.status === 'fulfilled') won += 1;
    else if (!(end.reason instanceof Lost)) ignoreDuplicate(end.reason);
  }
  return won;
}

function ignoreDuplicate(error: unknown): void {
  if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
}

/** MongoDB may answer a racing upsert with a duplicate key; the same write then meets the document. */
async function repeatOnDuplicate(write: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      if (tries === RACERS) throw error;
      ignoreDuplicate(error);
    }
  }
}
