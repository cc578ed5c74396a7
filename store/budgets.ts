/** Rates shared by all processes: each budget is one document that tells when its next call may be made. */
import type { BudgetDocument, Collections } from './documents.ts';
import { processTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import { guard } from './database.ts';

/** Slots that belong to whoever reserved them, evenly apart. */
export interface Reservation {
  /**
   * When the first slot begins by the caller's own clock; never early, as the database's time is known from
   * its quickest answer of late. With no slots: when to ask again.
   */
  startsAt: number;
  intervalMs: number;
  count: number;
}

export interface Budgets {
  /**
   * Reserves slots behind all others that were reserved. Slots are `1000 / perSecond` ms apart over all
   * processes, so no window of a second holds more than the rate, and a lone call starts at once.
   * @param aheadMs none are given when so much time is reserved already: who must not wait long asks without
   * @param leadMs none begin earlier: where answers take so long, earlier ones would be over when they are known
   */
  reserve(
    id: string,
    perSecond: number,
    count: number,
    aheadMs?: number,
    leadMs?: number,
  ): Promise<Reservation>;
  /** Stops everybody for so long; a longer hold that stands already stays. */
  hold(id: string, ms: number): Promise<void>;
}

/** Losing a race means that another process reserved; twenty lost in a row do not happen by chance. */
const TRIES = 20;

/** So long an answer of the database tells its time, unless a quicker one came meanwhile. */
const CLOCK_MS = 60_000;

interface Touched {
  doc: BudgetDocument;
  /** Database time. */
  now: number;
}

/** The budgets of a database; time is the database's. */
export function createBudgets(c: Collections, monotonic: Monotonic = processTime): Budgets {
  /** The database's time minus ours: never more than it is, and nearest to it after a quick answer. */
  let clock = { offset: -Infinity, until: -Infinity };
  const touch = async (_id: string): Promise<Touched> => {
    const doc = await guard(() =>
      c.budgets.findOneAndUpdate(
        { _id },
        { $currentDate: { at: true }, $setOnInsert: { next: 0, heldUntil: 0 } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    if (!doc) throw new Error('upsert returned nothing');
    const now = doc.at.getTime();
    const known = monotonic();
    if (now - known >= clock.offset || known > clock.until) {
      clock = { offset: now - known, until: known + CLOCK_MS };
    }
    return { doc, now };
  };
  return {
    async reserve(id, perSecond, count, aheadMs = Infinity, leadMs = 0) {
      const intervalMs = 1000 / perSecond;
      for (let attempt = 1; ; attempt++) {
        const { doc, now } = await touch(id);
        const free = Math.max(now, doc.next, doc.heldUntil);
        const early = free - now - aheadMs - leadMs;
        if (early > 0) return { startsAt: now + early - clock.offset, intervalMs, count: 0 };
        const start = Math.max(free, now + leadMs);
        const taken = await guard(() =>
          c.budgets.updateOne(
            { _id: id, next: doc.next },
            { $set: { next: start + count * intervalMs } },
          ),
        );
        if (taken.matchedCount === 1) return { startsAt: start - clock.offset, intervalMs, count };
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
