/** Asks a worker for a diagnosis and waits for it. */
import { WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Diagnosis } from '../model/diagnosis.ts';
import { verdictOf } from '../model/diagnosis.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Language } from '../model/words.ts';
import { SYNC_QUEUE, diagnosisWorkflowId } from '../workflows/messages.ts';
import { viewProblem } from './run-view.ts';

/** A diagnosis takes seconds; a worker that does not answer in this time is not there. */
const WAIT_MS = 60_000;

/** Starts a diagnosis, or joins the one that runs. Throws WORKER_AWAY when no worker answers. */
export async function diagnose(client: Client, connection: string): Promise<Diagnosis> {
  const handle = await client.workflow.start('diagnoseConnection', {
    workflowId: diagnosisWorkflowId(connection),
    taskQueue: SYNC_QUEUE,
    args: [connection],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `diagnosis of ${connection}`,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProblemError(problem('WORKER_AWAY'))), WAIT_MS);
  });
  try {
    return (await Promise.race([handle.result(), late])) as Diagnosis;
  } catch (error) {
    throw problemIn(error);
  } finally {
    clearTimeout(timer);
  }
}

function problemIn(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
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
