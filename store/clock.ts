/** Database time: the one clock that all processes share. */
import type { Collections } from './documents.ts';
import { guard } from './database.ts';

/** Milliseconds of a clock that only grows; measures how long ago the database's time was read. */
export type Monotonic = () => number;

export const processTime: Monotonic = () => performance.now();

/**
 * Takes the connection's next read number, to be taken *before* a source request begins, together with
 * the database's time. Numbers order all reads of a connection over all processes.
 */
export async function nextNumber(
  c: Collections,
  connection: string,
): Promise<{ number: number; now: Date }> {
  return guard(async () => {
    const after = await c.numbers.findOneAndUpdate(
      { _id: connection },
      { $inc: { number: 1 }, $currentDate: { at: true } },
      { upsert: true, returnDocument: 'after' },
    );
    if (!after) throw new Error('upsert returned nothing');
    return { number: after.number, now: after.at };
  });
}

/** The database's time, without taking a number. */
export async function databaseTime(c: Collections): Promise<Date> {
  return guard(async () => {
    const after = await c.numbers.findOneAndUpdate(
      { _id: 'clock' },
      { $currentDate: { at: true }, $inc: { number: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    if (!after) throw new Error('upsert returned nothing');
    return after.at;
  });
}
