/** Takes up the failed objects of a run again, each in a workflow of its own. */
import type { ObjectRef } from '../model/directory.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { Run } from '../model/run.ts';
import type { ApiParts } from './parts.ts';

/** What waits for the safeguard is not failed; reading it again would hold it again. */
const HELD: ProblemCode[] = [
  'REMOVAL_HELD',
  'MEMBERSHIP_HELD',
  'SCOPE_LEFT_HELD',
  'SCOPE_DEPARTMENT_UNKNOWN',
];

/** Departments go first: people are easier to place when theirs is there. */
const order = { department: 0, person: 1 };

export async function retry({ runs, startSync }: ApiParts, { id, connection }: Run) {
  const failed = new Map<string, ObjectRef>();
  for (const { problem, object } of await runs.problems(id)) {
    if (object && !HELD.includes(problem.code)) failed.set(`${object.kind}/${object.id}`, object);
  }
  const all = [...failed.values()].sort((a, b) => order[a.kind] - order[b.kind]);
  const objects: (ObjectRef & { workflowId: string })[] = [];
  for (const object of all) {
    objects.push({ ...object, workflowId: await startSync(connection, object) });
  }
  return { connection, objects };
}
