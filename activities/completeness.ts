/** Proves at the end of a pass that the source was read as a whole, or says what does not fit, and where. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, SourceScopes } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import type { RunProblem } from '../model/run.ts';
import { doubts, saysIncomplete } from '../plan/completeness.ts';
import { isWhole } from '../plan/scope.ts';
import type { Closing } from '../store/documents.ts';
import { pathAsSettled } from './missing.ts';
import type { Parents } from './missing.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { listOf, orUnread } from './unread.ts';

/** What the app may see, as a mark that can be compared and says nothing. */
export function scopeMark(pass: Pick<Pass, 'key'>, scopes: SourceScopes): string {
  const { departmentIds, personIds } = scopes;
  return pass.key.fingerprint(JSON.stringify([[...departmentIds].sort(), [...personIds].sort()]));
}

/** People whose record could not be used: they are there, whatever it says of them. */
export function unusable(problems: RunProblem[]): Set<string> {
  const codes = ['DATA_RECORD_UNREADABLE', 'SOURCE_OBJECT_UNREADABLE', 'SOURCE_OBJECT_REFUSED'];
  const some = problems.filter((it) => codes.includes(it.problem.code));
  return new Set(some.flatMap(({ object }) => (object?.kind === 'person' ? [object.id] : [])));
}

/** When the reading ends: one more look at the app's scope, and a count of the people where all of it was read. */
export async function closeReading(pass: Pass): Promise<Closing> {
  const { branch, roots, scopeMark: before } = pass.place;
  const read = <T>(call: () => Promise<T>): Promise<T | null> =>
    orUnread(pass, placeOfRun(pass), persist(pass, call));
  const whole = branch === null && roots.includes(ROOT_DEPARTMENT);
  const comparable = whole && isWhole(pass.connection.settings.scope);
  const [scopes, counted] = await Promise.all([
    read(() => pass.source.scopes(pass.signal)),
    comparable ? read(() => pass.source.peopleCount(pass.signal)) : null,
  ]);
  const scopeKept = before === undefined || (scopes !== null && scopeMark(pass, scopes) === before);
  return { scopeKept, counted };
}

function placeOfRun({ place }: Pass): { kind: 'department'; id: DepartmentId } {
  return { kind: 'department', id: place.roots[0] ?? ROOT_DEPARTMENT };
}

/**
 * Holds what the pass has met against what the source said when the reading ended.
 * @param missing of ours, in the scope of this run, and not met by it
 * @returns false when nothing may be planned for removal; the doubts are listed then
 */
export async function proveComplete(
  pass: Pass,
  met: { departments: Set<DepartmentId>; people: number },
  missing: Link[],
  parents: Parents,
): Promise<boolean> {
  const { run, generation, branch } = pass.place;
  const { closing } = await pass.frontier.lane(run, generation, 'members');
  const people = missing.filter((it) => it.kind === 'person').length;
  const found = doubts({
    overAll: branch === null,
    ...(closing ?? { scopeKept: false, counted: null }),
    met: { departments: met.departments.size, people: met.people },
    missing: { departments: missing.length - people, people },
    place: placeOf(missing, parents, met.departments) ?? placeOfRun(pass).id,
  });
  await listOf(pass, found);
  return !(await pass.runs.problems(run)).some((it) => saysIncomplete(it.problem, it.object));
}

/** The lowest department that was met above most of what is missing. */
function placeOf(
  missing: Link[],
  parents: Parents,
  met: Set<DepartmentId>,
): DepartmentId | undefined {
  const tally = new Map<DepartmentId, number>();
  for (const link of missing) {
    const own = link.kind === 'department' ? link.sourceId : link.departments?.[0];
    if (own === undefined) continue;
    const path = pathAsSettled(own, parents);
    const place = path.find((id) => met.has(id)) ?? ROOT_DEPARTMENT;
    tally.set(place, (tally.get(place) ?? 0) + 1);
  }
  return [...tally].sort((a, b) => b[1] - a[1])[0]?.[0];
}
