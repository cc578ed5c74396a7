/** Makes the list of runs true: starts what was recorded and not started, closes what ended elsewhere. */
import type { Log } from '../runtime/log.ts';
import type { Links } from '../store/links.ts';
import { settle } from './settle-run.ts';
import type { SettleParts } from './settle-run.ts';

const EVERY_MS = 5_000;
/** Younger runs are still being started by whoever recorded them. */
const GRACE_MS = 10_000;

/** Objects of dead claims taken up in one round. */
const CLAIMS_A_ROUND = 100;

/** Sweeps until it is stopped; several processes may do so at once, every step is safe to repeat. */
export function sweepRuns(parts: SettleParts, links: Links, log: Log): { stop(): void } {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweep(parts)
      .then(() => sweepClaims(parts, links))
      .catch((error: unknown) => log.warn('sweep failed', { error }))
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** One round over the runs that have not ended. */
async function sweep(parts: SettleParts): Promise<void> {
  for (const connection of await parts.connections.list()) {
    for (const run of await parts.runs.unfinished(connection.id)) {
      // A branch may have waited behind another run, whose end nobody tells of.
      const waits = run.status === 'queued' && run.scope.kind === 'branch';
      const young = Date.now() - Date.parse(run.startedAt) <= GRACE_MS;
      if (waits || !young) await settle(parts, run);
    }
  }
}

/**
 * An expired claim means that a writer died or a write ended unclear; its object is read and written
 * again. While a run of the connection is under way this is the run's own business, and it counts it.
 */
async function sweepClaims(parts: SettleParts, links: Links): Promise<void> {
  for (const { connection, kind, sourceId } of await links.expired(CLAIMS_A_ROUND)) {
    const runs = await parts.runs.unfinished(connection);
    // A retry is no walk: whoever it left unclear is swept up as at any other time.
    if (runs.some((run) => run.status === 'running' && !run.retries)) continue;
    await parts.startSync(connection, { kind, id: sourceId });
  }
}
