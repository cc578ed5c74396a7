/** The lane that writes departments, parents before children, as soon as the walk has found them. */
import type { Lane, QueuedDepartment } from '../store/documents.ts';
import { DepartmentTargets } from './department-targets.ts';
import { waitForOthers } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import type { DepartmentRead } from './write-departments.ts';
import { writeDepartments } from './write-departments.ts';

/** Departments written side by side under one holding of the gate. */
const WIDTH = 6;

/** One step of the lane; `done` once the walk is over and every department is settled or listed as failed. */
export async function applyDepartments(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const names: string[] = [];
  const targets = new DepartmentTargets(pass);
  for (;;) {
    const lane = await pass.frontier.lane(run, generation, 'applyDepartments');
    const walk = await pass.frontier.lane(run, generation, 'departments');
    if (lane.done) return result(pass, true, names, lane, walk);
    if (pass.budget.spent) return result(pass, false, names, lane, walk);
    if (lane.head >= walk.tail) {
      if (!walk.done) await waitForOthers(pass);
      else
        await pass.frontier.advance(run, generation, 'applyDepartments', lane.head, { done: true });
      continue;
    }
    const batch = await nextBatch(pass, lane.head, walk.tail);
    // Whoever is held by another writer holds up the lane: children must not overtake their parent.
    let open: DepartmentRead[] = batch.filter((it) => it.parentId !== null);
    while (open.length > 0 && !pass.budget.spent) {
      open = await writeDepartments(pass, open, targets);
      if (open.length > 0) await waitForOthers(pass, 1000);
    }
    if (open.length > 0) continue;
    names.push(...batch.map((it) => it.name));
    const to = lane.head + batch.length;
    await pass.frontier.advance(run, generation, 'applyDepartments', lane.head, { head: to });
  }
}

/** The next departments of which none is the parent of another. */
async function nextBatch(pass: Pass, from: number, tail: number): Promise<QueuedDepartment[]> {
  const ahead = await pass.frontier.departments(pass.place, from, Math.min(from + WIDTH, tail));
  const batch: QueuedDepartment[] = [];
  const ids = new Set<string>();
  for (const department of ahead) {
    if (department.parentId !== null && ids.has(department.parentId)) break;
    ids.add(department.id);
    batch.push(department);
  }
  return batch;
}

async function result(
  pass: Pass,
  done: boolean,
  names: string[],
  lane: Lane,
  walk: Lane,
): Promise<LaneResult> {
  const to = Math.min(lane.head + 5, walk.tail);
  const ahead = await pass.frontier.departments(pass.place, lane.head, to);
  const departments = names.map((name) => ({ name, pages: 0, people: 0, retries: 0, ms: 0 }));
  return { done, departments, next: ahead.map((it) => it.name) };
}
