/** Asks a worker for a diagnosis and waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { Diagnosis } from '../model/diagnosis.ts';
import { verdictOf } from '../model/diagnosis.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Language } from '../model/words.ts';
import { SYNC_QUEUE, diagnosisWorkflowId } from '../workflows/messages.ts';
import { viewProblem } from './run-view.ts';

/** A worker that listens takes a task within milliseconds. */
const TAKEN_MS = 8_000;
/** A diagnosis takes seconds, or as many time limits as it has steps; the workflow itself ends then. */
const WHOLE_MS = 180_000;

/** Starts a diagnosis, or joins the one that runs. Throws WORKER_AWAY when no worker takes it. */
export async function diagnose(client: Client, connection: string): Promise<Diagnosis> {
  const handle = await client.workflow.start('diagnoseConnection', {
    workflowId: diagnosisWorkflowId(connection),
    taskQueue: SYNC_QUEUE,
    args: [connection],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowExecutionTimeout: WHOLE_MS,
    staticSummary: `diagnosis of ${connection}`,
  });
  const ended = new AbortController();
  try {
    const result = handle.result() as Promise<Diagnosis>;
    return await Promise.race([result, nobodyTakes(handle, ended.signal)]);
  } catch (error) {
    throw problemIn(error);
  } finally {
    ended.abort();
  }
}

/** Rejects with WORKER_AWAY when nobody has begun in time; never resolves. */
async function nobodyTakes(handle: WorkflowHandle, signal: AbortSignal): Promise<never> {
  await sleep(TAKEN_MS, undefined, { signal, ref: false }).catch(() => undefined);
  if (!signal.aborted) {
    // An untouched workflow has two events: that it was started, and that a task waits.
    const { historyLength } = await handle.describe();
    if (historyLength <= 2) throw new ProblemError(problem('WORKER_AWAY'));
  }
  return new Promise(() => undefined);
}

function problemIn(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  // Its own time is over: it was taken, and the worker went away.
  if (error.cause instanceof TimeoutFailure) return new ProblemError(problem('WORKER_AWAY'));
  const cause = error.cause?.cause ?? error.cause;
  const [detail] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  if (typeof detail !== 'object' || detail === null || !('code' in detail)) return error;
  return new ProblemError(detail as Problem);
}

/** The diagnosis with words in the caller's language. */
export function viewDiagnosis(diagnosis: Diagnosis, language: Language) {
  return {
    ...diagnosis,
    verdict: verdictOf(diagnosis),
    steps: diagnosis.steps.map((step) => ({
      ...step,
      problem: step.problem ? viewProblem(step.problem, undefined, language) : null,
    })),
  };
}
