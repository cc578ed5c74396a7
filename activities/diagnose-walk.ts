/** A short walk over the source for a diagnosis: who can be seen, without reading a large company whole. */
import type { Source } from '../connectors/source.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, PersonId } from '../model/directory.ts';

/** Departments that are looked into: two calls each, at 20 calls a second and interface. */
const DEPARTMENTS = 20;

export interface Walk {
  /** People seen, each once. */
  people: Set<PersonId>;
  departments: number;
  /** True when nothing was left out: the whole scope has been seen. */
  whole: boolean;
}

/** Where the app may begin: the root, or the departments of its scope. */
export async function rootsOf(source: Source): Promise<DepartmentId[]> {
  const { departmentIds } = await source.scopes();
  return departmentIds.includes(ROOT_DEPARTMENT) ? [ROOT_DEPARTMENT] : departmentIds;
}

/** Breadth first, the first page of each department. Throws what the source throws. */
export async function walk(source: Source): Promise<Walk> {
  const queue = await rootsOf(source);
  const seen: Walk = { people: new Set(), departments: 0, whole: true };
  while (seen.departments < DEPARTMENTS) {
    const id = queue[seen.departments];
    if (id === undefined) return seen;
    seen.departments += 1;
    const page = await source.members(id, 0);
    if (page === 'gone') continue;
    for (const person of page.people) seen.people.add(person.id);
    if (page.next !== undefined || page.rejected.length > 0) seen.whole = false;
    const children = await source.childDepartments(id);
    if (children !== 'gone') queue.push(...children.map((it) => it.id));
  }
  seen.whole &&= seen.departments === queue.length;
  return seen;
}
