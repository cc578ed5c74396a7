/** Gives each connection its Schedule for missed events, also while Temporal was away when it was made. */
import type { Log } from '../runtime/log.ts';
import type { Connections } from '../store/connections.ts';

const EVERY_MS = 5_000;

/** @param schedule makes the Schedule of one connection; safe to repeat */
export function scheduleRecoveries(
  connections: Pick<Connections, 'list'>,
  schedule: (connection: string) => Promise<void>,
  log: Log,
): { stop(): void } {
  const done = new Set<string>();
  async function round(): Promise<void> {
    for (const { id, createdAt } of await connections.list()) {
      // Of a connection that was made again the Schedule may have ended with the one before.
      const key = `${id}/${createdAt}`;
      if (done.has(key)) continue;
      await schedule(id);
      done.add(key);
    }
  }
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    round()
      .catch((error: unknown) => log.warn('missed events are not looked for yet', { error }))
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
