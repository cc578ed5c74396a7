/** A run while it runs: how far it is, what it waits for, how long it may take; from the store and from its workflow. */
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { estimate } from '../model/estimate.ts';
import type { Run, RunDepartment } from '../model/run.ts';
import { progress } from '../workflows/messages.ts';
import type { ImportProgress } from '../workflows/messages.ts';
import { inTime } from './limits.ts';
import type { ApiParts, Wait } from './parts.ts';

export interface Live {
  asOf: string;
  departments: { known: number; read: number; complete: boolean };
  people: { read: number; written: number; expected: number | null };
  perSecond: number;
  secondsLeft: number | null;
  /** What the workflow itself says; null when no worker answers for it. */
  workflow: ImportProgress | null;
  waits: Wait[];
}

const ASK_MS = 1_000;

/** Temporal's own answer to what waits: steps that failed and will be tried again. */
async function retriedSteps({ client }: ApiParts, run: Run): Promise<Wait[]> {
  const { raw, memo } = await client.workflow.getHandle(run.workflowId).describe();
  if (memo?.['run'] !== run.id) return [];
  return (raw.pendingActivities ?? []).flatMap((it) => {
    if (!it.lastFailure || (it.attempt ?? 1) < 2) return [];
    const failure = defaultFailureConverter.failureToError(
      ...([it.lastFailure, defaultPayloadConverter] as const),
    );
    const code = failure instanceof ApplicationFailure ? failure.type : null;
    const silent = failure instanceof TimeoutFailure ? 'WORKER_SILENT' : 'BUG_UNEXPECTED';
    const at = it.scheduledTime ? Number(it.scheduledTime.seconds) * 1000 : null;
    const later = at !== null && at > Date.now();
    return {
      ...{ what: it.activityType?.name ?? '', code: code ?? silent },
      ...{ tries: it.attempt ?? 1, until: later ? new Date(at).toISOString() : null },
    };
  });
}

/** People of the newest run of the same scope that went through. */
async function peopleBefore({ runs }: ApiParts, run: Run): Promise<number | null> {
  const status = ['succeeded' as const, 'partly_succeeded' as const];
  const ended = await runs.list({ connection: run.connection, status }, 10, run.id);
  const same = ended.find((it) => JSON.stringify(it.scope) === JSON.stringify(run.scope));
  return same?.counts.people.read ?? null;
}

/** Null for a run that does not run; what Temporal does not answer in a second is left out. */
export async function liveOf(
  parts: ApiParts,
  run: Run,
  departments: RunDepartment[],
): Promise<Live | null> {
  if (run.endedAt !== null) return null;
  const asked = parts.client.workflow.getHandle(run.workflowId);
  const [workflow, steps, limits, complete, before] = await Promise.all([
    inTime(asked.query(progress), ASK_MS).catch(() => null),
    inTime(retriedSteps(parts, run), ASK_MS).catch(() => []),
    parts.limitsMet(run.connection).catch(() => []),
    parts.runs.treeKnown(run.id),
    peopleBefore(parts, run),
  ]);
  const sum = (pick: (it: RunDepartment) => number): number =>
    departments.reduce((total, it) => total + pick(it), 0);
  const seen = {
    departments: {
      known: departments.length,
      read: departments.filter((it) => it.status === 'read' || it.status === 'done').length,
    },
    people: { read: sum((it) => it.people.read), written: sum((it) => it.people.written) },
  };
  const elapsedMs =
    Date.parse(run.pausedAt ?? new Date().toISOString()) - Date.parse(run.startedAt);
  const { expected, ...rest } = estimate({ ...seen, elapsedMs, treeKnown: complete, before });
  return {
    asOf: new Date().toISOString(),
    departments: { ...seen.departments, complete },
    people: { ...seen.people, expected },
    ...rest,
    workflow: workflow?.run === run.id ? workflow : null,
    waits: [...limits, ...steps],
  };
}
