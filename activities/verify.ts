/** The last lane: reads the target again and compares; what differs is repaired once from a fresh read. */
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import { changedFields } from '../plan/diff.ts';
import { withoutOmitted } from '../plan/identifiers.ts';
import { mapDepartment } from '../plan/mapping.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import { Coverage } from './coverage.ts';
import { DepartmentTargets } from './department-targets.ts';
import { persist, sideBySide } from './pass.ts';
import { itemsOf, PageWalk } from './page-walk.ts';
import type { Positions, WalkedPage } from './page-walk.ts';
import type { LaneResult, Pass } from './pass.ts';
import { departmentsAt, readByKey } from './person-base.ts';
import type { PersonItem } from './person-work.ts';
import { placed, readSingle } from './read-page.ts';
import { printsOf, stage } from './staged.ts';
import { writeDepartments } from './write-departments.ts';
import { writePeople } from './write-people.ts';

const BATCH = 50;
/** More departments than that are not put right behind somebody's back in one pass: they are listed. */
const REPAIRS_MAX = 200;
/** Reads on the way at once; at 150 ms a read and 50 ms in the store, six keep 20 calls a second busy. */
const WIDTH = 6;

/** One step of the lane; people whose write failed or is newer than this pass are left out. */
export async function verify(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const targets = new DepartmentTargets(pass);
  const lane = await pass.frontier.lane(run, generation, 'verify');
  const { tail } = await pass.frontier.lane(run, generation, 'departments');
  let position = lane.head;
  const positions: Positions = {
    ahead: (most) =>
      Promise.resolve(
        position >= tail
          ? 'end'
          : Array.from({ length: Math.min(most, tail - position) }, (_, n) => position + n),
      ),
    advance: () => void position++,
  };
  const feed: Feed = { walk: new PageWalk(pass, positions, lane.page), moved: false, waiting: [] };
  const begins = lane.head + lane.page === 0 && !lane.done;
  const departments = begins ? verifyDepartments(pass) : Promise.resolve();
  const tasks = [() => departments];
  await sideBySide(WIDTH, async () => {
    const task = tasks.pop();
    if (task) return task;
    const batch = await nextBatch(pass, feed);
    return batch.length === 0 ? null : () => compare(pass, batch, { targets, departments });
  });
  const done = position >= tail;
  const to = { head: position, page: feed.walk.page, done };
  await pass.frontier.advance(run, generation, 'verify', lane.head, to);
  return { done, departments: [], next: [] };
}

/** What people are compared by: they are read meanwhile, but put right only in departments that are right. */
interface Ground {
  targets: DepartmentTargets;
  departments: Promise<void>;
}

interface Feed {
  walk: PageWalk;
  /** A step goes on by some pages at least, however long the departments took. */
  moved: boolean;
  waiting: PersonItem[];
}

/** Full batches over departments; when the budget is spent, who was taken up is still compared. */
async function nextBatch(pass: Pass, feed: Feed): Promise<PersonItem[]> {
  while (feed.waiting.length < BATCH && !(feed.moved && pass.budget.spent)) {
    const walked = await feed.walk.next();
    // Nobody reads any more: what is not there will not come.
    if (walked === 'end' || walked === null) break;
    feed.moved = true;
    feed.waiting.push(...(await peopleOf(pass, walked)));
  }
  const batch = feed.waiting.slice(0, BATCH);
  feed.waiting = feed.waiting.slice(BATCH);
  return batch;
}

/** People of these pages who are this pass's to verify, each once. */
async function peopleOf(pass: Pass, walked: WalkedPage[]): Promise<PersonItem[]> {
  const items = walked.flatMap((it) => itemsOf(pass, it));
  const ids = items.map((it) => it.person.id);
  const links = await pass.links.get(pass.connection.id, 'person', ids);
  const seen = new Set<string>();
  return items.filter(({ person, page }) => {
    const mark = links.get(person.id)?.run;
    const mine = mark?.id === pass.place.run && mark.page === page && mark.outcome !== 'failed';
    const newer = (links.get(person.id)?.applied ?? 0) > person.number;
    if (!mine || newer || seen.has(person.id)) return false;
    seen.add(person.id);
    return true;
  });
}

async function compare(pass: Pass, items: PersonItem[], ground: Ground): Promise<void> {
  const differing = await differences(pass, items, ground);
  if (differing.length === 0) return;
  const repaired = await repair(pass, differing, ground.targets);
  const still = await differences(pass, repaired, ground);
  await pass.runs.addProblems(
    pass.place.run,
    still.map(({ person }) => {
      const object = { kind: 'person' as const, id: person.id };
      return { problem: problem('TARGET_DIFFERS', { object }), object };
    }),
  );
}

async function differences(
  pass: Pass,
  items: PersonItem[],
  { targets, departments }: Ground,
): Promise<PersonItem[]> {
  if (items.length === 0) return [];
  const ids = items.map((it) => it.person.id);
  const found = await readByKey(pass, ids);
  await departments;
  await targets.load(items.flatMap((it) => it.person.departmentIds));
  const links = await pass.links.get(pass.connection.id, 'person', ids);
  return items.filter(({ person }) => {
    const at = found.get(person.id);
    if (!at) return true;
    const wanted = person.departmentIds.filter((id) => targets.of(id) !== undefined);
    const inAll = departmentsAt(at, wanted, targets).length === wanted.length;
    const prints = withoutOmitted(person.prints, links.get(person.id)?.omitted);
    return !inAll || changedFields(prints, printsOf(pass.key, at.fields)).length > 0;
  });
}

/** Whoever differs is read afresh at the source and compared with the target itself. */
async function repair(
  pass: Pass,
  items: PersonItem[],
  targets: DepartmentTargets,
): Promise<PersonItem[]> {
  const coverage = new Coverage(pass);
  const fresh: PersonItem[] = [];
  for (const item of items) {
    const read = await readSingle(pass, item.person.id, coverage);
    if (!read) continue;
    const person = await placed(pass, read.person, coverage);
    fresh.push({ ...item, person: stage(pass, person, read.number) });
  }
  for (let from = 0; from < fresh.length; from += BATCH) {
    const part = fresh.slice(from, from + BATCH);
    await writePeople(pass, part, targets, { final: true, force: true, skipEqual: false });
  }
  return fresh;
}

/** Every department of the walk stands in the target with its name, below its parent; else it is put there. */
async function verifyDepartments(pass: Pass): Promise<void> {
  const wrong = await wrongDepartments(pass, null);
  if (wrong.size === 0) return;
  for (const id of [...wrong].slice(0, REPAIRS_MAX)) await repairDepartment(pass, id);
  const still = await wrongDepartments(pass, wrong);
  await pass.runs.addProblems(
    pass.place.run,
    [...still].map((id) => {
      const object = { kind: 'department' as const, id };
      return { problem: problem('TARGET_DIFFERS', { object }), object };
    }),
  );
}

/** @param among only these are looked at; all of the walk when null */
async function wrongDepartments(pass: Pass, among: Set<string> | null): Promise<Set<string>> {
  const { run, generation } = pass.place;
  const { organizationCode } = pass.connection.target;
  const all = await persist(pass, () => pass.reader.departments(organizationCode, pass.signal));
  const byId = new Map(all.map((it) => [it.id, it]));
  const walk = await pass.frontier.lane(run, generation, 'departments');
  const targets = new DepartmentTargets(pass);
  const wrong = new Set<string>();
  for (let from = 0; from < walk.tail; from += 100) {
    const to = Math.min(from + 100, walk.tail);
    const queued = await pass.frontier.departments(pass.place, from, to);
    const ids = queued.map((it) => it.id);
    const links = await pass.links.get(pass.connection.id, 'department', ids);
    await targets.load(queued.map((it) => it.parentId ?? ROOT_DEPARTMENT));
    for (const it of queued) {
      const link = links.get(it.id);
      if (it.parentId === null || link?.run?.outcome === 'failed' || !link) continue;
      // What a plan left alone is as it was, and nobody's to verify.
      if (pass.place.plan && link.run?.id !== run) continue;
      const newer = link.applied > it.number;
      // A newer read was settled by another writer, whose business it is now, or by our own repair.
      if (among ? !among.has(it.id) : newer) continue;
      const { name, parentId } = newer
        ? settledAs(link)
        : mapDepartment(it, it.parentId, link.name);
      await targets.load([parentId]);
      const found = byId.get(link.targetId ?? '');
      const inPlace = found?.name === name && found.parentId === targets.of(parentId);
      if (!inPlace) wrong.add(it.id);
    }
  }
  return wrong;
}

function settledAs(link: Link): { name: string; parentId: string } {
  return { name: link.name ?? '', parentId: link.parentId ?? ROOT_DEPARTMENT };
}

/** Read afresh at the source and compared with the target itself; parents come first. */
async function repairDepartment(pass: Pass, id: string): Promise<void> {
  const { number } = await pass.links.next(pass.connection.id);
  const found = await persist(pass, () => pass.source.department(id, pass.signal));
  if (found === 'gone') return;
  const read = { id, parentId: found.parentId ?? ROOT_DEPARTMENT, name: found.name, number };
  const options = { skipEqual: false, force: true };
  await writeDepartments(pass, [read], new DepartmentTargets(pass), options);
}
