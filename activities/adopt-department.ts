/** Finds departments that are there already, of the same names from the root down, before one is created beside them. */
import type { TargetDepartment } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { correlateDepartment } from '../plan/correlation.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { DesiredDepartment } from '../plan/mapping.ts';
import type { Owner } from '../store/correlation.ts';
import type { Pass } from './pass.ts';

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
  const named = (await there()).filter(
    (it) => it.parentId === parentTarget && isNamed(it, desired.name),
  );
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
  const object = { kind: 'department' as const, id: desired.id };
  if (decision.is === 'conflict') {
    const { code, connection: other } = decision;
    throw new ProblemError(problem(code, { object, ...(other ? { connection: other } : {}) }));
  }
  const self = { connection: connection.id, sourceId: desired.id };
  const owner = (await correlation.reserve([{ ...self, targetId: decision.id }])).get(decision.id);
  // Two departments of one name at the source: the first has it, the other is made beside it.
  if (owner?.connection !== self.connection || owner.sourceId !== self.sourceId) return null;
  return named.find((it) => it.id === decision.id) ?? null;
}

function isNamed(it: TargetDepartment, name: string): boolean {
  return mapDepartment(it, '').name === name;
}
