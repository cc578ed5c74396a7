/** Rates shared by all processes: each budget is one document that tells when its next call may be made. */
import type { BudgetDocument, Collections } from './documents.ts';
import { processTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import { guard } from './database.ts';

/** Slots that belong to whoever reserved them, evenly apart. */
export interface Reservation {
  /**
   * When the first slot begins by the caller's own clock, counted from the moment the database's time was
   * known here: never early. With no slots: when to ask again.
   */
  startsAt: number;
  /** The slots may have begun so much earlier: this answer took longer on its way than others do. */
  blurMs: number;
  intervalMs: number;
  count: number;
}

export interface Budgets {
  /**
   * Reserves slots behind all others that were reserved. Slots are `1000 / perSecond` ms apart over all
   * processes, so no window of a second holds more than the rate, and a lone call starts at once.
   * @param aheadMs none are given when so much time is reserved already: who must not wait long asks without
   */
  reserve(id: string, perSecond: number, count: number, aheadMs?: number): Promise<Reservation>;
  /** Stops everybody for so long; a longer hold that stands already stays. */
  hold(id: string, ms: number): Promise<void>;
}

/** Losing a race means that another process reserved; twenty lost in a row do not happen by chance. */
const TRIES = 20;

interface Touched {
  doc: BudgetDocument;
  /** Database time, and our own when it was known. */
  now: number;
  known: number;
  blurMs: number;
}

/** The budgets of a database; time is the database's. */
export function createBudgets(c: Collections, monotonic: Monotonic = processTime): Budgets {
  /** Shortest round trip seen; what goes beyond it is time of which nobody knows which way it was lost. */
  let shortest = Infinity;
  const touch = async (_id: string): Promise<Touched> => {
    const asked = monotonic();
    const doc = await guard(() =>
      c.budgets.findOneAndUpdate(
        { _id },
        { $currentDate: { at: true }, $setOnInsert: { next: 0, heldUntil: 0 } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    if (!doc) throw new Error('upsert returned nothing');
    const known = monotonic();
    shortest = Math.min(shortest, known - asked);
    return { doc, now: doc.at.getTime(), known, blurMs: known - asked - shortest };
  };
  return {
    async reserve(id, perSecond, count, aheadMs = Infinity) {
      const intervalMs = 1000 / perSecond;
      for (let attempt = 1; ; attempt++) {
        const { doc, now, known, blurMs } = await touch(id);
        const start = Math.max(now, doc.next, doc.heldUntil);
        const early = start - now - aheadMs;
        if (early > 0) return { startsAt: known + early, blurMs, intervalMs, count: 0 };
        const taken = await guard(() =>
          c.budgets.updateOne(
            { _id: id, next: doc.next },
            { $set: { next: start + count * intervalMs } },
          ),
        );
        if (taken.matchedCount === 1)
          return { startsAt: known + start - now, blurMs, intervalMs, count };
        if (attempt === TRIES) throw new Error('a budget could not be reserved');
      }
    },
    async hold(id, ms) {
      const { now } = await touch(id);
      await guard(() => c.budgets.updateOne({ _id: id }, { $max: { heldUntil: now + ms } }));
    },
  };
}

/** Budgets that stand still now because a vendor said so, with the time until when (ms since 1970). */
export async function heldBudgets(c: Collections): Promise<{ id: string; until: number }[]> {
  const now = Date.now();
  const found = await guard(() => c.budgets.find({ heldUntil: { $gt: now } }).toArray());
  return found.map(({ _id, heldUntil }) => ({ id: _id, until: heldUntil }));
}
