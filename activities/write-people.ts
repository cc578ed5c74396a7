/** Writes up to 50 people: skip who is equal, claim the others, then plan, write, settle. */
import { isUncertain, linkId } from '../model/link.ts';
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { diffPerson, isEqual } from '../plan/diff.ts';
import type { Settlement } from '../store/claims.ts';
import type { EqualMark } from '../store/links.ts';
import { keepChanges, readBefore } from './change-log.ts';
import { releaseAdoptions, correlateWorks, mayCorrelate, recallAdoptions } from './correlate.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { handOnFreed } from './free-identifiers.ts';
import type { Pass } from './pass.ts';
import { sendPeople } from './send-people.ts';
import { readBases } from './person-base.ts';
import { markOf } from './person-work.ts';
import { listOf } from './unread.ts';
import type { PersonItem, PersonWork } from './person-work.ts';
import { personPrint } from './planned.ts';
import type { Planned } from './planned.ts';
import { readPersonAgain } from './read-again.ts';

/**
 * The end of one item: settled, or to be taken up again because a department is still missing
 * (`waiting`), another writer holds it or a write ended unclear (`busy`).
 */
export type PersonEnd = 'settled' | 'waiting' | 'busy';

export interface WriteOptions {
  /** All departments are written: who is still missing one goes without it. */
  final: boolean;
  /** Compare with the target itself, not with what was settled last. */
  force: boolean;
  /** Who is equal to what was settled is not claimed; a single object settles its read all the same. */
  skipEqual: boolean;
  /** The plan that is carried out: who does not fit it any more is left to their own sync. */
  planned?: Planned | undefined;
}

/** Items by what has to be done with them. */
export interface Sorted {
  /** Equal to what was settled, or settled by a newer read. */
  settled: PersonItem[];
  /** A department of theirs does not exist yet. */
  waiting: PersonItem[];
  open: PersonItem[];
  links: Map<string, Link>;
}

/** Sorts people by their links, and marks those who are equal as met by this run; nothing is claimed. */
export async function sortPeople(
  pass: Pass,
  items: PersonItem[],
  targets: DepartmentTargets,
  options: WriteOptions,
): Promise<Sorted> {
  const ids = items.map((it) => it.person.id);
  const links = await pass.links.get(pass.connection.id, 'person', ids);
  await targets.load(items.flatMap((it) => it.person.departmentIds));
  const sorted: Sorted = { settled: [], waiting: [], open: [], links };
  const marks: EqualMark[] = [];
  for (const item of items) {
    const link = links.get(item.person.id);
    if (isOthersEnd(pass, item, link, targets) && !options.planned) {
      await readPersonAgain(pass, item, targets);
    }
    const missing = item.person.departmentIds.some((id) => targets.of(id) === undefined);
    const unmatched = !link?.targetId && mayCorrelate(pass, item.person);
    if ((missing || unmatched) && !options.final && !item.person.problem) sorted.waiting.push(item);
    else if (options.skipEqual && isSettledEqual(item, link, targets)) {
      sorted.settled.push(item);
      marks.push(...equalMarks(pass, item, link));
    } else if ((link?.applied ?? 0) >= item.person.number) {
      // A newer read was settled by somebody else; this run has met the person all the same.
      sorted.settled.push(item);
      marks.push(...equalMarks(pass, item, link));
    } else sorted.open.push(item);
  }
  await pass.links.markEqual(marks);
  return sorted;
}

/** Settled by a newer read of another writer, and not as this run has read the person. */
function isOthersEnd(
  pass: Pass,
  item: PersonItem,
  link: Link | undefined,
  targets: DepartmentTargets,
): boolean {
  if (!pass.counting || !link) return false;
  if (link.run?.id === pass.place.run || link.applied < item.person.number) return false;
  return !isSettledEqual(item, link, targets);
}

/** Brings people in line with the source; one end per item, in the order given. */
export async function writePeople(
  pass: Pass,
  items: PersonItem[],
  targets: DepartmentTargets,
  options: WriteOptions,
): Promise<PersonEnd[]> {
  const sorted = await sortPeople(pass, items, targets, options);
  const ends = await writeOpen(pass, sorted.open, sorted.links, targets, options);
  for (const item of sorted.settled) ends.set(item, 'settled');
  for (const item of sorted.waiting) ends.set(item, 'waiting');
  return items.map((item) => ends.get(item) ?? 'busy');
}

function known(item: PersonItem, targets: DepartmentTargets): string[] {
  return item.person.departmentIds.filter((id) => targets.of(id) !== undefined);
}

function isSettledEqual(
  item: PersonItem,
  link: Link | undefined,
  targets: DepartmentTargets,
): boolean {
  if (!link || link.targetId === null || link.state !== 'present' || item.person.problem)
    return false;
  if (link.claim !== null || isUncertain(link)) return false;
  const desired = { prints: item.person.prints, departments: known(item, targets) };
  return isEqual(diffPerson(desired, { prints: link.prints, departments: link.departments ?? [] }));
}

/** None for whom this run has met by this very read: a page is opened again for the few who waited in it. */
function equalMarks(pass: Pass, item: PersonItem, link: Link | undefined): EqualMark[] {
  const marked = link?.run?.id === pass.place.run;
  const { id, number } = item.person;
  if (marked && link.seen >= number) return [];
  const mark = marked ? null : markOf(pass, item, 'unchanged');
  return [{ _id: linkId(pass.connection.id, 'person', id), number, mark }];
}

/** Claims, plans, writes and settles at most 50 people who were found open. */
export async function writeOpen(
  pass: Pass,
  items: PersonItem[],
  before: Map<string, Link>,
  targets: DepartmentTargets,
  options: WriteOptions,
): Promise<Map<PersonItem, PersonEnd>> {
  const ends = new Map<PersonItem, PersonEnd>();
  if (items.length === 0) return ends;
  const requests = items.map((item) => ({
    kind: 'person' as const,
    sourceId: item.person.id,
    number: item.person.number,
    exists: before.has(item.person.id),
  }));
  const claims = await pass.links.claim(pass.connection.id, requests, pass.times.claimMs);
  const won: { item: PersonItem; link: Link }[] = [];
  for (const item of items) {
    const link = claims.won.get(linkId(pass.connection.id, 'person', item.person.id));
    if (link) won.push({ item, link });
    else ends.set(item, 'busy');
  }
  const { works, refused } = planPeople(won, targets);
  const settlements: Settlement[] = refused.map(({ item, link, why }) => {
    return { link, number: item.person.number, set: {}, mark: markOf(pass, item, 'failed', why) };
  });
  const uncertain = works.filter((work) => options.force || isUncertain(work.link));
  await readBases(pass, uncertain, targets);
  await recallAdoptions(pass, uncertain);
  const conflicts = await correlateWorks(pass, works, targets);
  for (const [{ link, ...item }, why] of conflicts) {
    const mark = markOf(pass, item, 'failed', why);
    settlements.push({ link, number: item.person.number, set: {}, mark });
  }
  const clear = works.filter((work) => !conflicts.has(work));
  const fitting = clear.filter((work) => stillFits(pass, work, options.planned));
  const late = clear.filter((work) => !fitting.includes(work));
  await releaseAdoptions(
    pass,
    late.filter((work) => work.adopts),
  );
  await readBefore(pass, fitting);
  const sent = await sendPeople(pass, fitting, claims, targets);
  await keepChanges(pass, sent.changes);
  settlements.push(...sent.settlements);
  await listOf(pass, sent.omissions);
  const released = [...sent.released, ...late.map(({ link }) => givenBack(link))];
  const reached = await pass.links.settle(claims.token, [...settlements, ...released]);
  const settled = settlements.filter((it) => reached.has(it.link._id));
  await handOnFreed(pass, settled, sent.omissions);
  await listProblems(pass, settled);
  if (!pass.counting) await listConflicts(pass, conflicts);
  const settledIds = new Set(settled.map((it) => it.link._id));
  for (const { link } of late) settledIds.add(link._id);
  for (const { item, link } of won) ends.set(item, settledIds.has(link._id) ? 'settled' : 'busy');
  if (sent.thrown) throw sent.thrown;
  return ends;
}

function stillFits(pass: Pass, { person, base }: PersonWork, planned?: Planned): boolean {
  if (!planned) return true;
  return planned.fits({ kind: 'person', id: person.id }, personPrint(pass.key, base));
}

/** The claim is given back without settling this read. */
function givenBack(link: Link): Settlement {
  return { link, number: link.applied, set: {}, mark: null };
}

/** What has to change for each person by what was settled last, and who cannot be written at all. */
export function planPeople(
  people: { item: PersonItem; link: Link }[],
  targets: DepartmentTargets,
): { works: PersonWork[]; refused: { item: PersonItem; link: Link; why: Problem }[] } {
  const works: PersonWork[] = [];
  const refused: { item: PersonItem; link: Link; why: Problem }[] = [];
  for (const { item, link } of people) {
    const departments = known(item, targets);
    const why = item.person.problem ?? (departments.length === 0 ? noDepartment(item) : undefined);
    if (why) {
      refused.push({ item, link, why });
      continue;
    }
    const desired = { prints: item.person.prints, departments };
    const base =
      link.targetId === null
        ? null
        : { targetId: link.targetId, prints: link.prints, departments: link.departments ?? [] };
    const difference = diffPerson(desired, base ?? { prints: {}, departments: [] });
    const nothing = { wants: item.person.fields, omitted: {}, omissions: [] };
    works.push({ ...item, link, departments, base, difference, ...nothing });
  }
  return { works, refused };
}

/** Of single objects, which are not counted and so bear no mark. */
async function listConflicts(pass: Pass, conflicts: Map<PersonWork, Problem>): Promise<void> {
  const listed = [...conflicts].map(([{ person }, why]) => {
    return { problem: why, object: { kind: 'person' as const, id: person.id } };
  });
  await pass.runs.addProblems(pass.place.run, listed);
}

function noDepartment(item: PersonItem): Problem {
  return problem('DATA_NO_DEPARTMENT', { object: { kind: 'person', id: item.person.id } });
}

async function listProblems(pass: Pass, settlements: Settlement[]): Promise<void> {
  const problems = settlements.flatMap(({ link, mark }) => {
    const object = { kind: 'person' as const, id: link.sourceId };
    const held = (mark?.held ?? []).length > 0 ? [problem('MEMBERSHIP_HELD', { object })] : [];
    return [...(mark?.problem ? [mark.problem] : []), ...held].map((it) => ({
      problem: it,
      object,
    }));
  });
  await pass.runs.addProblems(pass.place.run, problems);
}
