/** The departments lane: walks the source's tree breadth first and queues what it finds. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { SourceDepartment } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import { nameless } from '../plan/mapping.ts';
import type { Lane, QueuedDepartment } from '../store/documents.ts';
import { isPassedThrough } from './coverage.ts';
import { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { DepartmentReport, LaneResult, Pass } from './pass.ts';
import { listOf, orUnread } from './unread.ts';

/** Departments asked side by side; at 100 ms a call six keep 20 calls a second busy. */
const WIDTH = 6;

interface Listing {
  department: QueuedDepartment;
  children: SourceDepartment[];
  number: number;
  report: DepartmentReport;
}

/** One step of the lane; `done` once every queued department has been asked for its children. */
export async function readDepartments(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const reports: DepartmentReport[] = [];
  let lane = await start(pass);
  const { fence } = lane;
  while (lane.head < lane.tail && !pass.budget.spent) {
    const to = Math.min(lane.head + WIDTH, lane.tail);
    const batch = await pass.frontier.departments(pass.place, lane.head, to);
    const listings = await Promise.all(batch.map((department) => listChildren(pass, department)));
    const queued = await queueChildren(pass, listings, lane.tail);
    await pass.frontier.enqueue(run, generation, fence, queued);
    const next = { head: to, tail: lane.tail + queued.length };
    await pass.frontier.advance(run, generation, 'departments', lane.head, next, fence);
    lane = { ...lane, ...next };
    reports.push(...listings.map((listing) => listing.report));
  }
  const done = lane.head >= lane.tail;
  if (done) await pass.frontier.advance(run, generation, 'departments', lane.head, { done }, fence);
  const ahead = await pass.frontier.departments(
    pass.place,
    lane.head,
    Math.min(lane.head + 5, lane.tail),
  );
  return { done, departments: reports, next: ahead.map((it) => it.name) };
}

async function start(pass: Pass): Promise<Lane> {
  const { run, generation, roots, above } = pass.place;
  const lane = await pass.frontier.enter(run, generation, 'departments');
  if (lane.tail > 0) return lane;
  const { number } = await pass.links.next(pass.connection.id);
  const first: QueuedDepartment[] = [
    entry(0, ROOT_DEPARTMENT, null, pass.connection.name, number, 0),
  ];
  for (const id of [...above, ...roots].filter((it) => it !== ROOT_DEPARTMENT)) {
    const found = await persist(pass, () => pass.source.department(id, pass.signal));
    if (found === 'gone') continue;
    const parentId = await parentOf(pass, found, first);
    const depth = (first.find((it) => it.id === parentId)?.depth ?? 0) + 1;
    first.push(entry(first.length, id, parentId, found.name, number, depth));
  }
  await listOf(pass, nameless(first));
  const tail = first.length;
  await pass.frontier.enqueue(run, generation, lane.fence, first);
  await pass.frontier.advance(run, generation, 'departments', 0, { tail }, lane.fence);
  return { ...lane, tail };
}

/** Its own parent, where that is written too or was before; else it stands below the root. */
async function parentOf(
  pass: Pass,
  { parentId }: SourceDepartment,
  first: QueuedDepartment[],
): Promise<string> {
  if (parentId === null || first.some((it) => it.id === parentId))
    return parentId ?? ROOT_DEPARTMENT;
  const targets = new DepartmentTargets(pass);
  await targets.load([parentId]);
  return targets.of(parentId) === undefined ? ROOT_DEPARTMENT : parentId;
}

function entry(
  position: number,
  id: string,
  parentId: string | null,
  name: string,
  number: number,
  depth: number,
): QueuedDepartment {
  const members = { pages: 0, cursor: 0, membersDone: false, people: 0, retries: 0, ms: 0 };
  return { position, id, parentId, name, number, depth, ...members };
}

async function listChildren(pass: Pass, department: QueuedDepartment): Promise<Listing> {
  const started = pass.clock.monotonic();
  const report = { name: department.name, pages: 1, people: 0, retries: 0, ms: 0 };
  const { number } = await pass.links.next(pass.connection.id);
  if (isPassedThrough(pass, department.id)) return { department, children: [], number, report };
  const asked = persist(
    pass,
    () => pass.source.childDepartments(department.id, pass.signal),
    () => report.retries++,
  );
  const found = await orUnread(pass, { kind: 'department', id: department.id }, asked);
  report.ms = Math.round(pass.clock.monotonic() - started);
  // Gone between being listed and being asked: the next pass, or its event, deals with it.
  const { exclude } = pass.connection.settings.scope;
  const children =
    found === 'gone' || found === null ? [] : found.filter((child) => !exclude.includes(child.id));
  return { department, children, number, report };
}

/** Gives new departments their positions; one that stands at two places is a problem, not a second entry. */
async function queueChildren(
  pass: Pass,
  listings: Listing[],
  tail: number,
): Promise<QueuedDepartment[]> {
  const { run, generation } = pass.place;
  const ids = listings.flatMap((listing) => listing.children.map((child) => child.id));
  const known = await pass.frontier.positions(run, generation, ids);
  const taken = new Set<string>();
  for (const [id, position] of known) {
    // What a killed attempt noted may never have been queued: another department stands there now.
    const [there] = await pass.frontier.departments(pass.place, position, position + 1);
    if (position < tail && there?.id === id) taken.add(id);
  }
  const queued: QueuedDepartment[] = [];
  const twice: string[] = [];
  for (const { department, children, number } of listings) {
    for (const child of children) {
      if (taken.has(child.id)) {
        twice.push(child.id);
        continue;
      }
      taken.add(child.id);
      const position = tail + queued.length;
      queued.push(
        entry(position, child.id, department.id, child.name, number, department.depth + 1),
      );
    }
  }
  const circles = twice.map((id) =>
    problem('DATA_CYCLE_AT_SOURCE', { object: { kind: 'department', id } }),
  );
  await listOf(pass, [...circles, ...nameless(queued)]);
  return queued;
}
