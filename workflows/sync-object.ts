/** One object: read, write, and read once more when the source has surely come to rest. */
import { condition, continueAsNew, setHandler, sleep } from '@temporalio/workflow';
import { rounds } from './activities.ts';
import { touched } from './messages.ts';
import type { SyncInput } from './messages.ts';

/** A workflow takes at most so many signals before its history is continued as new. */
const SIGNALS_MAX = 500;
const BUSY_WAIT_MAX_MS = 15_000;
/** Ids of events one round accounts for, and those carried over: payloads have a limit of 2 MB. */
const EVENTS_A_ROUND = 1_000;
const EVENTS_CARRIED = 10_000;

/**
 * Role: brings one person or department in line, whatever events say of it; its id is the lock.
 * Limit: one round at a time, each a single activity. Bounded: rounds end when a read that began at
 * least the confirming delay after the last event has settled.
 */
export async function syncObject(input: SyncInput): Promise<string> {
  let lastEvent = Date.now();
  let signals = 0;
  const events = [...(input.events ?? [])];
  setHandler(touched, (ids) => {
    lastEvent = Date.now();
    signals++;
    events.push(...ids);
  });
  let busy = 0;
  for (;;) {
    const began = Date.now();
    const summary = `${input.object.kind} ${input.object.id}`;
    // Only what came before the read is settled by it.
    const told = events.slice(0, EVENTS_A_ROUND);
    const round = { connection: input.connection, object: input.object, events: told };
    const { end } = await rounds.syncRound.executeWithOptions({ summary }, [round]);
    if (end !== 'busy') events.splice(0, told.length);
    const confirmed = began - lastEvent >= input.confirmDelayMs;
    if (end !== 'busy' && confirmed && events.length === 0) return end;
    if (signals >= SIGNALS_MAX) {
      const carried = events.slice(-EVENTS_CARRIED);
      await continueAsNew<typeof syncObject>({ ...input, events: carried });
    }
    if (end === 'busy') await sleep(Math.min(1000 * 2 ** busy++, BUSY_WAIT_MAX_MS));
    else {
      busy = 0;
      const seen = signals;
      // A new event starts a round at once; without one the confirming read follows.
      await condition(
        () => signals > seen,
        Math.max(1, lastEvent + input.confirmDelayMs - Date.now()),
      );
    }
  }
}
