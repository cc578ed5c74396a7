/** The gate: a lease per connection that one writer of department structure holds for a few calls. */
import { randomUUID } from 'node:crypto';
import { databaseTime, processTime } from './clock.ts';
import type { Monotonic } from './clock.ts';
import type { Collections } from './documents.ts';
import { guard, isDuplicateKey } from './database.ts';

export interface GateLease {
  token: string;
  /** As with claims: a write is sent only while this gives more than the longest write. */
  remainingMs(): number;
}

export interface Gate {
  /** The lease, or null while another writer holds it. */
  acquire(connection: string, leaseMs: number): Promise<GateLease | null>;
  /**
   * Gives the lease back; after an unclear write it is left to expire instead. True when another writer
   * has asked for the gate meanwhile: theirs is the next turn.
   */
  release(connection: string, lease: GateLease): Promise<boolean>;
}

/** The gates of a database. */
export function createGate(c: Collections, monotonic: Monotonic = processTime): Gate {
  return {
    async acquire(connection, leaseMs) {
      const token = randomUUID();
      const started = monotonic();
      const now = await databaseTime(c);
      const until = new Date(now.getTime() + leaseMs);
      const got = await guard(async () => {
        const taken = await c.gates.updateOne(
          { _id: connection, until: { $lte: now } },
          { $set: { token, until, wanted: false } },
        );
        if (taken.matchedCount === 1) return true;
        try {
          await c.gates.insertOne({ _id: connection, token, until, wanted: false });
          return true;
        } catch (error) {
          if (isDuplicateKey(error)) return false;
          throw error;
        }
      });
      if (!got) {
        await guard(() => c.gates.updateOne({ _id: connection }, { $set: { wanted: true } }));
        return null;
      }
      return { token, remainingMs: () => Math.max(0, leaseMs - (monotonic() - started)) };
    },
    async release(connection, lease) {
      const mine = { _id: connection, token: lease.token };
      const held = await guard(() => c.gates.findOne(mine));
      await guard(() => c.gates.deleteOne(mine));
      return held?.wanted ?? false;
    },
  };
}
