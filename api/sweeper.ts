/** Makes the list of runs true: starts what was recorded and not started, closes what ended elsewhere. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { problem } from '../model/problem.ts';
import type { Run } from '../model/run.ts';
import type { Log } from '../runtime/log.ts';
import { startWorkflow } from './start-import.ts';
import type { StartParts } from './start-import.ts';

const EVERY_MS = 5_000;
/** Younger runs are still being started by whoever recorded them. */
const GRACE_MS = 10_000;

/** Sweeps until it is stopped; several processes may do so at once, every step is safe to repeat. */
export function sweepRuns(parts: StartParts, log: Log): { stop(): void } {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweep(parts)
      .catch((error: unknown) => log.warn('sweep failed', { error }))
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** One round over the runs that have not ended. */
export async function sweep(parts: StartParts): Promise<void> {
  for (const connection of await parts.connections.list()) {
    for (const run of await parts.runs.list(connection.id, 20)) {
      const open = run.status === 'queued' || run.status === 'running';
      if (open && Date.now() - Date.parse(run.startedAt) > GRACE_MS) await look(parts, run);
    }
  }
}

async function look(parts: StartParts, run: Run): Promise<void> {
  try {
    const description = await parts.client.workflow.getHandle(run.workflowId).describe();
    const mine = description.memo?.['run'] === run.id;
    if (mine && description.status.name === 'RUNNING') return;
    if (run.status === 'queued' && !mine) return await startWorkflow(parts, run);
    const status = description.status.name === 'CANCELLED' && mine ? 'cancelled' : 'failed';
    const failure = status === 'cancelled' ? null : problem('RUN_STOPPED');
    await parts.runs.end(run.id, { status, failure, stage: 'done' });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError && run.status === 'queued') {
      await startWorkflow(parts, run);
    }
  }
}
