/** The way of departments through the gate: what the target has, who may be sent, and when the gate is given back. */
import type { TargetDepartment } from '../model/directory.ts';
import type { Claims } from '../store/claims.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { isStructural, givenBack } from './department-work.ts';
import type { DepartmentBase, DepartmentEnd, DepartmentWork } from './department-work.ts';
import type { GateHolding } from './gate-holding.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import type { Planned } from './planned.ts';
import { allDepartments, sendDepartment } from './send-department.ts';
import { keyOf } from './staged.ts';

/** Creates and moves hold the gate; when nothing needs it, it is not taken. */
export async function writeThroughGate(
  pass: Pass,
  all: DepartmentWork[],
  claims: Claims,
  targets: DepartmentTargets,
  gate: GateHolding,
  planned?: Planned,
): Promise<Map<DepartmentWork, DepartmentEnd>> {
  const results = new Map<DepartmentWork, DepartmentEnd>();
  const bases = new Map<DepartmentWork, DepartmentBase | null>();
  let listed: Promise<TargetDepartment[]> | undefined;
  const there = (): Promise<TargetDepartment[]> => (listed ??= allDepartments(pass));
  const look = await lookUp(pass, all);
  for (const work of all) bases.set(work, await baseOf(pass, work, targets, look));
  const works = all.filter((work) => stillFits(work, bases.get(work) ?? null, planned));
  for (const work of all)
    if (!works.includes(work)) results.set(work, { settlement: givenBack(work) });
  if (works.length === 0) return results;
  const structural = works.some((work) => isStructural(work, bases.get(work) ?? null));
  const mayWait = (): boolean => claims.remainingMs() > pass.times.longestWriteMs;
  const lease = structural ? await gate.enter(mayWait) : null;
  if (structural && !lease) {
    for (const work of works) results.set(work, { unclear: true });
    return results;
  }
  const way = { claims, lease, gate, there, planned };
  let unclear = true;
  try {
    await Promise.all(
      works.map(async (work) => {
        results.set(work, await sendDepartment(pass, work, bases.get(work) ?? null, way));
      }),
    );
    unclear = [...results.values()].some((done) => 'unclear' in done);
  } finally {
    // After an unclear write the gate is left to expire: the write may still commit behind it.
    if (lease) await gate.leave(!unclear);
  }
  return results;
}

/** What is to be made or taken over is looked at once the gate is held. */
function stillFits(work: DepartmentWork, base: DepartmentBase | null, planned?: Planned): boolean {
  if (!planned || !base) return true;
  const { id, name, at = null } = base;
  return planned.fitsDepartment(work.queued.id, { id, name, parentId: at });
}

type Look = (key: string) => Promise<TargetDepartment | null>;

/** Several links that cannot be trusted are looked up in one list: call by call their claims would run out. */
async function lookUp(pass: Pass, works: DepartmentWork[]): Promise<Look> {
  const { organizationCode } = pass.connection.target;
  if (works.filter((it) => it.doubted).length < 2) {
    return (key) =>
      persist(pass, () => pass.reader.departmentByKey(organizationCode, key, pass.signal));
  }
  const all = await persist(pass, () => allDepartments(pass));
  const byKey = new Map<string | null, TargetDepartment>();
  // Who was there before us bears our key in its code.
  for (const it of all) byKey.set(it.code, it);
  for (const it of all) byKey.set(it.key, it);
  return (key) => Promise.resolve(byKey.get(key) ?? null);
}

/** The link's state; or what the target has under the key, when the link cannot be trusted. */
async function baseOf(
  pass: Pass,
  work: DepartmentWork,
  targets: DepartmentTargets,
  look: Look,
): Promise<DepartmentBase | null> {
  const { link, desired } = work;
  if (!work.doubted) {
    if (link.targetId === null) return null;
    return { id: link.targetId, name: link.name ?? '', parentId: link.parentId ?? '' };
  }
  const found = await look(keyOf(pass, desired.id));
  if (!found) return null;
  // The parent counts as equal when it is where it should be; any other place is a move.
  const inPlace = found.parentId === targets.of(desired.parentId);
  const adopted = found.key !== keyOf(pass, desired.id);
  const parentId = inPlace ? desired.parentId : '';
  return { id: found.id, name: found.name, parentId, at: found.parentId, adopted };
}
