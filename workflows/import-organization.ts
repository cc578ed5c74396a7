/** The full import: lanes that run side by side over a frontier, then verification, then the true status. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  TimeoutFailure,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { Finished } from '../activities/finish.ts';
import type { PassPlace } from '../activities/pass.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { first, notes } from './activities.ts';
import { details, hold, takeThrough } from './lanes.ts';
import type { Walk } from './lanes.ts';
import { progress } from './messages.ts';
import type { ImportInput, ImportProgress } from './messages.ts';

const outcome = defineSearchAttributeKey('Outcome', SearchAttributeType.KEYWORD);

/** Carried over when the history is continued as new. */
interface Carried {
  place: PassPlace;
  seen: ImportProgress;
}

/**
 * Role: one pass over the organisation of a connection. Limit: its id is the lock, one at a time.
 * Bounded: lanes work in steps of some 300 calls, and the history is continued as new in time.
 */
export async function importOrganization(input: ImportInput, carried?: Carried): Promise<string> {
  const ref = { run: input.run, connection: input.connection };
  const seen = carried?.seen ?? begun(input);
  setHandler(progress, () => seen);
  setCurrentDetails(details(seen));
  try {
    const place = carried?.place ?? (await begin(input, seen));
    const walk: Walk = {
      ...{ input, seen, at: { ...ref, place } },
      renew: () => continueAsNew<typeof importOrganization>(input, { place, seen }),
    };
    const { status } = input.planning ? await planned(walk) : await written(walk);
    seen.stage = 'done';
    upsertSearchAttributes([{ key: outcome, value: status }]);
    return status;
  } catch (error) {
    return endEarly(ref, error);
  }
}

/** Heads of departments are set when their people are there, and looked at with everything else. */
async function leadAndVerify(walk: Walk): Promise<void> {
  await takeThrough(walk, ['applyLeaders']);
  await takeThrough(walk, ['verify']);
}

/** Everything is read, and what would change is stored as a plan. */
async function planned(walk: Walk): Promise<Finished> {
  walk.seen.stage = 'plan';
  await takeThrough(walk, ['readDepartments', 'readMembers', 'plan']);
  return notes.finishPlan.executeWithOptions({ summary: 'finish' }, [walk.at]);
}

/** Everything is read and written at once, or a plan is carried out; then it is verified. */
async function written(walk: Walk): Promise<Finished> {
  const { input, seen, at } = walk;
  let noted: Promise<void> | null = null;
  if (seen.stage !== 'verify') {
    const reading = ['readDepartments', 'readMembers'] as const;
    const reads = input.plan === undefined ? reading : [];
    await takeThrough(walk, [...reads, 'applyDepartments', 'applyPeople']);
    seen.stage = 'verify';
    noted = notes.stageRun.executeWithOptions({ summary: 'verify' }, [{ ...at, stage: 'verify' }]);
  }
  // The note is for people who watch; verification does not wait for it.
  const last = at.place.leaders ? leadAndVerify(walk) : takeThrough(walk, ['verify']);
  await Promise.all([noted, last]);
  return notes.finishRun.executeWithOptions({ summary: 'finish' }, [at]);
}

function begun({ run }: ImportInput): ImportProgress {
  const stage = 'waiting' as const;
  return { run, stage, paused: false, departmentsRead: 0, peopleRead: 0, peopleApplied: 0 };
}

/** The first contact; a run that is paused before it waits with it. */
async function begin(
  { run, connection, scope, planning, plan }: ImportInput,
  seen: ImportProgress,
): Promise<PassPlace> {
  const ref = { run, connection };
  const asked = {
    branch: scope.departmentId ?? null,
    planning: planning ?? false,
    plan: plan ?? null,
  };
  for (;;) {
    seen.stage = 'apply';
    const place = await first.beginRun.executeWithOptions({ summary: 'first contact' }, [
      { ...ref, ...asked },
    ]);
    if (place) return place;
    await hold(ref, seen);
  }
}

async function endEarly(ref: { run: string; connection: string }, error: unknown): Promise<string> {
  if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
  // A step that was cut off may fail in some other way than the cancellation that cut it off.
  const cancelled = isCancellation(error) || CancellationScope.current().consideredCancelled;
  const failure = cancelled ? null : problemIn(error);
  const status = cancelled ? 'cancelled' : 'failed';
  await CancellationScope.nonCancellable(async () => {
    upsertSearchAttributes([{ key: outcome, value: status }]);
    await notes.endRun.executeWithOptions({ summary: status }, [{ ...ref, status, failure }]);
  });
  if (cancelled) throw isCancellation(error) ? error : new CancelledFailure('cancelled');
  throw ApplicationFailure.nonRetryable(failure?.code ?? 'failed', failure?.code, failure);
}

/** The problem an activity failed with; its words are added where people read them. */
function problemIn(error: unknown): Problem {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const [detail] = cause.details ?? [];
    if (typeof detail === 'object' && detail !== null && 'code' in detail) return detail as Problem;
  }
  return problem(cause instanceof TimeoutFailure ? 'WORKER_SILENT' : 'BUG_UNEXPECTED');
}
