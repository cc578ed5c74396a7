/** Reads every department of an organisation, and notices when Authing did not list them all. */
import { ProblemError, problem } from '../../model/problem.ts';
import { replies } from './replies.ts';
import type { TargetDepartment } from '../../model/directory.ts';
import type { AuthingClient } from './client.ts';
import type { Counted, ListedDepartment } from './replies.ts';

export interface Tree {
  organizationCode: string;
  /** System id of the root department, which is never part of the result. */
  rootId: string;
}

/** Deepest tree that is walked; ends a walk over departments that contain each other. */
const LEVELS_MAX = 200;

/**
 * One read where Authing lists everything (get-all-departments has no paging; whether large trees come
 * whole is not documented), else one read for each department that has children.
 */
export async function readDepartments(
  client: AuthingClient,
  tree: Tree,
  signal?: AbortSignal,
): Promise<TargetDepartment[]> {
  const listed = await list(client, 'get-all-departments', tree, 'root', signal);
  const found = isWhole(listed, tree) ? listed.list : await walk(client, tree, signal);
  return found.filter((it) => !isRoot(it, tree)).map((it) => it.department);
}

function isRoot({ department: { id, parentId } }: ListedDepartment, { rootId }: Tree): boolean {
  return id === rootId || parentId === null || parentId === id;
}

function isWhole({ list: found, totalCount }: Counted<ListedDepartment>, tree: Tree): boolean {
  // Whether the root is listed and whether it is counted is not documented, so one may be missing.
  const uncounted = found.some((it) => isRoot(it, tree)) ? 0 : 1;
  if (totalCount !== null && found.length < totalCount - uncounted) return false;
  const parents = new Set(found.map((it) => it.department.parentId));
  return found.every((it) => it.hasChildren !== true || parents.has(it.department.id));
}

async function walk(
  client: AuthingClient,
  tree: Tree,
  signal?: AbortSignal,
): Promise<ListedDepartment[]> {
  const found = new Map<string, ListedDepartment>();
  let level = [tree.rootId];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LEVELS_MAX) throw incomplete('list-children-departments');
    const children = await Promise.all(
      level.map((id) => list(client, 'list-children-departments', tree, id, signal)),
    );
    const next = new Map<string, ListedDepartment>();
    for (const part of children) {
      if (part.totalCount !== null && part.list.length < part.totalCount) {
        throw incomplete('list-children-departments');
      }
      for (const it of part.list) if (!found.has(it.department.id)) next.set(it.department.id, it);
    }
    for (const [id, it] of next) found.set(id, it);
    level = [...next.values()]
      .filter((it) => it.hasChildren !== false)
      .map((it) => it.department.id);
  }
  return [...found.values()];
}

function list(
  client: AuthingClient,
  name: 'get-all-departments' | 'list-children-departments',
  { organizationCode }: Tree,
  departmentId: string,
  signal?: AbortSignal,
): Promise<Counted<ListedDepartment>> {
  return client.read({
    name,
    query: {
      organizationCode,
      departmentId,
      departmentIdType: 'department_id',
      withCustomData: 'false',
    },
    parse: replies.departments,
    signal,
  });
}

function incomplete(name: string): ProblemError {
  return new ProblemError(problem('TARGET_LIST_INCOMPLETE', { interface: name }));
}
