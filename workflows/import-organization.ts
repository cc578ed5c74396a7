/** The full import: lanes that run side by side over a frontier, then verification, then the true status. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { LaneInput } from '../activities/index.ts';
import type { LaneResult, PassPlace } from '../activities/pass.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { first, lanes, notes } from './activities.ts';
import { progress } from './messages.ts';
import type { ImportInput, ImportProgress } from './messages.ts';

const outcome = defineSearchAttributeKey('Outcome', SearchAttributeType.KEYWORD);

/** Carried over when the history is continued as new. */
interface Carried {
  place: PassPlace;
  seen: ImportProgress;
}

type LaneActivity =
  'readDepartments' | 'readMembers' | 'applyDepartments' | 'applyPeople' | 'verify';

/**
 * Role: one pass over the organisation of a connection. Limit: its id is the lock, one at a time.
 * Bounded: lanes work in steps of some 300 calls, and the history is continued as new in time.
 */
export async function importOrganization(input: ImportInput, carried?: Carried): Promise<string> {
  const ref = { run: input.run, connection: input.connection };
  const seen: ImportProgress = carried?.seen ?? {
    run: input.run,
    stage: 'waiting',
    departmentsRead: 0,
    peopleRead: 0,
    peopleApplied: 0,
  };
  setHandler(progress, () => seen);
  try {
    seen.stage = 'apply';
    const place =
      carried?.place ??
      (await first.beginRun.executeWithOptions({ summary: 'first contact' }, [ref]));
    const at: LaneInput = { ...ref, place };
    await sideBySide(input, at, seen);
    seen.stage = 'verify';
    await notes.stageRun.executeWithOptions({ summary: 'verify' }, [{ ...ref, stage: 'verify' }]);
    await runLane(input, at, seen, 'verify');
    const { status } = await notes.finishRun.executeWithOptions({ summary: 'finish' }, [ref]);
    seen.stage = 'done';
    upsertSearchAttributes([{ key: outcome, value: status }]);
    return status;
  } catch (error) {
    return endEarly(ref, error);
  }
}

/** The four lanes together; the first that fails stops the others. */
async function sideBySide(input: ImportInput, at: LaneInput, seen: ImportProgress): Promise<void> {
  const names: LaneActivity[] = [
    'readDepartments',
    'readMembers',
    'applyDepartments',
    'applyPeople',
  ];
  let drained = false;
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const results = await Promise.all(
      names.map((name) =>
        runLane(input, at, seen, name).catch((error: unknown) => {
          scope.cancel();
          throw error;
        }),
      ),
    );
    drained = results.includes(false);
  });
  if (drained) await continueAsNew<typeof importOrganization>(input, { place: at.place, seen });
}

/** Steps of one lane until it is done; false when the history has grown enough to be continued as new. */
async function runLane(
  input: ImportInput,
  at: LaneInput,
  seen: ImportProgress,
  name: LaneActivity,
): Promise<boolean> {
  let summary: string = words[name];
  for (;;) {
    const result = await lanes[name].executeWithOptions({ summary }, [at]);
    add(seen, name, result);
    setCurrentDetails(details(seen));
    if (result.done) return true;
    if (mustContinue(input)) return name === 'verify' ? continueVerify(input, at, seen) : false;
    summary = summaryOf(words[name], result.next, input.hideNames);
  }
}

async function continueVerify(
  input: ImportInput,
  at: LaneInput,
  seen: ImportProgress,
): Promise<boolean> {
  await continueAsNew<typeof importOrganization>(input, { place: at.place, seen });
  return false;
}

function mustContinue(input: ImportInput): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= input.continueAfterEvents;
}

const words = {
  readDepartments: 'read departments',
  readMembers: 'read people',
  applyDepartments: 'write departments',
  applyPeople: 'write people',
  verify: 'verify',
} as const;

/** At most 400 bytes in Temporal; names of departments are cut long before. */
function summaryOf(what: string, next: string[], hideNames: boolean): string {
  const [head, ...more] = next;
  if (head === undefined || hideNames) return what;
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return `${what}: ${head.slice(0, 60)}${rest}`;
}

function add(seen: ImportProgress, name: LaneActivity, result: LaneResult): void {
  const people = result.departments.reduce((sum, it) => sum + it.people, 0);
  if (name === 'readDepartments') seen.departmentsRead += result.departments.length;
  if (name === 'readMembers') seen.peopleRead += people;
  if (name === 'applyPeople') seen.peopleApplied += people;
}

function details(seen: ImportProgress): string {
  const rows = [
    ['departments read', seen.departmentsRead],
    ['people read', seen.peopleRead],
    ['people written or equal', seen.peopleApplied],
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, n]) => `| ${name} | ${n} |`)].join('\n');
}

async function endEarly(ref: { run: string; connection: string }, error: unknown): Promise<string> {
  if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
  const cancelled = isCancellation(error);
  const failure = cancelled ? null : problemIn(error);
  const status = cancelled ? 'cancelled' : 'failed';
  await CancellationScope.nonCancellable(async () => {
    upsertSearchAttributes([{ key: outcome, value: status }]);
    await notes.endRun.executeWithOptions({ summary: status }, [{ ...ref, status, failure }]);
  });
  if (cancelled) throw error;
  throw ApplicationFailure.nonRetryable(failure?.code ?? 'failed', failure?.code, failure);
}

/** The problem an activity failed with; its words are added where people read them. */
function problemIn(error: unknown): Problem {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const [detail] = cause.details ?? [];
    if (typeof detail === 'object' && detail !== null && 'code' in detail) return detail as Problem;
  }
  return problem('BUG_UNEXPECTED');
}
