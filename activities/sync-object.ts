/** One round for one object: read it again at the source, bring what it needs, write what differs. */
import type { Gone } from '../connectors/source.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { ObjectRef, SourcePerson } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import { definedFields } from './custom-fields.ts';
import { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { stage } from './staged.ts';
import { writeDepartments } from './write-departments.ts';
import { writePeople } from './write-people.ts';

/**
 * `settled`: the target is as the source was read. `busy`: another writer holds the object, or a write
 * ended unclear; a further round is needed. `held`: gone at the source; removals wait for the safeguard.
 */
export type SyncEnd = 'settled' | 'busy' | 'held';

export interface SyncResult {
  end: SyncEnd;
  /** Objects that must be synchronised too: contents of a department that no pass has read. */
  handOver: ObjectRef[];
}

/** Deepest chain of missing parents that is followed; deeper ones are a circle or wait for a pass. */
const DEPTH_MAX = 60;

/** Reads, claims, plans, writes and settles one object; also when nothing differs. */
export async function syncObject(pass: Pass, ref: ObjectRef): Promise<SyncResult> {
  const targets = new DepartmentTargets(pass);
  return ref.kind === 'person'
    ? syncPerson(pass, ref.id, targets)
    : syncDepartment(pass, ref.id, targets, 0);
}

async function syncPerson(pass: Pass, id: string, targets: DepartmentTargets): Promise<SyncResult> {
  const { number } = await pass.links.next(pass.connection.id);
  const person = await persist(pass, () => pass.source.person(id, pass.signal));
  if (person === 'gone') return held(pass, { kind: 'person', id }, number);
  const { end: brought, handOver } = await bringDepartments(pass, person, targets);
  // Settled without a department that another writer is just making, the person would never enter it.
  if (brought === 'busy') return { end: 'busy', handOver };
  const customFields = await definedFields(pass);
  const staged = stage({ ...pass, place: { ...pass.place, customFields } }, person, number);
  const item = { person: staged, department: '', page: '' };
  const options = { final: true, force: false, skipEqual: false };
  const [end] = await writePeople(pass, [item], targets, options);
  return { end: end === 'settled' ? 'settled' : 'busy', handOver };
}

/** A person whose departments are missing brings them, parents first; those that are gone are left out. */
async function bringDepartments(
  pass: Pass,
  person: SourcePerson,
  targets: DepartmentTargets,
): Promise<SyncResult> {
  const all: SyncResult = { end: 'settled', handOver: [] };
  await targets.load(person.departmentIds);
  for (const id of person.departmentIds) {
    if (targets.of(id) !== undefined) continue;
    const brought = await syncDepartment(pass, id, targets, 0);
    all.handOver.push(...brought.handOver);
    if (brought.end === 'busy') all.end = 'busy';
  }
  return all;
}

async function syncDepartment(
  pass: Pass,
  id: string,
  targets: DepartmentTargets,
  depth: number,
): Promise<SyncResult> {
  if (id === ROOT_DEPARTMENT) return { end: 'settled', handOver: [] };
  const { number } = await pass.links.next(pass.connection.id);
  const found = await persist(pass, () => pass.source.department(id, pass.signal));
  if (found === 'gone') return held(pass, { kind: 'department', id }, number);
  const parentId = found.parentId ?? ROOT_DEPARTMENT;
  const handOver: ObjectRef[] = [];
  await targets.load([parentId]);
  if (targets.of(parentId) === undefined) {
    if (depth >= DEPTH_MAX) return { end: 'busy', handOver };
    const parent = await syncDepartment(pass, parentId, targets, depth + 1);
    handOver.push(...parent.handOver);
    if (parent.end !== 'settled') return { end: parent.end, handOver };
  }
  const read = { id, parentId, name: found.name, number };
  const options = { skipEqual: false, force: false };
  const [again] = await writeDepartments(pass, [read], targets, { ...options, circlesWait: true });
  if (again?.circle) {
    const above = await persist(pass, () => pass.source.departmentPath(parentId, pass.signal));
    const atSource = above !== 'gone' && above.includes(id);
    // Those above have moved at the source and stand at the target where they stood: they go first.
    if (!atSource) return { end: 'busy', handOver: [...handOver, ...refs(above)] };
    const [still] = await writeDepartments(pass, [read], targets, options);
    if (still) return { end: 'busy', handOver };
  } else if (again) return { end: 'busy', handOver };
  handOver.push(...(await contents(pass, id)));
  return { end: 'settled', handOver };
}

function refs(path: string[] | Gone): ObjectRef[] {
  const ids = path === 'gone' ? [] : path.filter((id) => id !== ROOT_DEPARTMENT);
  return ids.map((id) => ({ kind: 'department', id }));
}

/** What stands in a department that no pass has read and nobody has handed over yet. */
async function contents(pass: Pass, id: string): Promise<ObjectRef[]> {
  const links = await pass.links.get(pass.connection.id, 'department', [id]);
  if (links.get(id)?.listed === true) return [];
  const children = await persist(pass, () => pass.source.childDepartments(id, pass.signal));
  const members = await persist(pass, () => pass.source.memberIds(id, pass.signal));
  return [
    ...(children === 'gone'
      ? []
      : children.map((it) => ({ kind: 'department' as const, id: it.id }))),
    ...(members === 'gone' ? [] : members.map((it) => ({ kind: 'person' as const, id: it }))),
  ];
}

async function held(pass: Pass, object: ObjectRef, number: number): Promise<SyncResult> {
  const links = await pass.links.get(pass.connection.id, object.kind, [object.id]);
  const link = links.get(object.id);
  if (link?.claim) await takeOffClaim(pass, link, number);
  if (link?.state === 'present') {
    await pass.runs.addProblems(pass.place.run, [
      { problem: problem('REMOVAL_HELD', { object }), object },
    ]);
  }
  return { end: 'held', handOver: [] };
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
