/** Creating, changing and deleting departments, each settled by reading back when the reply is not clear. */
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import { isConflict } from './codes.ts';
import { readDepartment } from './reader.ts';
import { replies } from './replies.ts';
import type { TargetDepartment } from '../../model/directory.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import type { DepartmentChange, NewDepartment, TargetReader } from '../target.ts';
import type { AuthingClient, SendWindow } from './client.ts';

export interface DepartmentParts {
  client: AuthingClient;
  reader: TargetReader;
  window: SendWindow;
}

/** The department, or null when Authing says that it does not exist. */
async function find(
  { client }: DepartmentParts,
  organization: string,
  id: string,
  type: 'department_id' | 'open_department_id',
): Promise<TargetDepartment | null> {
  try {
    return await readDepartment(client, organization, id, type);
  } catch (error) {
    if (problemOf(error).code === 'DATA_DEPARTMENT_GONE') return null;
    throw error;
  }
}

/** The refusal or unclear end of a write; anything else is thrown on. */
function problemFrom(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  throw error;
}

/** Reads after an unclear write; what the read itself suffers says less than what the write did. */
async function settled(unclear: Problem, isDone: () => Promise<boolean>): Promise<void> {
  const done = await isDone().catch(() => false);
  if (!done) throw new ProblemError(unclear);
}

const because = (code: ProblemCode, refused: Problem) =>
  new ProblemError(problem(code, refused.detail, { effect: refused.effect }));

export async function createDepartment(
  parts: DepartmentParts,
  organization: string,
  department: NewDepartment,
): Promise<TargetDepartment> {
  const { key, name, parentId } = department;
  try {
    return await parts.client.write({
      name: 'create-department',
      body: {
        organizationCode: organization,
        name,
        parentDepartmentId: parentId,
        departmentIdType: 'department_id',
        openDepartmentId: key,
      },
      parse: replies.department,
      window: parts.window,
    });
  } catch (error) {
    const it = problemFrom(error);
    const unclear = it.effect === 'unknown';
    if (!unclear && !isConflict(it)) throw error;
    const found = await find(parts, organization, key, 'open_department_id').catch(() => null);
    if (found?.key !== key) {
      throw it.code === 'DATA_IDENTIFIER_TAKEN' ? because('DATA_NAME_TAKEN', it) : error;
    }
    if (found.parentId === parentId && found.name.trim() === name.trim()) return found;
    throw because('DATA_KEY_TAKEN', it);
  }
}

function hasChange(found: TargetDepartment, change: DepartmentChange & { code?: string }): boolean {
  const { name, parentId, leaderIds, code } = change;
  return (
    (name === undefined || found.name.trim() === name.trim()) &&
    (parentId === undefined || found.parentId === parentId) &&
    (code === undefined || found.code === code) &&
    (leaderIds === undefined ||
      (found.leaderIds.length === leaderIds.length &&
        leaderIds.every((id) => found.leaderIds.includes(id))))
  );
}

/** Whether the new parent is the department itself or lies below it. */
async function isCycle(
  { reader }: DepartmentParts,
  organization: string,
  id: string,
  parentId: string,
): Promise<boolean> {
  const parents = new Map(
    (await reader.departments(organization)).map((it) => [it.id, it.parentId]),
  );
  let at: string | null | undefined = parentId;
  for (let steps = 0; at && steps <= parents.size; steps += 1) {
    if (at === id) return true;
    at = parents.get(at);
  }
  return false;
}

export async function changeDepartment(
  parts: DepartmentParts,
  organization: string,
  id: string,
  change: DepartmentChange & { code?: string },
): Promise<void> {
  const { name, parentId, leaderIds, code } = change;
  try {
    await parts.client.write({
      name: 'update-department',
      body: {
        organizationCode: organization,
        departmentId: id,
        // Whether this covers the parent too is not documented: both are system ids.
        departmentIdType: 'department_id',
        ...(name === undefined ? {} : { name }),
        ...(parentId === undefined ? {} : { parentDepartmentId: parentId }),
        ...(leaderIds === undefined ? {} : { leaderUserIds: leaderIds }),
        ...(code === undefined ? {} : { code }),
      },
      parse: () => null,
      window: parts.window,
    });
  } catch (error) {
    const it = problemFrom(error);
    if (it.effect === 'unknown') {
      return settled(it, async () => {
        const found = await find(parts, organization, id, 'department_id');
        return found !== null && hasChange(found, change);
      });
    }
    if (it.code === 'TARGET_ORGANIZATION_CODE_INVALID' && code !== undefined) {
      // The same check, with the same sentence, is used for codes of departments.
      throw new ProblemError(problem('DATA_FIELD_REFUSED', { ...it.detail, field: 'code' }));
    }
    if (isConflict(it)) {
      throw because(code === undefined ? 'DATA_NAME_TAKEN' : 'DATA_KEY_TAKEN', it);
    }
    if (it.code === 'DATA_REFUSED' && parentId !== undefined) {
      const cycle = await isCycle(parts, organization, id, parentId).catch(() => false);
      if (cycle) throw because('DATA_CYCLE', it);
    }
    throw error;
  }
}

/** Deletes one department that is empty; one that is gone already is as good. */
export async function deleteDepartment(
  parts: DepartmentParts,
  organization: string,
  id: string,
): Promise<void> {
  try {
    const done = await parts.client.write({
      name: 'delete-department',
      body: { organizationCode: organization, departmentId: id, departmentIdType: 'department_id' },
      parse: replies.acknowledgement,
      window: parts.window,
    });
    if (!done) throw notConfirmed('delete-department');
  } catch (error) {
    const it = problemFrom(error);
    if (it.code === 'DATA_DEPARTMENT_GONE') return;
    if (it.effect === 'unknown') {
      return settled(
        it,
        async () => (await find(parts, organization, id, 'department_id')) === null,
      );
    }
    if (it.kind === 'data' && (await isOccupied(parts, organization, id))) {
      throw because('DATA_DEPARTMENT_NOT_EMPTY', it);
    }
    throw error;
  }
}

async function isOccupied(
  { reader }: DepartmentParts,
  organization: string,
  id: string,
): Promise<boolean> {
  try {
    if ((await reader.memberIds(organization, id)).length > 0) return true;
    return (await reader.departments(organization)).some((it) => it.parentId === id);
  } catch {
    return false;
  }
}

/** Authing answered 200 and "success: false": nothing says whether something was done. */
export function notConfirmed(name: string): ProblemError {
  return new ProblemError(
    problem('TARGET_WRITE_UNCLEAR', { interface: name }, { effect: 'unknown' }),
  );
}
