/** The lane that plans: what the walk has read against what the target has, compared as an import compares, and only noted. */
import type { TargetDepartment } from '../model/directory.ts';
import { linkId } from '../model/link.ts';
import type { Link } from '../model/link.ts';
import type { PlanChange, PlanDetail } from '../model/plan.ts';
import { flatten } from '../plan/diff.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import type { StoredItem } from '../store/plans.ts';
import { correlateWorks, releaseAdoptions } from './correlate.ts';
import { DepartmentTargets } from './department-targets.ts';
import { persist, waitForOthers } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import { readBases } from './person-base.ts';
import type { PersonItem, PersonWork } from './person-work.ts';
import { sealedItem } from './plan-detail.ts';
import { PlannedDepartments } from './plan-departments.ts';
import { planLeaders } from './plan-leaders.ts';
import { personPrint } from './planned.ts';
import { openPage } from './staged.ts';
import { planPeople } from './write-people.ts';

/** The target takes at most 50 keys a read. */
const BATCH = 50;
/** People in memory at a time, whole pages of them. */
const TAKEN = 200;

/** One step of the lane; it begins when everything is read, so that of several reads the newest counts. */
export async function plan(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const members = await pass.frontier.lane(run, generation, 'members');
  if (!members.done) {
    while (!pass.budget.spent && !(await pass.frontier.lane(run, generation, 'members')).done) {
      await waitForOthers(pass);
    }
    return { done: false, departments: [], next: [] };
  }
  const { tail } = await pass.frontier.lane(run, generation, 'departments');
  const lane = await pass.frontier.lane(run, generation, 'plan');
  const targets = new DepartmentTargets(pass);
  const planned = await plannedDepartments(pass);
  let { head, page } = lane;
  const report = new Map<string, number>();
  while (head < tail && (head + page === lane.head + lane.page || !pass.budget.spent)) {
    const people: PersonItem[] = [];
    while (head < tail && people.length < TAKEN) {
      const [department] = await pass.frontier.departments(pass.place, head, head + 1);
      if (!department) throw new Error('a department of the walk is missing');
      if (page === 0) {
        const item = await planned.item(department);
        if (item) await pass.plans.put(run, [item]);
      }
      if (page < department.pages) people.push(...(await peopleOf(pass, department, page++)));
      else [head, page] = [head + 1, 0];
      report.set(department.name, people.length);
    }
    for (let from = 0; from < people.length; from += BATCH) {
      const items = await itemsOf(pass, people.slice(from, from + BATCH), targets, planned);
      await pass.plans.put(run, items);
    }
  }
  await pass.frontier.advance(run, generation, 'plan', lane.head, { head, page });
  const done = head >= tail && (!pass.place.leaders || (await planLeaders(pass, planned)));
  if (done) await pass.frontier.advance(run, generation, 'plan', head, { done });
  const rows = { pages: 0, retries: 0, ms: 0 };
  const departments = [...report].map(([name, people]) => ({ name, people, ...rows }));
  return { done, departments, next: [] };
}

/** Every department of the organisation in one read; none when there is no organisation yet. */
async function plannedDepartments(pass: Pass): Promise<PlannedDepartments> {
  const { organizationCode: code } = pass.connection.target;
  const found = await persist(pass, () => pass.reader.organization(code, pass.signal));
  const there = found
    ? await persist(pass, () => pass.reader.departments(code, pass.signal))
    : ([] as TargetDepartment[]);
  return new PlannedDepartments(pass, there, found?.rootId);
}

async function peopleOf(
  pass: Pass,
  { id: department, position }: QueuedDepartment,
  number: number,
): Promise<PersonItem[]> {
  const [page] = await pass.frontier.pages(pass.place, [{ position, page: number }]);
  if (!page) return [];
  return openPage(pass, page).map((person) => ({
    ...{ person, department },
    page: `${position}/${number}`,
  }));
}

/** One item per person, also for who is as they should be: the plan tells who was met. */
async function itemsOf(
  pass: Pass,
  people: PersonItem[],
  targets: DepartmentTargets,
  planned: PlannedDepartments,
): Promise<StoredItem[]> {
  const { connection, place } = pass;
  const named = [...new Set(people.flatMap((it) => it.person.departmentIds))];
  await targets.load(named);
  const walked = await pass.frontier.positions(place.run, place.generation, named);
  await planned.tell(targets, walked.keys());
  const ids = people.map((it) => it.person.id);
  const links = await pass.links.get(connection.id, 'person', ids);
  const { works, refused } = planPeople(
    people.map((item) => ({ item, link: links.get(item.person.id) ?? unlinked(pass, item) })),
    targets,
  );
  await readBases(pass, works, targets);
  const conflicts = await correlateWorks(pass, works, targets);
  // Nobody is taken over by looking: whoever applies the plan asks again.
  await releaseAdoptions(
    pass,
    works.filter((work) => work.adopts),
  );
  const clear = works.filter((work) => !conflicts.has(work));
  const contested = [...conflicts].map(([item, why]) => ({ item, why }));
  const cannot = [...refused, ...contested].map(({ item, why }) => {
    const { id, number, fields } = item.person;
    const known = {
      kind: 'person' as const,
      id,
      number,
      before: '',
      changes: ['refused' as const],
    };
    const detail = { name: fields.name ?? '', fields: [], enter: [], leave: [], problem: why };
    return sealedItem(pass, known, detail);
  });
  return [...clear.map((work) => itemOf(pass, work)), ...cannot];
}

function itemOf(pass: Pass, work: PersonWork): StoredItem {
  const { person, base, difference } = work;
  const { id, number } = person;
  const changes: PlanChange[] = base ? [] : ['create'];
  if (work.adopts === 'without key') changes.push('adopt');
  if (base && difference.fields.length > 0) changes.push('change');
  if (base && difference.enter.length > 0) changes.push('enter');
  if (difference.leave.length > 0) changes.push('held');
  const [after, has] = [flatten(person.fields), flatten(base?.fields ?? {})];
  const detail: PlanDetail = {
    name: person.fields.name ?? '',
    fields: difference.fields.map((field) => ({
      ...{ field, before: has[field] ?? null, after: after[field] ?? null },
    })),
    ...{ enter: difference.enter, leave: difference.leave },
  };
  const before = personPrint(pass.key, base);
  return sealedItem(pass, { kind: 'person', id, number, before, changes }, detail);
}

function unlinked({ connection }: Pass, { person }: PersonItem): Link {
  return {
    ...{ _id: linkId(connection.id, 'person', person.id), connection: connection.id },
    ...{ kind: 'person', sourceId: person.id, targetId: null, state: 'new', adopted: false },
    ...{ applied: 0, seen: 0, opened: 0, settled: 0, claim: null, prints: {}, run: null },
  };
}
