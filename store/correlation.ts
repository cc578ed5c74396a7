/** What correlation must know beyond one batch: who else has a value, and whose an account of the target is. */
import type { AnyBulkWriteOperation } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import type { ObjectKind } from '../model/directory.ts';
import type { AdoptionDocument, Collections, ValueDocument } from './documents.ts';
import { guard } from './database.ts';
import type { Walk } from './frontier.ts';

/** Whose an account is: a person of a connection, linked or about to be. */
export interface Owner {
  connection: string;
  sourceId: string;
}

export interface CorrelationStore {
  /** Remembers that a person has a value, for one walk; values are fingerprints. */
  noteValues(at: Walk, values: { value: string; person: string }[]): Promise<void>;
  /** Those of the values that more than one person of the walk has. */
  sharedValues(at: Walk, values: string[]): Promise<Set<string>>;
  /** Source ids of linked people with a field of this fingerprint; a scan, for who is in doubt only. */
  holders(connection: string, field: string, print: string): Promise<string[]>;
  /** Owners by system id; accounts, or departments, that are nobody's are left out. */
  owners(targetIds: string[], kind?: ObjectKind): Promise<Map<string, Owner>>;
  /**
   * Takes accounts and departments before they are given our key, so that none is ever taken by two,
   * whatever comes between. Gives the owner each has then.
   */
  reserve(wanted: (Owner & { targetId: string })[]): Promise<Map<string, Owner>>;
  /** Those of the accounts that were reserved, with for whom. */
  adopted(targetIds: string[]): Promise<Map<string, Owner>>;
  /** Gives accounts back that could not be taken over after all. */
  release(held: (Owner & { targetId: string })[]): Promise<void>;
}

const valueId = ({ run, generation }: Walk, value: string): string =>
  `${run}/${generation}/${value}`;

/** Two upserts of one `_id` may collide; the loser's document exists then, which is all that is needed. */
async function insertMissing(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.code !== 11000) throw error;
  }
}

async function noteValues(
  c: Collections,
  at: Walk,
  values: { value: string; person: string }[],
): Promise<void> {
  if (values.length === 0) return;
  const ids = values.map(({ value, person }) => ({ _id: valueId(at, value), person }));
  const first = ids.map(({ _id, person }): AnyBulkWriteOperation<ValueDocument> => {
    const update = { $setOnInsert: { run: at.run, person, shared: false } };
    return { updateOne: { filter: { _id }, update, upsert: true } };
  });
  const others = ids.map(({ _id, person }): AnyBulkWriteOperation<ValueDocument> => ({
    updateOne: { filter: { _id, person: { $ne: person } }, update: { $set: { shared: true } } },
  }));
  await guard(async () => {
    await insertMissing(() => c.values.bulkWrite(first, { ordered: false }));
    await c.values.bulkWrite(others, { ordered: false });
  });
}

async function adopted(c: Collections, targetIds: string[]): Promise<Map<string, Owner>> {
  const found = await guard(() => c.adoptions.find({ _id: { $in: targetIds } }).toArray());
  return new Map(found.map(({ _id, connection, sourceId }) => [_id, { connection, sourceId }]));
}

async function owners(
  c: Collections,
  targetIds: string[],
  kind: ObjectKind = 'person',
): Promise<Map<string, Owner>> {
  if (targetIds.length === 0) return new Map();
  const of = await adopted(c, targetIds);
  const linked = { targetId: { $in: targetIds }, kind };
  for (const link of await guard(() => c.links.find(linked).toArray())) {
    of.set(link.targetId ?? '', { connection: link.connection, sourceId: link.sourceId });
  }
  return of;
}

/** What a database knows for correlation. */
export function createCorrelationStore(c: Collections): CorrelationStore {
  return {
    noteValues: (at, values) => noteValues(c, at, values),
    async sharedValues(at, values) {
      const prefix = valueId(at, '');
      const ids = values.map((value) => valueId(at, value));
      const found = await guard(() => c.values.find({ _id: { $in: ids } }).toArray());
      return new Set(found.filter((it) => it.shared).map((it) => it._id.slice(prefix.length)));
    },
    async holders(connection, field, print) {
      const filter = { connection, kind: 'person' as const, [`prints.${field}`]: print };
      const found = await guard(() => c.links.find(filter).limit(2).toArray());
      return found.map((link) => link.sourceId);
    },
    owners: (targetIds, kind) => owners(c, targetIds, kind),
    adopted: (targetIds) => adopted(c, targetIds),
    async reserve(wanted) {
      const operations = wanted.map(({ targetId, connection, sourceId }) => {
        const update = { $setOnInsert: { connection, sourceId } };
        return { updateOne: { filter: { _id: targetId }, update, upsert: true } };
      }) satisfies AnyBulkWriteOperation<AdoptionDocument>[];
      if (wanted.length === 0) return new Map();
      await guard(() => insertMissing(() => c.adoptions.bulkWrite(operations, { ordered: false })));
      return owners(
        c,
        wanted.map((it) => it.targetId),
      );
    },
    async release(held) {
      await guard(async () => {
        for (const { targetId, connection, sourceId } of held) {
          await c.adoptions.deleteMany({ _id: targetId, connection, sourceId });
        }
      });
    },
  };
}
