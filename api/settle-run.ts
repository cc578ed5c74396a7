/** Makes a run and its workflow agree: starts, tells what was asked, or closes what has ended elsewhere. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Run, RunWish } from '../model/run.ts';
import { settleRetry } from './retry.ts';
import { steered } from '../workflows/messages.ts';
import { startWorkflow } from './start-import.ts';
import type { StartParts } from './start-import.ts';

export interface SettleParts extends StartParts {
  /** Ends a run with what its links say it has done; `at` is Temporal's time (ms) of the end. */
  endRun(ended: RunEnding, at?: number): Promise<void>;
}

export interface RunEnding {
  run: string;
  connection: string;
  status: 'failed' | 'cancelled';
  failure: Problem | null;
}

/** What a person may ask of a run, as the API and the terminal call it. */
const verbs = { pause: 'pause', resume: null, cancel: 'cancel' } as const satisfies Record<
  string,
  RunWish | null
>;

/**
 * Notes what is asked of a run, and lets its workflow know; while Temporal is away the sweeper does that
 * later. Steps that are under way learn it from the store. Throws RUN_UNKNOWN, RUN_ENDED.
 */
export async function steerRun(
  parts: SettleParts,
  id: string,
  verb: keyof typeof verbs,
): Promise<void> {
  const run = await parts.runs.get(id);
  if (!run) throw new ProblemError(problem('RUN_UNKNOWN'));
  const asked = verbs[verb];
  const again = asked === 'cancel' && run.asked === 'cancel';
  if (!(await parts.runs.ask(id, asked)) && !again) throw new ProblemError(problem('RUN_ENDED'));
  await settle(parts, { ...run, asked });
}

/** One look at a run that has not ended; safe to repeat. While Temporal is away nothing is done. */
export async function settle(parts: SettleParts, run: Run): Promise<void> {
  if (run.objects) return settleRetry(parts, run, run.objects);
  let description: WorkflowExecutionDescription | null;
  try {
    description = await parts.client.workflow.getHandle(run.workflowId).describe();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) return;
    description = null;
  }
  const mine = description?.memo?.['run'] === run.id;
  if (mine && description?.status.name === 'RUNNING') return tell(parts, run);
  const { id, connection, asked } = run;
  if (run.status === 'queued' && !mine) {
    if (asked !== 'cancel') return startWorkflow(parts, run);
    return parts.endRun({ run: id, connection, status: 'cancelled', failure: null });
  }
  const status = mine && description?.status.name === 'CANCELLED' ? 'cancelled' : 'failed';
  const failure = status === 'cancelled' ? null : problem('RUN_STOPPED');
  const at = mine ? description?.closeTime?.getTime() : undefined;
  await parts.endRun({ run: id, connection, status, failure }, at);
}

/** Tells an open workflow what is asked of it, as far as it may not know. */
async function tell({ client }: SettleParts, run: Run): Promise<void> {
  const handle = client.workflow.getHandle(run.workflowId);
  try {
    if (run.asked === 'cancel') await handle.cancel();
    else if (run.asked === null && run.status === 'paused') await handle.signal(steered);
  } catch {
    // It has just ended, or Temporal is away: the next look tells.
  }
}
