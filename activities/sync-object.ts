/** One round for one object: read it again at the source, bring what it needs, write what differs. */
import type { Gone } from '../connectors/source.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { ObjectRef, SourceDepartment, SourcePerson } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import { nameless } from '../plan/mapping.ts';
import { Coverage, isOutOfSight } from './coverage.ts';
import { definedFields } from './custom-fields.ts';
import { DepartmentTargets } from './department-targets.ts';
import { followLeaders } from './leaders.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { placed } from './read-page.ts';
import { stage } from './staged.ts';
import { listOf } from './unread.ts';
import { writeDepartments } from './write-departments.ts';
import { writePeople } from './write-people.ts';

/**
 * `settled`: the target is as the source was read. `busy`: another writer holds the object, or a write
 * ended unclear; a further round is needed. `held`: gone at the source, or out of scope now; removals wait
 * for the safeguard. `outside`: not ours to bring, and nothing of it is there.
 */
export type SyncEnd = 'settled' | 'busy' | 'held' | 'outside';

export interface SyncResult {
  end: SyncEnd;
  /** Objects that must be synchronised too: contents of a department that no pass has read. */
  handOver: ObjectRef[];
}

/** What is looked up on the way, remembered for the round. */
interface Reach {
  targets: DepartmentTargets;
  coverage: Coverage;
}

/** Deepest chain of missing parents that is followed; deeper ones are a circle or wait for a pass. */
const DEPTH_MAX = 60;

/** Reads, claims, plans, writes and settles one object; also when nothing differs. */
export async function syncObject(pass: Pass, ref: ObjectRef): Promise<SyncResult> {
  const at = { targets: new DepartmentTargets(pass), coverage: new Coverage(pass) };
  return ref.kind === 'person' ? syncPerson(pass, ref.id, at) : syncDepartment(pass, ref.id, at, 0);
}

async function syncPerson(pass: Pass, id: string, at: Reach): Promise<SyncResult> {
  const { number } = await pass.links.next(pass.connection.id);
  const object = { kind: 'person' as const, id };
  const found = await seen(persist(pass, () => pass.source.person(id, pass.signal)));
  if (found === 'unseen') return outside(pass, object, number);
  if (found === 'gone') return held(pass, object, number, 'REMOVAL_HELD');
  const within = await at.coverage.within(found);
  if (!within) return held(pass, object, number, 'SCOPE_LEFT_HELD');
  const { end: brought, handOver } = await bringDepartments(pass, within, at);
  // Settled without a department that another writer is just making, the person would never enter it.
  if (brought === 'busy') return { end: 'busy', handOver };
  const customFields = await definedFields(pass);
  const there = await placed(pass, within, at.coverage);
  const staged = stage({ ...pass, place: { ...pass.place, customFields } }, there, number);
  const item = { person: staged, department: '', page: '' };
  const options = { final: true, force: false, skipEqual: false };
  const [end] = await writePeople(pass, [item], at.targets, options);
  return { end: end === 'settled' ? 'settled' : 'busy', handOver };
}

/** A person whose departments are missing brings them, parents first; those that are gone are left out. */
async function bringDepartments(pass: Pass, person: SourcePerson, at: Reach): Promise<SyncResult> {
  const all: SyncResult = { end: 'settled', handOver: [] };
  await at.targets.load(person.departmentIds);
  for (const id of person.departmentIds) {
    if (at.targets.of(id) !== undefined) continue;
    const brought = await syncDepartment(pass, id, at, 0);
    all.handOver.push(...brought.handOver);
    if (brought.end === 'busy') all.end = 'busy';
  }
  return all;
}

async function syncDepartment(
  pass: Pass,
  id: string,
  at: Reach,
  depth: number,
): Promise<SyncResult> {
  if (id === ROOT_DEPARTMENT) return { end: 'settled', handOver: [] };
  const { number } = await pass.links.next(pass.connection.id);
  const object = { kind: 'department' as const, id };
  const found = await seen(persist(pass, () => pass.source.department(id, pass.signal)));
  if (found === 'unseen') return outside(pass, object, number);
  if (found === 'gone') return held(pass, object, number, 'REMOVAL_HELD');
  const covered = await at.coverage.covers(id);
  // Above what is included it stands for what is below it: it is brought by that, and renamed once it is there.
  if (!covered && !(await at.coverage.isAbove(id))) {
    return held(pass, object, number, 'SCOPE_LEFT_HELD');
  }
  await at.targets.load([id]);
  if (!covered && depth === 0 && at.targets.of(id) === undefined) {
    return outside(pass, object, number);
  }
  const { parentId, end, handOver } = await bringParent(pass, found, at, depth);
  if (end !== 'settled') return { end, handOver };
  await listOf(pass, nameless([found]));
  const read = { id, parentId, name: found.name, number };
  const options = { skipEqual: false, force: false };
  const [again] = await writeDepartments(pass, [read], at.targets, {
    ...options,
    circlesWait: true,
  });
  if (again?.circle) {
    const above = await persist(pass, () => pass.source.departmentPath(parentId, pass.signal));
    const atSource = above !== 'gone' && above.includes(id);
    // Those above have moved at the source and stand at the target where they stood: they go first.
    if (!atSource) return { end: 'busy', handOver: [...handOver, ...refs(above)] };
    const [still] = await writeDepartments(pass, [read], at.targets, options);
    if (still) return { end: 'busy', handOver };
  } else if (again) return { end: 'busy', handOver };
  if (covered) handOver.push(...(await contents(pass, id)));
  const managerIds = pass.connection.settings.leaders ? found.managerIds : undefined;
  const followed = !managerIds || (await followLeaders(pass, { id, number, managerIds }));
  return { end: followed ? 'settled' : 'busy', handOver };
}

function refs(path: string[] | Gone): ObjectRef[] {
  const ids = path === 'gone' ? [] : path.filter((id) => id !== ROOT_DEPARTMENT);
  return ids.map((id) => ({ kind: 'department', id }));
}

/** The parent, made when it is missing; a parent that the app may not see is stood for by the root. */
async function bringParent(
  pass: Pass,
  found: SourceDepartment,
  at: Reach,
  depth: number,
): Promise<SyncResult & { parentId: string }> {
  const parentId = found.parentId ?? ROOT_DEPARTMENT;
  await at.targets.load([parentId]);
  if (at.targets.of(parentId) !== undefined) return { parentId, end: 'settled', handOver: [] };
  if (depth >= DEPTH_MAX) return { parentId, end: 'busy', handOver: [] };
  if (!(await at.coverage.isVisible(parentId))) {
    return { parentId: ROOT_DEPARTMENT, end: 'settled', handOver: [] };
  }
  const brought = await syncDepartment(pass, parentId, at, depth + 1);
  return { ...brought, parentId };
}

/** What stands in a department that no pass has read and nobody has handed over yet. */
async function contents(pass: Pass, id: string): Promise<ObjectRef[]> {
  const links = await pass.links.get(pass.connection.id, 'department', [id]);
  const link = links.get(id);
  // One that could not be made stays unlisted: who makes it later brings its contents too.
  if (link?.state !== 'present' || link.listed === true) return [];
  const children = await persist(pass, () => pass.source.childDepartments(id, pass.signal));
  const members = await persist(pass, () => pass.source.memberIds(id, pass.signal));
  return [
    ...(children === 'gone'
      ? []
      : children.map((it) => ({ kind: 'department' as const, id: it.id }))),
    ...(members === 'gone' ? [] : members.map((it) => ({ kind: 'person' as const, id: it }))),
  ];
}

/** Not to be seen is not gone. */
async function seen<T>(read: Promise<T>): Promise<T | 'unseen'> {
  return read.catch((error: unknown) => {
    if (isOutOfSight(error)) return 'unseen' as const;
    throw error;
  });
}

async function outside(pass: Pass, object: ObjectRef, number: number): Promise<SyncResult> {
  const links = await pass.links.get(pass.connection.id, object.kind, [object.id]);
  const link = links.get(object.id);
  if (link?.claim) await takeOffClaim(pass, link, number);
  return { end: 'outside', handOver: [] };
}

async function held(
  pass: Pass,
  object: ObjectRef,
  number: number,
  why: 'REMOVAL_HELD' | 'SCOPE_LEFT_HELD',
): Promise<SyncResult> {
  const { end, handOver } = await outside(pass, object, number);
  const links = await pass.links.get(pass.connection.id, object.kind, [object.id]);
  if (links.get(object.id)?.state !== 'present') {
    return { end: why === 'REMOVAL_HELD' ? 'held' : end, handOver };
  }
  await pass.runs.addProblems(pass.place.run, [{ problem: problem(why, { object }), object }]);
  return { end: 'held', handOver };
}

/** A dead claim on an object that is gone would be swept up for ever; what it left unclear stays so. */
async function takeOffClaim(pass: Pass, link: Link, number: number): Promise<void> {
  const { _id, connection, kind, sourceId } = link;
  const request = { kind, sourceId, number, exists: true };
  const claims = await pass.links.claim(connection, [request], pass.times.claimMs);
  const won = claims.won.get(_id);
  if (!won) return;
  await pass.links.settle(claims.token, [{ link: won, number: won.applied, set: {}, mark: null }]);
}
