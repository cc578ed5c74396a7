/** What runs changed, in MongoDB: one document a batch, sealed; which objects it is about stands beside. */
import { randomUUID } from 'node:crypto';
import { Binary } from 'mongodb';
import type { ObjectRef } from '../model/directory.ts';
import type { Collections, ChangesDocument } from './documents.ts';
import { guard } from './database.ts';
import { below } from './run-departments.ts';

/** The changes of one batch. */
export interface ChangeBatch {
  /** "{run}/{time}-{chance}": batches of a run sort by time. */
  id: string;
  run: string;
  connection: string;
  sealed: Buffer;
}

export interface NewBatch {
  run: string;
  connection: string;
  objects: ObjectRef[];
  /** Seals what was changed for the id that the batch gets. */
  seal: (id: string) => Buffer;
}

export interface Changes {
  put(batch: NewBatch): Promise<void>;
  /** Batches of a run, oldest first. @param from id at which the list begins */
  list(run: string, limit: number, from?: string): Promise<ChangeBatch[]>;
  /** The newest batches that one object is in, over runs and single synchronisations. */
  of(connection: string, object: ObjectRef, limit: number): Promise<ChangeBatch[]>;
}

const keyOf = (connection: string, { kind, id }: ObjectRef): string =>
  `${connection}/${kind}/${id}`;

const toBatch = ({ _id, run, connection, sealed }: ChangesDocument): ChangeBatch => ({
  ...{ id: _id, run, connection },
  sealed: Buffer.from(sealed.buffer),
});

/** The changes of a database. */
export function createChanges(c: Collections): Changes {
  return {
    async put({ run, connection, objects, seal }) {
      const at = new Date().toISOString();
      const _id = `${run}/${at}-${randomUUID().slice(0, 8)}`;
      const about = objects.map((it) => keyOf(connection, it));
      const document = { _id, run, connection, at, objects: about, sealed: new Binary(seal(_id)) };
      await guard(() => c.changes.insertOne(document));
    },
    async list(run, limit, from) {
      const range = from === undefined ? below(run) : { $gte: from, $lt: `${run}0` };
      const found = await guard(() =>
        c.changes.find({ _id: range }).sort({ _id: 1 }).limit(limit).toArray(),
      );
      return found.map(toBatch);
    },
    async of(connection, object, limit) {
      const objects = keyOf(connection, object);
      const found = await guard(() =>
        c.changes.find({ objects }).sort({ at: -1 }).limit(limit).toArray(),
      );
      return found.map(toBatch);
    },
  };
}
