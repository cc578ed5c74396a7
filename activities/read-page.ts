/** One page of people: of a department, or of those whom the app's scope names one by one. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { MembersPage, ObjectRef, SourcePerson } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import { contradicts } from '../plan/completeness.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import { isOutOfSight, isPassedThrough } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { DepartmentReport, Pass } from './pass.ts';
import { openPage, stage } from './staged.ts';
import { orUnread } from './unread.ts';
import type { StagedPerson } from './staged.ts';

/** People of a page that is full (user/list, size). */
const PAGE = 100;
/** Single people a page: one call each, so that a page is not lost for long. */
const SINGLES = 50;

export interface ReadPage {
  people: StagedPerson[];
  /** Cursor of the page behind; absent on the last one. */
  next?: number;
}

/** Reads the page at the department's cursor. Who is wholly outside of the scope is in none. */
export async function readPage(
  pass: Pass,
  at: QueuedDepartment,
  coverage: Coverage,
  report: DepartmentReport,
): Promise<ReadPage> {
  if (isPassedThrough(pass, at.id)) {
    const named = at.id === ROOT_DEPARTMENT && pass.place.singles;
    return named ? readSingles(pass, at.cursor, coverage) : { people: [] };
  }
  const { number } = await pass.links.next(pass.connection.id);
  const asked = persist(
    pass,
    () => pass.source.members(at.id, at.cursor, pass.signal),
    () => report.retries++,
  );
  const found = await orUnread(pass, { kind: 'department', id: at.id }, asked);
  if (found === null || found === 'gone') return { people: [] };
  await listRejected(pass, at.id, found);
  const people: StagedPerson[] = [];
  const { managers } = pass.connection.settings;
  for (const each of found.people) {
    // A list does not say who somebody's manager is.
    const read = managers ? await readSingle(pass, each.id, coverage) : null;
    const person = read?.person ?? (await coverage.within(each));
    if (person) people.push(stage(pass, person, read?.number ?? number));
  }
  if (found.next !== undefined) return { people, next: found.next };
  // A first page that is full may only look like the last one.
  const full = found.people.length + found.rejected.length >= PAGE;
  if (at.pages > 0 || full) people.push(...(await closeDepartment(pass, at, people, coverage)));
  return { people };
}

/** A record without a usable id is listed for its department. */
async function listRejected(pass: Pass, department: string, page: MembersPage): Promise<void> {
  await pass.runs.addProblems(
    pass.place.run,
    page.rejected.map(({ id }) => {
      const object: ObjectRef =
        id === null ? { kind: 'department', id: department } : { kind: 'person', id };
      return { problem: problem('DATA_RECORD_UNREADABLE', { object }), object };
    }),
  );
}

/**
 * Closes a department of more than one page: a page cursor shifts when somebody leaves while we read,
 * so whoever the ids name and no page brought is read singly. `user/listid` is not limited by the app's
 * scope, hence people outside of it are passed over.
 */
async function closeDepartment(
  pass: Pass,
  at: QueuedDepartment,
  last: StagedPerson[],
  coverage: Coverage,
): Promise<StagedPerson[]> {
  const ids = await persist(pass, () => pass.source.memberIds(at.id, pass.signal));
  if (ids === 'gone') return [];
  const { position } = at;
  const places = Array.from({ length: at.pages }, (_, page) => ({ position, page }));
  const pages = await pass.frontier.pages(pass.place, places);
  const have = new Set(last.map((person) => person.id));
  for (const page of pages) for (const person of openPage(pass, page)) have.add(person.id);
  if (contradicts(new Set(ids), have)) {
    const object = { kind: 'department' as const, id: at.id };
    const doubt = { problem: problem('READ_LIST_CONTRADICTS', { object }), object };
    await pass.runs.addProblems(pass.place.run, [doubt]);
  }
  const missed: StagedPerson[] = [];
  for (const id of ids.filter((it) => !have.has(it))) {
    const read = await readSingle(pass, id, coverage);
    if (read) missed.push(stage(pass, read.person, read.number));
  }
  return missed;
}

/** Null for who is gone, whom the app may not see, and who is outside of the connection's scope. */
export async function readSingle(
  pass: Pass,
  id: string,
  coverage: Coverage,
): Promise<{ person: SourcePerson; number: number } | null> {
  const { number } = await pass.links.next(pass.connection.id);
  const asked = persist(pass, () => pass.source.person(id, pass.signal)).catch((error: unknown) => {
    if (isOutOfSight(error)) return 'gone' as const;
    throw error;
  });
  const found = await orUnread(pass, { kind: 'person', id }, asked);
  const person = found === null || found === 'gone' ? null : await coverage.within(found);
  return person && { person, number };
}

/** @param from how many of the people in the app's scope are behind us */
async function readSingles(pass: Pass, from: number, coverage: Coverage): Promise<ReadPage> {
  const { personIds } = await persist(pass, () => pass.source.scopes(pass.signal));
  const ids = [...personIds].sort();
  const to = from + SINGLES;
  const people: StagedPerson[] = [];
  for (const id of ids.slice(from, to)) {
    const read = await readSingle(pass, id, coverage);
    if (!read) continue;
    const person = await placed(pass, read.person, coverage);
    people.push(stage(pass, person, read.number));
  }
  return to < ids.length ? { people, next: to } : { people };
}

/**
 * Who stands in none of the departments that are made here stands in the root: the app sees the person
 * and not where they belong (auth/scopes names people and departments apart).
 */
export async function placed(
  pass: Pass,
  person: SourcePerson,
  coverage: Coverage,
): Promise<SourcePerson> {
  const targets = new DepartmentTargets(pass);
  await targets.load(person.departmentIds);
  for (const id of person.departmentIds) {
    if (targets.of(id) !== undefined || (await coverage.isVisible(id))) return person;
  }
  return { ...person, departmentIds: [ROOT_DEPARTMENT] };
}
