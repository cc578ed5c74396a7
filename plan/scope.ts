/** Which departments a scope takes, worked out on paths: from a department up to the root, itself first. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId } from '../model/directory.ts';
import type { Scope } from '../model/settings.ts';

/** Paths by department; whoever is missing is not there at the source. */
export type Paths = ReadonlyMap<DepartmentId, readonly DepartmentId[]>;

export function isWhole(scope: Scope): boolean {
  return scope.include.length === 0 && scope.exclude.length === 0;
}

/** Is a department with this path taken? What is excluded is out with everything below it. */
export function isWithin(path: readonly DepartmentId[], { include, exclude }: Scope): boolean {
  if (path.some((id) => exclude.includes(id))) return false;
  return include.length === 0 || path.some((id) => include.includes(id));
}

/**
 * Where a walk starts that must stay inside of all the lists, each a union of branches: the deeper one of
 * two branches counts, and none of the starts lies below another.
 */
export function walkRoots(lists: DepartmentId[][], scope: Scope, paths: Paths): DepartmentId[] {
  const taken = lists.map((list) => (list.includes(ROOT_DEPARTMENT) ? [ROOT_DEPARTMENT] : list));
  const meeting = taken.reduce((left, right) => meet(left, right, paths));
  const open = [...new Set(meeting)].filter((id) => !crosses(id, scope.exclude, paths));
  return open.filter((id) => !open.some((other) => other !== id && isBelow(id, other, paths)));
}

/** The departments above the starts that may be seen, parents first; the root is not among them. */
export function departmentsAbove(
  roots: DepartmentId[],
  visible: DepartmentId[],
  paths: Paths,
): DepartmentId[] {
  const above = new Set<DepartmentId>();
  for (const root of roots) {
    const path = (paths.get(root) ?? []).slice(1).filter((id) => id !== ROOT_DEPARTMENT);
    const seen = path.filter((id) => visible.some((other) => isBelow(id, other, paths, path)));
    for (const id of seen.reverse()) above.add(id);
  }
  return [...above];
}

function meet(left: DepartmentId[], right: DepartmentId[], paths: Paths): DepartmentId[] {
  return left.flatMap((a) =>
    right.flatMap((b) => (isBelow(a, b, paths) ? [a] : isBelow(b, a, paths) ? [b] : [])),
  );
}

function crosses(id: DepartmentId, excluded: DepartmentId[], paths: Paths): boolean {
  return excluded.some((other) => isBelow(id, other, paths));
}

/**
 * A department counts as below itself.
 * @param over a path on which `id` stands, when its own was not asked for
 */
function isBelow(
  id: DepartmentId,
  other: DepartmentId,
  paths: Paths,
  over: readonly DepartmentId[] = [],
): boolean {
  if (other === ROOT_DEPARTMENT) return true;
  const path = paths.get(id) ?? over.slice(over.indexOf(id));
  return path.includes(other);
}
