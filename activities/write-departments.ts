/** Writes a few departments: claim, then plan, then write through the gate, then settle. */
import type { ObjectChange } from '../model/change.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { ObjectRef } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { Settlement } from '../store/claims.ts';
import { keepChanges } from './change-log.ts';
import { writeThroughGate } from './department-gate.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { equalMark, failedAs, givenBack, isSettledEqual } from './department-work.ts';
import type { DepartmentEnd, DepartmentRead, DepartmentWork } from './department-work.ts';
import { GateHolding } from './gate-holding.ts';
import type { Pass } from './pass.ts';
import type { Planned } from './planned.ts';
import { readRefused } from './read-again.ts';

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
  const equal = departments.filter((it) => !open.includes(it));
  await pass.links.markEqual(equal.map((it) => equalMark(pass, it, links.get(it.id))));
  if (open.length === 0) return [];
  const requests = open.map((it) => ({
    kind: 'department' as const,
    sourceId: it.id,
    number: it.number,
    exists: links.has(it.id),
  }));
  const claims = await pass.links.claim(connection.id, requests, pass.times.claimMs);
  const settlements: Settlement[] = [];
  const works: DepartmentWork[] = [];
  const again: Again[] = [];
  for (const queued of open) {
    const link = claims.won.get(linkId(connection.id, 'department', queued.id));
    // Not won because a newer read was settled: nothing to do. Not won otherwise: taken up again.
    if (!link) {
      const known = links.get(queued.id);
      if ((known?.applied ?? 0) < queued.number) again.push(queued);
      else {
        const read = options.planned ? null : await readRefused(pass, queued, known);
        if (read) again.push(read);
        else await pass.links.markEqual([equalMark(pass, queued, known)]);
      }
      continue;
    }
    const desired = mapDepartment(queued, queued.parentId ?? ROOT_DEPARTMENT, link.name);
    const parentTarget = targets.of(desired.parentId);
    if (parentTarget === undefined) {
      settlements.push(failedAs(pass, queued, link, problem('DATA_PARENT_MISSING', about(queued))));
    } else {
      // A run has read all keys at its beginning, for links that nobody claimed; the store may have lost others.
      const unknown = link.targetId === null && (!pass.counting || link.opened > 1);
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
  const ends = [...written.values()];
  await keepChanges(pass, changesOf(ends));
  const settled = await pass.links.settle(claims.token, settlements);
  const lost = settlements.filter(({ link }) => !settled.has(link._id));
  const lostIds = new Set(lost.map(({ link }) => link.sourceId));
  again.push(...open.filter((it) => lostIds.has(it.id)));
  await listProblems(
    pass,
    settlements.filter((it) => !lost.includes(it)),
  );
  // What succeeded is settled before a failure of the others ends the step.
  for (const done of ends) if ('thrown' in done) throw done.thrown;
  return again;
}

function changesOf(ends: DepartmentEnd[]): ObjectChange[] {
  return ends.flatMap((it) => ('unclear' in it ? [] : (it.change ?? [])));
}

function about(queued: DepartmentRead): { object: ObjectRef } {
  return { object: { kind: 'department', id: queued.id } };
}

async function listProblems(pass: Pass, settlements: Settlement[]): Promise<void> {
  const problems = settlements.flatMap(({ link, mark: it }) =>
    it?.problem
      ? [{ problem: it.problem, object: { kind: 'department' as const, id: link.sourceId } }]
      : [],
  );
  await pass.runs.addProblems(pass.place.run, problems);
}
