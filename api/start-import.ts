/** Starts imports: the run is recorded first, then its workflow, so that no start is ever silent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { ObjectRef } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { emptyCounts } from '../model/run.ts';
import type { Run, RunScope, RunTrigger } from '../model/run.ts';
import { RunInTheWay } from './problem-reply.ts';
import type { Connections } from '../store/connections.ts';
import type { Runs } from '../store/runs.ts';
import { BULK_QUEUE, importWorkflowId } from '../workflows/messages.ts';
import type { ImportInput } from '../workflows/messages.ts';

export interface StartParts {
  client: Client;
  connections: Connections;
  runs: Runs;
  continueAfterEvents: number;
  hideNames: boolean;
  /** Starts or touches the workflow of one object; returns its id. */
  startSync: (connectionId: string, object: ObjectRef) => Promise<string>;
}

const connectionKey = defineSearchAttributeKey('Connection', SearchAttributeType.KEYWORD);
const triggerKey = defineSearchAttributeKey('Trigger', SearchAttributeType.KEYWORD);

/** A run that is about to be recorded. */
export function newRun(
  runs: Runs,
  connection: string,
  workflowId: string,
  asked: Pick<Run, 'trigger' | 'scope' | 'by' | 'planning' | 'plan'>,
): Run {
  return {
    ...{ id: runs.newId(), workflowId, connection, ...asked },
    ...{ status: 'queued', stage: 'waiting', startedAt: new Date().toISOString(), endedAt: null },
    ...{ asked: null, pausedAt: null, counts: emptyCounts(), failure: null },
    ...{ calls: { source: 0, targetReads: 0, targetWrites: 0 } },
    ...{ complete: false, verified: false },
  };
}

/** Records a run and starts its workflow. Throws CONNECTION_UNKNOWN, RUN_IN_PROGRESS (with the run in the way). */
export async function startImport(
  parts: StartParts,
  connectionId: string,
  asked: { trigger: RunTrigger; scope: RunScope; by?: string } & Pick<Run, 'planning' | 'plan'>,
): Promise<Run> {
  await parts.connections.get(connectionId);
  const run = newRun(parts.runs, connectionId, importWorkflowId(connectionId), asked);
  await parts.runs.create(run);
  await startWorkflow(parts, asked.scope.kind === 'branch' ? await nextQueued(parts, run) : run);
  return run;
}

/** Branches wait in order: of those of the connection the one that was asked for first. */
async function nextQueued(parts: StartParts, run: Run): Promise<Run> {
  const waiting = await parts.runs.unfinished(run.connection);
  return waiting.find((it) => it.status === 'queued') ?? run;
}

/**
 * Starts the workflow of a recorded run; while Temporal is away the run stays queued and is swept up later.
 * While another run of the connection is under way a branch waits for its end, and all others are refused.
 */
export async function startWorkflow(parts: StartParts, run: Run, tries = 25): Promise<void> {
  const connection = await parts.connections.get(run.connection);
  const input: ImportInput = {
    run: run.id,
    connection: run.connection,
    trigger: run.trigger,
    scope: run.scope,
    ...(run.planning ? { planning: true } : {}),
    ...(run.plan === undefined ? {} : { plan: run.plan }),
    continueAfterEvents: parts.continueAfterEvents,
    hideNames: parts.hideNames || connection.settings.hideNames,
  };
  const where = run.scope.kind === 'branch' ? `Branch ${run.scope.departmentId ?? ''}` : null;
  const how = run.planning ? 'Plan' : run.plan === undefined ? null : `Plan ${run.plan}`;
  const what = [how, where].filter(Boolean).join(': ') || 'Full import';
  try {
    await parts.client.workflow.start('importOrganization', {
      workflowId: run.workflowId,
      taskQueue: BULK_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      memo: { run: run.id },
      staticSummary: `${what} of ${connection.name.slice(0, 80)}, ${run.trigger}`,
      typedSearchAttributes: [
        { key: connectionKey, value: run.connection },
        { key: triggerKey, value: run.trigger },
      ],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) return;
    if (run.scope.kind === 'branch') return;
    const failure = problem('RUN_IN_PROGRESS');
    const running = await runOf(parts.client, run.workflowId);
    // Our own earlier start may have succeeded although its reply was lost.
    if (running === run.id) return;
    // A run shows its end a moment before its workflow is closed, and the workflow may close before we ask who it is.
    const over = running === null || Boolean((await parts.runs.get(running))?.endedAt);
    if (over && tries > 0) {
      await sleep(200);
      return startWorkflow(parts, run, tries - 1);
    }
    await parts.runs.end(run.id, { status: 'failed', stage: 'done', failure });
    throw running === null ? new ProblemError(failure) : new RunInTheWay(failure, running);
  }
}

/** The run whose workflow is open under this id, or null. */
async function runOf(client: Client, workflowId: string): Promise<string | null> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    if (description.status.name !== 'RUNNING') return null;
    const run = description.memo?.['run'];
    return typeof run === 'string' ? run : null;
  } catch {
    return null;
  }
}
