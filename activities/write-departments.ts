/** Writes a few departments: claim, then plan, then write through the gate, then settle. */
import type { TargetWriter } from '../connectors/target.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { ObjectRef, TargetDepartment } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import type { Link, RunMark } from '../model/link.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from '../model/run.ts';
import { diffDepartment } from '../plan/diff.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { DesiredDepartment } from '../plan/mapping.ts';
import { closesCycle } from '../plan/tree.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import type { GateLease } from '../store/gate.ts';
import type { Claims, Settlement } from '../store/links.ts';
import { departmentByPath } from './adopt-department.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { GateHolding } from './gate-holding.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { departmentPrint } from './planned.ts';
import type { Planned } from './planned.ts';
import { keyOf } from './staged.ts';

/** A department as it was read, with the number of that read. */
export type DepartmentRead = Pick<QueuedDepartment, 'id' | 'parentId' | 'name' | 'number'>;

interface Work {
  queued: DepartmentRead;
  desired: DesiredDepartment;
  link: Link;
  parentTarget: string;
  /** The link may not show what the target has. */
  doubted: boolean;
}

/** What the target has, or is known to have; null when the department must be created. */
interface Base {
  id: string;
  /** Found by our key in its code: it was there before us. */
  adopted?: boolean;
  name: string;
  parentId: string;
  /** System id of the parent, when it was read at the target. */
  at?: string | null;
}

export interface DepartmentOptions {
  /** Who is equal to what was settled is not claimed; a single object settles its read all the same. */
  skipEqual: boolean;
  /** Compare with the target itself, not with what was settled last. */
  force: boolean;
  /** A circle at the target is no refusal: others that moved at the source may not have followed yet. */
  circlesWait?: boolean;
  /** The plan that is carried out: what does not fit it any more is left to its own sync. */
  planned?: Planned | undefined;
}

/** A department to be taken up again; `circle` when others have to move out of its way first. */
export type Again = DepartmentRead & { circle?: true };

type Done = { settlement: Settlement; thrown?: unknown; circle?: true } | { unclear: true };

/**
 * Brings departments whose parents are settled in line; returns those that must be taken up again,
 * because another writer holds them or a write ended unclear.
 */
export async function writeDepartments(
  pass: Pass,
  departments: DepartmentRead[],
  targets: DepartmentTargets,
  options: DepartmentOptions = { skipEqual: true, force: false },
  gate = new GateHolding(pass),
): Promise<Again[]> {
  const { connection } = pass;
  const { skipEqual, force } = options;
  const ids = departments.map((it) => it.id);
  const links = await pass.links.get(connection.id, 'department', ids);
  await targets.load(departments.map((it) => it.parentId ?? ROOT_DEPARTMENT));
  const open = departments.filter((it) => !skipEqual || !isSettledEqual(it, links.get(it.id)));
  await pass.links.markEqual(
    departments
      .filter((it) => !open.includes(it))
      .map((it) => equalMark(pass, it, links.get(it.id))),
  );
  if (open.length === 0) return [];
  const requests = open.map((it) => ({
    kind: 'department' as const,
    sourceId: it.id,
    number: it.number,
    exists: links.has(it.id),
  }));
  const claims = await pass.links.claim(connection.id, requests, pass.times.claimMs);
  const settlements: Settlement[] = [];
  const works: Work[] = [];
  const again: Again[] = [];
  for (const queued of open) {
    const link = claims.won.get(linkId(connection.id, 'department', queued.id));
    // Not won because a newer read was settled: nothing to do. Not won otherwise: taken up again.
    if (!link) {
      const known = links.get(queued.id);
      if ((known?.applied ?? 0) < queued.number) again.push(queued);
      else await pass.links.markEqual([equalMark(pass, queued, known)]);
      continue;
    }
    const desired = mapDepartment(queued, queued.parentId ?? ROOT_DEPARTMENT);
    const parentTarget = targets.of(desired.parentId);
    if (parentTarget === undefined) {
      settlements.push(failed(pass, queued, link, problem('DATA_PARENT_MISSING', about(queued))));
    } else {
      // A run has read all keys at its beginning; the store may have lost the link of a single object.
      const unknown = link.targetId === null && !pass.counting;
      const doubted = force || unknown || isUncertain(link);
      works.push({ queued, desired, link, parentTarget, doubted });
    }
  }
  const written = await writeThroughGate(pass, works, claims, targets, gate, options.planned);
  for (const [work, done] of written) {
    if (options.circlesWait && !('unclear' in done) && done.circle) {
      again.push({ ...work.queued, circle: true });
      settlements.push(givenBack(work));
    } else if ('unclear' in done) again.push(work.queued);
    else settlements.push(done.settlement);
  }
  const settled = await pass.links.settle(claims.token, settlements);
  const lost = settlements.filter(({ link }) => !settled.has(link._id));
  const lostIds = new Set(lost.map(({ link }) => link.sourceId));
  again.push(...open.filter((it) => lostIds.has(it.id)));
  await listProblems(
    pass,
    settlements.filter((it) => !lost.includes(it)),
  );
  // What succeeded is settled before a failure of the others ends the step.
  for (const done of written.values()) if ('thrown' in done) throw done.thrown;
  return again;
}

function about(queued: DepartmentRead): { object: ObjectRef } {
  return { object: { kind: 'department', id: queued.id } };
}

function isSettledEqual(queued: DepartmentRead, link: Link | undefined): boolean {
  if (!link || link.targetId === null || link.state !== 'present') return false;
  if (link.claim !== null || isUncertain(link)) return false;
  const desired = mapDepartment(queued, queued.parentId ?? ROOT_DEPARTMENT);
  return link.name === desired.name && link.parentId === desired.parentId;
}

function mark(pass: Pass, queued: DepartmentRead, outcome: Outcome, why?: Problem): RunMark | null {
  if (!pass.counting) return null;
  return {
    id: pass.place.run,
    outcome,
    department: queued.parentId ?? ROOT_DEPARTMENT,
    page: '',
    ...(why ? { problem: why } : {}),
  };
}

function equalMark(pass: Pass, queued: DepartmentRead, link: Link | undefined) {
  const _id = linkId(pass.connection.id, 'department', queued.id);
  const marked = link?.run?.id === pass.place.run;
  return { _id, number: queued.number, mark: marked ? null : mark(pass, queued, 'unchanged') };
}

function failed(pass: Pass, queued: DepartmentRead, link: Link, why: Problem): Settlement {
  return { link, number: queued.number, set: {}, mark: mark(pass, queued, 'failed', why) };
}

async function listProblems(pass: Pass, settlements: Settlement[]): Promise<void> {
  const problems = settlements.flatMap(({ link, mark: it }) =>
    it?.problem
      ? [{ problem: it.problem, object: { kind: 'department' as const, id: link.sourceId } }]
      : [],
  );
  await pass.runs.addProblems(pass.place.run, problems);
}

/** Creates and moves hold the gate; when nothing needs it, it is not taken. */
async function writeThroughGate(
  pass: Pass,
  all: Work[],
  claims: Claims,
  targets: DepartmentTargets,
  gate: GateHolding,
  planned?: Planned,
): Promise<Map<Work, Done>> {
  const results = new Map<Work, Done>();
  const bases = new Map<Work, Base | null>();
  let listed: Promise<TargetDepartment[]> | undefined;
  const there = (): Promise<TargetDepartment[]> => (listed ??= allDepartments(pass));
  for (const work of all) bases.set(work, await baseOf(pass, work, targets));
  const works = all.filter((work) => stillFits(pass, work, bases.get(work) ?? null, planned));
  for (const work of all)
    if (!works.includes(work)) results.set(work, { settlement: givenBack(work) });
  if (works.length === 0) return results;
  const structural = works.some((work) => needsGate(work, bases.get(work) ?? null));
  const mayWait = (): boolean => claims.remainingMs() > pass.times.longestWriteMs;
  const lease = structural ? await gate.enter(mayWait) : null;
  if (structural && !lease) {
    for (const work of works) results.set(work, { unclear: true });
    return results;
  }
  const way = { claims, lease, gate, there };
  let unclear = true;
  try {
    await Promise.all(
      works.map(async (work) => {
        results.set(work, await writeOne(pass, work, bases.get(work) ?? null, way));
      }),
    );
    unclear = [...results.values()].some((done) => 'unclear' in done);
  } finally {
    // After an unclear write the gate is left to expire: the write may still commit behind it.
    if (lease) await gate.leave(!unclear);
  }
  return results;
}

function stillFits(pass: Pass, work: Work, base: Base | null, planned?: Planned): boolean {
  if (!planned) return true;
  const found = base && { id: base.id, name: base.name, parentId: base.at ?? null };
  const print = departmentPrint(pass.key, found);
  return planned.fits({ kind: 'department', id: work.queued.id }, print);
}

/** What a write needs to be sent: claims and, for structure, the gate. */
interface Way {
  claims: Claims;
  lease: GateLease | null;
  gate: GateHolding;
  /** All departments of the target, read once the gate is held: nobody else of ours makes one then. */
  there: () => Promise<TargetDepartment[]>;
}

function needsGate(work: Work, base: Base | null): boolean {
  return base === null || base.parentId !== work.desired.parentId;
}

/** The link's state; or the target read by key, when the link cannot be trusted. */
async function baseOf(pass: Pass, work: Work, targets: DepartmentTargets): Promise<Base | null> {
  const { link, desired } = work;
  if (!work.doubted) {
    if (link.targetId === null) return null;
    return { id: link.targetId, name: link.name ?? '', parentId: link.parentId ?? '' };
  }
  const { organizationCode } = pass.connection.target;
  const found = await persist(pass, () =>
    pass.reader.departmentByKey(organizationCode, keyOf(pass, desired.id), pass.signal),
  );
  if (!found) return null;
  // The parent counts as equal when it is where it should be; any other place is a move.
  const inPlace = found.parentId === targets.of(desired.parentId);
  const adopted = found.key !== keyOf(pass, desired.id);
  const parentId = inPlace ? desired.parentId : '';
  return { id: found.id, name: found.name, parentId, at: found.parentId, adopted };
}

async function writeOne(
  pass: Pass,
  work: Work,
  base: Base | null,
  { claims, lease, gate, there }: Way,
): Promise<Done> {
  const mayWait = (ms: number): boolean =>
    !pass.signal.aborted &&
    Math.min(claims.remainingMs(), lease?.remainingMs() ?? Infinity) - ms >
      pass.times.longestWriteMs;
  if (!mayWait(0)) return { unclear: true };
  const writer = pass.writer(() => mayWait(0));
  const call = (): ReturnType<typeof send> => send(pass, work, base, writer, there);
  const moves = base !== null && needsGate(work, base);
  try {
    const outcome = await persist(
      pass,
      () => (moves ? gate.inTurn(call) : call()),
      undefined,
      mayWait,
    );
    return { settlement: settled(pass, work, outcome) };
  } catch (error) {
    const it = error instanceof ProblemError ? error.problem : null;
    if (it?.effect === 'unknown')
      return readBack(pass, work, base === null ? 'created' : 'updated');
    if (it?.kind === 'data') {
      const settlement = failed(pass, work.queued, work.link, it);
      return { settlement, ...(it.code === 'DATA_CYCLE' ? { circle: true } : {}) };
    }
    // Nothing was sent or nothing happened.
    return { settlement: givenBack(work), thrown: error };
  }
}

/** The claim is given back without settling this read. */
function givenBack({ link }: Work): Settlement {
  return { link, number: link.applied, set: {}, mark: null };
}

/** An unclear write that shows at the target settles; one that does not may still come, so its claim expires. */
async function readBack(pass: Pass, work: Work, outcome: Outcome): Promise<Done> {
  const { organizationCode } = pass.connection.target;
  const found = await persist(pass, () =>
    pass.reader.departmentByKey(organizationCode, keyOf(pass, work.desired.id), pass.signal),
  ).catch(() => null);
  const shown = found?.name === work.desired.name && found.parentId === work.parentTarget;
  if (!found || !shown) return { unclear: true };
  const adopted = found.key !== keyOf(pass, work.desired.id);
  return {
    settlement: settled(pass, work, {
      ...{ id: found.id, outcome: adopted && outcome === 'created' ? 'adopted' : outcome, adopted },
    }),
  };
}

interface Sent {
  id: string;
  outcome: Outcome;
  adopted?: boolean;
}

async function send(
  pass: Pass,
  work: Work,
  base: Base | null,
  writer: TargetWriter,
  there: () => Promise<TargetDepartment[]>,
): Promise<Sent> {
  const { organizationCode } = pass.connection.target;
  const { desired, parentTarget } = work;
  if (!base) {
    const key = keyOf(pass, desired.id);
    const before = await departmentByPath(pass, desired, parentTarget, there);
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

function allDepartments(pass: Pass): Promise<TargetDepartment[]> {
  return pass.reader.departments(pass.connection.target.organizationCode, pass.signal);
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

function settled(pass: Pass, work: Work, result: Sent): Settlement {
  const { link, queued, desired } = work;
  const earlier = link.run?.id === pass.place.run ? link.run.outcome : null;
  const outcome = earlier === 'created' || earlier === 'adopted' ? earlier : result.outcome;
  return {
    link,
    number: queued.number,
    set: {
      targetId: result.id,
      state: 'present',
      name: desired.name,
      parentId: desired.parentId,
      ...(result.adopted ? { adopted: true } : {}),
    },
    mark: mark(pass, queued, outcome),
  };
}
