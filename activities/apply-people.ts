/** The lane that writes people: full batches that may cross departments, as soon as their departments exist. */
import type { Lane } from '../store/frontier.ts';
import { DepartmentTargets } from './department-targets.ts';
import { sideBySide, waitForOthers } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import type { PersonItem } from './person-work.ts';
import { openPage } from './staged.ts';
import { writePeople } from './write-people.ts';
import type { PersonEnd } from './write-people.ts';

const BATCH = 50;
/** Batches on the way at once; at 150 ms a write four keep 20 calls a second busy. */
const WIDTH = 4;

interface OpenPage {
  position: number;
  page: number;
  /** People without an end; at 0 the page is applied. */
  left: number;
  /** Someone must be taken up again, so the page stays open. */
  again: boolean;
}

interface Queued {
  item: PersonItem;
  page: OpenPage;
}

/** What one step holds in memory: people of at most a few pages. */
interface Feed {
  position: number;
  page: number;
  waiting: Queued[];
  /** Ids in batches under way, so that one person is never in two at once. */
  busy: Set<string>;
  opened: OpenPage[];
  end: boolean;
}

/** One step of the lane; `done` once every staged person is settled, listed as failed, or out of reach. */
export async function applyPeople(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const lane = await pass.frontier.lane(run, generation, 'applyPeople');
  const targets = new DepartmentTargets(pass);
  const names = new Map<number, { name: string; people: number }>();
  const next = await forward(pass, lane, targets, names);
  await pass.frontier.advance(run, generation, 'applyPeople', lane.head, next);
  const now = await pass.frontier.lane(run, generation, 'applyPeople');
  if (next.read) await takeUpAgain(pass, now, targets);
  const after = await pass.frontier.lane(run, generation, 'applyPeople');
  const ahead = await pass.frontier.departments(run, after.head, after.head + 5);
  return {
    done: after.done,
    departments: [...names.values()].map((it) => ({ ...it, pages: 0, retries: 0, ms: 0 })),
    next: ahead.map((it) => it.name),
  };
}

/** First time through: everybody whose departments exist; pages with others are kept for later. */
async function forward(
  pass: Pass,
  lane: Lane,
  targets: DepartmentTargets,
  names: Map<number, { name: string; people: number }>,
): Promise<Partial<Lane> & { read: boolean }> {
  const feed: Feed = {
    position: lane.head,
    page: 0,
    waiting: [],
    busy: new Set(),
    opened: [],
    end: false,
  };
  await sideBySide(WIDTH, async () => {
    const batch = await fill(pass, feed, names);
    if (batch.length === 0) return null;
    return () => write(pass, feed, batch, targets, false);
  });
  const open = new Set(
    feed.opened.filter((it) => it.left > 0 || it.again).map((it) => it.position),
  );
  const done = feed.opened.filter((it) => it.left === 0 && !it.again);
  await pass.frontier.markApplied(pass.place.run, pass.place.generation, done);
  const deferred = [...new Set([...lane.deferred, ...open])].sort((a, b) => a - b);
  // A department whose last page is not read yet is begun again by the next step; its pages are marked.
  return { head: feed.position, deferred, read: feed.end };
}

/** The next batch: people of staged pages in order, none of whom is in a batch under way. */
async function fill(
  pass: Pass,
  feed: Feed,
  names: Map<number, { name: string; people: number }>,
): Promise<Queued[]> {
  while (feed.waiting.length < BATCH && !feed.end && !pass.budget.spent) {
    // Only full batches are sent until the end is in sight: fewer calls, and the same time.
    if (!(await openNextPage(pass, feed, names))) await waitForOthers(pass);
  }
  const batch: Queued[] = [];
  const rest: Queued[] = [];
  for (const queued of feed.waiting) {
    const id = queued.item.person.id;
    if (batch.length < BATCH && !feed.busy.has(id)) {
      batch.push(queued);
      feed.busy.add(id);
    } else rest.push(queued);
  }
  feed.waiting = rest;
  return batch;
}

/** Opens the page at the feed's position; false when it is not read yet. */
async function openNextPage(
  pass: Pass,
  feed: Feed,
  names: Map<number, { name: string; people: number }>,
): Promise<boolean> {
  const { run, generation } = pass.place;
  const [department] = await pass.frontier.departments(run, feed.position, feed.position + 1);
  const walk = await pass.frontier.lane(run, generation, 'departments');
  if (!department || department.position >= walk.tail) {
    feed.end = walk.done && feed.position >= walk.tail;
    return feed.end;
  }
  if (feed.page < department.pages) {
    const [page] = await pass.frontier.pages(run, feed.position, feed.page, feed.page + 1);
    if (page && !page.applied) {
      const people = openPage(pass, page);
      const opened = {
        position: feed.position,
        page: feed.page,
        left: people.length,
        again: false,
      };
      feed.opened.push(opened);
      const at = `${feed.position}/${feed.page}`;
      for (const person of people) {
        feed.waiting.push({ item: { person, department: department.id, page: at }, page: opened });
      }
      names.set(feed.position, {
        name: department.name,
        people: (names.get(feed.position)?.people ?? 0) + people.length,
      });
    }
    feed.page++;
    return true;
  }
  if (!department.membersDone) return false;
  feed.position++;
  feed.page = 0;
  return true;
}

async function write(
  pass: Pass,
  feed: Feed,
  batch: Queued[],
  targets: DepartmentTargets,
  final: boolean,
): Promise<void> {
  const items = batch.map((it) => it.item);
  let ends: PersonEnd[];
  try {
    ends = await writePeople(pass, items, targets, { final, force: false });
  } finally {
    for (const item of items) feed.busy.delete(item.person.id);
  }
  batch.forEach(({ page }, at) => {
    page.left--;
    if (ends[at] !== 'settled') page.again = true;
  });
  const { run, generation } = pass.place;
  const finished = new Set(
    batch.map((it) => it.page).filter((page) => page.left === 0 && !page.again),
  );
  await pass.frontier.markApplied(run, generation, [...finished]);
  // What is marked needs no place in memory any more.
  feed.opened = feed.opened.filter((page) => !finished.has(page));
}

/** After all departments are written: pages with people who waited, until none is left. */
async function takeUpAgain(pass: Pass, lane: Lane, targets: DepartmentTargets): Promise<void> {
  const { run, generation } = pass.place;
  for (;;) {
    const departments = await pass.frontier.lane(run, generation, 'applyDepartments');
    if (departments.done) break;
    if (pass.budget.spent) return;
    await waitForOthers(pass);
  }
  let deferred = lane.deferred;
  while (deferred.length > 0 && !pass.budget.spent) {
    const again: number[] = [];
    for (const position of deferred) {
      const finished = !pass.budget.spent && (await finishDepartment(pass, position, targets));
      if (!finished) again.push(position);
    }
    deferred = again;
    // Whoever another writer holds is free when its claim ends; asking every second is enough.
    if (deferred.length > 0) await waitForOthers(pass, 1000);
  }
  const done = deferred.length === 0;
  await pass.frontier.advance(run, generation, 'applyPeople', lane.head, { deferred, done });
}

async function finishDepartment(
  pass: Pass,
  position: number,
  targets: DepartmentTargets,
): Promise<boolean> {
  const { run, generation } = pass.place;
  const [department] = await pass.frontier.departments(run, position, position + 1);
  if (!department) return true;
  let all = true;
  for (let number = 0; number < department.pages; number++) {
    const [page] = await pass.frontier.pages(run, position, number, number + 1);
    if (!page || page.applied) continue;
    const items = openPage(pass, page).map((person) => {
      return { person, department: department.id, page: `${position}/${number}` };
    });
    let settled = true;
    for (let from = 0; from < items.length; from += BATCH) {
      const part = items.slice(from, from + BATCH);
      const ends = await writePeople(pass, part, targets, { final: true, force: false });
      if (ends.some((end) => end !== 'settled')) settled = false;
    }
    if (settled) await pass.frontier.markApplied(run, generation, [{ position, page: number }]);
    else all = false;
  }
  return all;
}
