/** Finds departments that are there already, of the same names from the root down, before one is created beside them. */
import type { TargetDepartment } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { correlateDepartment } from '../plan/correlation.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { DesiredDepartment } from '../plan/mapping.ts';
import type { Owner } from '../store/correlation.ts';
import type { Pass } from './pass.ts';

/** A department to be taken over, none, or what a person must decide; nothing is taken by looking. */
export async function foundByPath(
  pass: Pass,
  desired: DesiredDepartment,
  parentTarget: string,
  there: TargetDepartment[],
): Promise<TargetDepartment | Problem | null> {
  const { connection, correlation } = pass;
  const named = there.filter((it) => it.parentId === parentTarget && isNamed(it, desired.name));
  const owners = await correlation.owners(
    named.map((it) => it.id),
    'department',
  );
  const isMine = (owner: Owner): boolean =>
    owner.connection === connection.id && owner.sourceId === desired.id;
  const candidates = named.map(({ id, key, code }) => {
    const owner = owners.get(id);
    // Reserved by an earlier try of ours that was not answered: still there to be taken over.
    return { id, key: key ?? code, owner: owner && !isMine(owner) ? owner : null };
  });
  const decision = correlateDepartment(connection.id, candidates);
  if (decision.is === 'create') return null;
  if (decision.is === 'adopt') return named.find((it) => it.id === decision.id) ?? null;
  const { code, connection: other } = decision;
  const object = { kind: 'department' as const, id: desired.id };
  return problem(code, { object, ...(other ? { connection: other } : {}) });
}

/**
 * The department that is to be taken over, or null when one must be created. Parents come first, so
 * that the same parent and the same name are the same path. Throws what a person must decide.
 */
export async function departmentByPath(
  pass: Pass,
  desired: DesiredDepartment,
  parentTarget: string,
  there: () => Promise<TargetDepartment[]>,
): Promise<TargetDepartment | null> {
  const { connection, correlation } = pass;
  if (!connection.settings.adoptDepartmentsByPath) return null;
  const found = await foundByPath(pass, desired, parentTarget, await there());
  if (found === null) return null;
  if ('code' in found && 'effect' in found) throw new ProblemError(found);
  const self = { connection: connection.id, sourceId: desired.id };
  const owner = (await correlation.reserve([{ ...self, targetId: found.id }])).get(found.id);
  // Two departments of one name at the source: the first has it, the other is made beside it.
  const ours = owner?.connection === self.connection && owner.sourceId === self.sourceId;
  return ours ? found : null;
}

/** One that is not taken over after all is free for others. */
export async function leaveDepartment(pass: Pass, id: string, targetId: string): Promise<void> {
  await pass.correlation.release([{ connection: pass.connection.id, sourceId: id, targetId }]);
}

function isNamed(it: TargetDepartment, name: string): boolean {
  return mapDepartment(it, '').name === name;
}
