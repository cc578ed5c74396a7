/** The members lane: reads the people of each queued department page by page and stages them. */
import type { QueuedDepartment } from '../store/documents.ts';
import { closeReading } from './completeness.ts';
import { noteValues } from './correlate.ts';
import { Coverage } from './coverage.ts';
import { sideBySide, waitForOthers } from './pass.ts';
import type { DepartmentReport, LaneResult, Pass } from './pass.ts';
import { readPage } from './read-page.ts';
import { sealPage } from './staged.ts';

const WIDTH = 6;

/** One step of the lane; `done` once every department of a finished walk has given all its pages. */
export async function readMembers(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const reports: DepartmentReport[] = [];
  const finished = new Set<number>();
  const lane = await pass.frontier.enter(run, generation, 'members');
  const coverage = new Coverage(pass);
  let position = lane.head;
  const take = async (): Promise<(() => Promise<void>) | null> => {
    const department = await nextDepartment(pass, position);
    if (!department) return null;
    position = department.position + 1;
    return async () => {
      const report = await readDepartment(pass, department, coverage, lane.fence);
      if (report) reports.push(report);
      finished.add(department.position);
    };
  };
  await sideBySide(WIDTH, take);
  const { done, head, next } = await moveHead(pass, lane.head, finished);
  // Now, not when all is written: what the scope hides later does not touch what was read.
  const closing = done ? { closing: await closeReading(pass) } : {};
  await pass.frontier.advance(run, generation, 'members', lane.head, { head, done, ...closing });
  return { done, departments: reports, next };
}

/** The department at a position as soon as it is queued; null when the budget is spent or all are through. */
async function nextDepartment(pass: Pass, position: number): Promise<QueuedDepartment | null> {
  const { run, generation } = pass.place;
  for (;;) {
    if (pass.budget.spent) return null;
    const walk = await pass.frontier.lane(run, generation, 'departments');
    if (position < walk.tail) {
      const [department] = await pass.frontier.departments(pass.place, position, position + 1);
      return department ?? null;
    }
    if (walk.done) return null;
    await waitForOthers(pass);
  }
}

/** The lane's head passes departments that are wholly read, in order. */
async function moveHead(
  pass: Pass,
  from: number,
  finished: Set<number>,
): Promise<{ head: number; done: boolean; next: string[] }> {
  const { run, generation } = pass.place;
  const walk = await pass.frontier.lane(run, generation, 'departments');
  let head = from;
  while (head < walk.tail && finished.has(head)) {
    const [department] = await pass.frontier.departments(pass.place, head, head + 1);
    if (!department?.membersDone) break;
    head++;
  }
  const ahead = await pass.frontier.departments(pass.place, head, Math.min(head + 5, walk.tail));
  return { head, done: walk.done && head >= walk.tail, next: ahead.map((it) => it.name) };
}

/** Reads a department on from its cursor; null when nothing was left to read. */
async function readDepartment(
  pass: Pass,
  department: QueuedDepartment,
  coverage: Coverage,
  fence: number,
): Promise<DepartmentReport | null> {
  const { run, generation } = pass.place;
  const started = pass.clock.monotonic();
  const report: DepartmentReport = {
    name: department.name,
    pages: 0,
    people: 0,
    retries: 0,
    ms: 0,
  };
  let at = department;
  while (!at.membersDone && !pass.budget.spent) {
    const page = await readPage(pass, at, coverage, report);
    await noteValues(pass, page.people);
    const sealed = sealPage(pass, at.position, at.pages, page.people);
    report.pages++;
    report.people += page.people.length;
    report.ms = Math.round(pass.clock.monotonic() - started);
    const change = {
      pages: at.pages + 1,
      cursor: page.next ?? at.cursor,
      membersDone: page.next === undefined,
      people: at.people + page.people.length,
      retries: at.retries + report.retries,
      ms: at.ms + report.ms,
    };
    await pass.frontier.commitPage(
      run,
      generation,
      { position: at.position, page: at.pages, fence },
      sealed,
      change,
    );
    // Another attempt of this step may have committed the page first; its state is the truth.
    const [fresh] = await pass.frontier.departments(pass.place, at.position, at.position + 1);
    if (!fresh) break;
    at = fresh;
  }
  return report.pages > 0 ? report : null;
}
