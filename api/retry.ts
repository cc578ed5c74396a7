/** Takes up the failed objects of a run again, each in a workflow of its own. */
import type { ObjectRef } from '../model/directory.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { emptyCounts } from '../model/run.ts';
import type { Run } from '../model/run.ts';
import { objectState } from './object-state.ts';
import { newRun } from './start-import.ts';
import type { StartParts } from './start-import.ts';

/** What waits for the safeguard is not failed; reading it again would hold it again. */
const HELD: ProblemCode[] = [
  'REMOVAL_HELD',
  'MEMBERSHIP_HELD',
  'SCOPE_LEFT_HELD',
  'SCOPE_DEPARTMENT_UNKNOWN',
];

/** Departments go first: people are easier to place when theirs is there. */
const order = { department: 0, person: 1 };

/** Records a run of its own that points to the run it retries, then starts; null when there is nothing to do. */
export async function retry(parts: StartParts, { id, connection, scope }: Run, by: string) {
  const failed = new Map<string, ObjectRef>();
  for (const { problem, object } of await parts.runs.problems(id)) {
    if (object && !HELD.includes(problem.code)) failed.set(`${object.kind}/${object.id}`, object);
  }
  const objects = [...failed.values()].sort((a, b) => order[a.kind] - order[b.kind]);
  if (objects.length === 0) return { run: null, connection, objects: [] };
  const asked = newRun(parts.runs, connection, '', { trigger: 'retry', scope, by });
  const run: Run = { ...asked, status: 'running', stage: 'apply', retries: id, objects };
  await parts.runs.create(run);
  const started: (ObjectRef & { workflowId: string })[] = [];
  for (const object of objects) {
    started.push({ ...object, workflowId: await parts.startSync(connection, object) });
  }
  return { run: run.id, connection, objects: started };
}

/**
 * One look at a retry that has not ended: starts what was not started, because Temporal was away, and ends
 * the run when the last of its objects has. It ends by what became of them since it began.
 */
export async function settleRetry(
  parts: StartParts,
  run: Run,
  objects: ObjectRef[],
): Promise<void> {
  const counts = emptyCounts();
  const problems: { problem: Problem; object: ObjectRef }[] = [];
  let open = 0;
  let left = 0;
  for (const object of objects) {
    const found = await objectState(parts, run.connection, object);
    const { state, endedAt } = found;
    if (state === 'running') open++;
    else if (!endedAt || endedAt.toISOString() < run.startedAt) {
      if (run.asked !== 'cancel') await parts.startSync(run.connection, object);
      open++;
    } else {
      const tally = object.kind === 'department' ? counts.departments : counts.people;
      const failed =
        state === 'failed' || found.problems.some((it) => !HELD.includes(it.problem.code));
      tally.read++;
      if (failed) tally.failed++;
      if (failed || state !== 'settled') left++;
      problems.push(...found.problems.map((it) => ({ problem: it.problem, object })));
    }
  }
  if (open > 0 && run.asked !== 'cancel') return;
  await parts.runs.addProblems(run.id, problems);
  const ended = left > 0 ? 'partly_succeeded' : 'succeeded';
  const status = open > 0 ? 'cancelled' : ended;
  await parts.runs.end(run.id, { status, counts, stage: 'done' });
}
