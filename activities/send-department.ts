/** Sends the write of one claimed department, and reads back what ended unclear. */
import type { TargetWriter } from '../connectors/target.ts';
import type { TargetDepartment } from '../model/directory.ts';
import { isUncertain } from '../model/link.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { diffDepartment } from '../plan/diff.ts';
import { closesCycle } from '../plan/tree.ts';
import type { Claims } from '../store/claims.ts';
import type { GateLease } from '../store/gate.ts';
import { departmentByPath, leaveDepartment } from './adopt-department.ts';
import { departmentChange } from './change-log.ts';
import { failedAs, givenBack, isStructural, settledAs } from './department-work.ts';
import type {
  DepartmentBase,
  DepartmentEnd,
  DepartmentSent,
  DepartmentWork,
} from './department-work.ts';
import type { GateHolding } from './gate-holding.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import type { Planned } from './planned.ts';
import { keyOf } from './staged.ts';

/** What a write needs to be sent: claims and, for structure, the gate. */
interface Way {
  claims: Claims;
  lease: GateLease | null;
  gate: GateHolding;
  /** All departments of the target, read once the gate is held: nobody else of ours makes one then. */
  there: () => Promise<TargetDepartment[]>;
  /** The plan that is carried out. */
  planned: Planned | undefined;
}

export async function sendDepartment(
  pass: Pass,
  work: DepartmentWork,
  base: DepartmentBase | null,
  { claims, lease, gate, there, planned }: Way,
): Promise<DepartmentEnd> {
  const mayWait = (ms: number): boolean =>
    !pass.signal.aborted &&
    Math.min(claims.remainingMs(), lease?.remainingMs() ?? Infinity) - ms >
      pass.times.longestWriteMs;
  if (!mayWait(0)) return { unclear: true };
  const writer = pass.writer(() => mayWait(0));
  const call = (): ReturnType<typeof send> => send(pass, work, base, writer, { there, planned });
  const moves = base !== null && isStructural(work, base);
  try {
    const outcome = await persist(
      pass,
      () => (moves ? gate.inTurn(call) : call()),
      undefined,
      mayWait,
    );
    return outcome ? ended(pass, work, base, outcome) : { settlement: givenBack(work) };
  } catch (error) {
    const it = error instanceof ProblemError ? error.problem : null;
    if (it?.effect === 'unknown') return readBack(pass, work, base);
    if (it?.kind === 'data') {
      const settlement = failedAs(pass, work.queued, work.link, it);
      return { settlement, ...(it.code === 'DATA_CYCLE' ? { circle: true } : {}) };
    }
    // Nothing was sent or nothing happened.
    return { settlement: givenBack(work), thrown: error };
  }
}

/** An unclear write that shows at the target settles; one that does not may still come, so its claim expires. */
async function readBack(
  pass: Pass,
  work: DepartmentWork,
  base: DepartmentBase | null,
): Promise<DepartmentEnd> {
  const { organizationCode } = pass.connection.target;
  const found = await persist(pass, () =>
    pass.reader.departmentByKey(organizationCode, keyOf(pass, work.desired.id), pass.signal),
  ).catch(() => null);
  const shown = found?.name === work.desired.name && found.parentId === work.parentTarget;
  if (!found || !shown) return { unclear: true };
  const adopted = found.key !== keyOf(pass, work.desired.id);
  const outcome = base ? 'updated' : adopted ? 'adopted' : 'created';
  return ended(pass, work, base, { id: found.id, outcome, adopted });
}

function ended(
  pass: Pass,
  work: DepartmentWork,
  base: DepartmentBase | null,
  sent: DepartmentSent,
): DepartmentEnd {
  const { link, desired } = work;
  const before = base && { name: base.name, parentId: base.parentId || (link.parentId ?? '') };
  const change = departmentChange(desired, before, sent.outcome);
  return { settlement: settledAs(pass, work, sent), change };
}

/** Null when what is there does not fit the plan that is carried out. */
async function send(
  pass: Pass,
  work: DepartmentWork,
  base: DepartmentBase | null,
  writer: TargetWriter,
  { there, planned }: Pick<Way, 'there' | 'planned'>,
): Promise<DepartmentSent | null> {
  const { organizationCode } = pass.connection.target;
  const { desired, parentTarget } = work;
  if (!base) {
    const key = keyOf(pass, desired.id);
    const before = await departmentByPath(pass, desired, parentTarget, there);
    if (planned?.fitsDepartment(desired.id, before) === false) {
      if (before) await leaveDepartment(pass, desired.id, before.id);
      return null;
    }
    if (before) {
      await writer.adoptDepartment(organizationCode, before.id, key);
      return { id: before.id, outcome: 'adopted', adopted: true };
    }
    const created = await writer.createDepartment(organizationCode, {
      key,
      name: desired.name,
      parentId: parentTarget,
    });
    return { id: created.id, outcome: 'created' };
  }
  const { rename, move } = diffDepartment(desired, base);
  // Found under our key without a link: a create whose reply was lost.
  const found = work.link.targetId === null && isUncertain(work.link);
  const { id, adopted = false } = base;
  if (!rename && !move) {
    if (found) return { id, outcome: adopted ? 'adopted' : 'created', adopted };
    return { id, outcome: 'unchanged', adopted };
  }
  if (move) await refuseCycle(pass, base.id, parentTarget, desired.id);
  await writer.updateDepartment(organizationCode, base.id, {
    ...(rename ? { name: desired.name } : {}),
    ...(move ? { parentId: parentTarget } : {}),
  });
  return { id, outcome: move ? 'moved' : 'updated', adopted };
}

/** Checked at the target, inside the gate: the target may not refuse a circle itself. */
async function refuseCycle(
  pass: Pass,
  id: string,
  newParent: string,
  sourceId: string,
): Promise<void> {
  const all = await allDepartments(pass);
  const parents = new Map(all.map((it) => [it.id, it.parentId]));
  if (closesCycle(id, newParent, (at) => parents.get(at) ?? null)) {
    throw new ProblemError(problem('DATA_CYCLE', { object: { kind: 'department', id: sourceId } }));
  }
}

export function allDepartments(pass: Pass): Promise<TargetDepartment[]> {
  return pass.reader.departments(pass.connection.target.organizationCode, pass.signal);
}
