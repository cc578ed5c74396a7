/** Where a pass begins to walk: what the app may see, what the connection takes of it, and what this run was asked for. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, SourceScopes } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { departmentsAbove, walkRoots } from '../plan/scope.ts';
import { Coverage } from './coverage.ts';
import type { Pass, PassPlace } from './pass.ts';

/** Throws when nothing is left to walk, and says what of the three is empty. */
export async function startsOf(
  pass: Pass,
  scopes: SourceScopes,
): Promise<Pick<PassPlace, 'roots' | 'above' | 'singles'>> {
  const branch = pass.place.branch ?? undefined;
  const visible = scopes.departmentIds;
  const singles = branch === undefined && scopes.personIds.length > 0;
  if (visible.length === 0 && !singles) throw new ProblemError(problem('SOURCE_NOTHING_VISIBLE'));
  const { scope } = pass.connection.settings;
  const wanted = scope.include.length > 0 ? scope.include : [ROOT_DEPARTMENT];
  const asked = branch === undefined ? [] : [branch];
  const paths = await pathsOf(pass, [...visible, ...wanted, ...asked]);
  const there = (ids: DepartmentId[]): DepartmentId[] => ids.filter((id) => paths.has(id));
  if (branch !== undefined && !paths.has(branch)) throw refused('BRANCH_UNKNOWN', branch);
  await listUnknown(pass, wanted, there(wanted));
  const lists = [there(visible), there(wanted), ...(branch === undefined ? [] : [asked])];
  const roots = walkRoots(lists, scope, paths);
  if (roots.length === 0 && branch !== undefined) throw refused('BRANCH_OUT_OF_SCOPE', branch);
  if (roots.length === 0 && !singles) throw new ProblemError(problem('SCOPE_EMPTY'));
  return { roots, above: departmentsAbove(roots, visible, paths), singles };
}

/** Paths of the departments that are there; the root needs no reading. */
async function pathsOf(
  pass: Pass,
  ids: DepartmentId[],
): Promise<Map<DepartmentId, DepartmentId[]>> {
  const coverage = new Coverage(pass);
  const paths = new Map<DepartmentId, DepartmentId[]>();
  for (const id of new Set(ids)) {
    const path = await coverage.pathOf(id);
    if (path.length > 0) paths.set(id, path);
  }
  return paths;
}

function refused(code: 'BRANCH_UNKNOWN' | 'BRANCH_OUT_OF_SCOPE', id: DepartmentId): ProblemError {
  return new ProblemError(problem(code, { object: { kind: 'department', id } }));
}

/** An included department that is gone takes nobody away; it is said, because it may be a slip of the pen. */
async function listUnknown(pass: Pass, wanted: DepartmentId[], there: DepartmentId[]) {
  const unknown = wanted.filter((id) => !there.includes(id));
  await pass.runs.addProblems(
    pass.place.run,
    unknown.map((id) => {
      const object = { kind: 'department' as const, id };
      return { problem: problem('SCOPE_DEPARTMENT_UNKNOWN', { object }), object };
    }),
  );
}
