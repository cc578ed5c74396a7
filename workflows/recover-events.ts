/** What did not come in: looked for in the list of failed pushes, each minute and after every gap. */
import { setHandler } from '@temporalio/workflow';
import { once, rounds } from './activities.ts';
import { look } from './messages.ts';

/**
 * Role: the one reader of a connection's list of failed pushes; its id is the lock.
 * Limit: one read at a time. Bounded: ends when nobody has asked since the last read began.
 */
export async function recoverEvents(connection: string): Promise<void> {
  let asked = 0;
  setHandler(look, () => {
    asked++;
  });
  let seen: number;
  do {
    seen = asked;
    await rounds.recoverRound.executeWithOptions({ summary: connection }, [connection]);
  } while (asked > seen);
}

/**
 * Role: what a Schedule starts, because it adds a time to the ids of what it starts.
 * Limit: wakes the reader and nothing more. Bounded: a single activity, tried once; the next minute is near.
 */
export async function wakeRecovery(connection: string): Promise<void> {
  await once.wakeRecovery.executeWithOptions({ summary: connection }, [connection]);
}
