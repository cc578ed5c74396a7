/** Changes of the address book as the console makes them, with the vendor's own refusals in words. */
import { diffOf } from './book-events.ts';
import type { BookChange } from './book-events.ts';
import { ROOT } from './company.ts';
import type { Department, Leaver, Membership, Person } from './company.ts';
import { pathOf } from './directory.ts';
import type { Company, DepartmentNode } from './directory.ts';
import { newDepartment, newPerson } from './example.ts';
import type { Switches } from './switches.ts';

/** A change that DingTalk itself would refuse; the message says why. */
export class ChangeRefused extends Error {
  override name = 'ChangeRefused';
}

export interface Changer {
  company: Company;
  switches: Switches;
  now: number;
  /** Hears what DingTalk tells its apps of a change. */
  tell(change: BookChange): void;
}

/** Fields of a person that a change may set; null takes a field away. */
export type PersonChange = {
  [K in Exclude<keyof Person, 'userid' | 'memberships' | 'modified'>]?: Person[K] | null;
};

/** Memberships by department id; a plain list of ids keeps order and lead of those that stay. */
export type NewMembership = number | { departmentId: number; leader?: boolean; order?: string };

function refuse(code: number, words: string): never {
  throw new ChangeRefused(`${words} (DingTalk: ${code})`);
}

/** Lets readers see the state before this change for as long as the switches say. */
function keepPast(by: Changer, key: string, value: unknown, visibleMs: number): void {
  if (visibleMs > 0) by.company.past.keep(key, structuredClone(value), by.now + visibleMs);
}

function touchDepartment(by: Changer, id: number, visibleMs?: number): void {
  const stale = Math.max(Number(by.switches.staleReadMs), visibleMs ?? 0);
  keepPast(by, `d:${id}`, by.company.nodes.get(id) ?? null, stale);
  by.company.sequence += 1;
}

function touchPerson(by: Changer, userid: string, visibleMs?: number): void {
  const stale = Math.max(Number(by.switches.staleReadMs), visibleMs ?? 0);
  keepPast(by, `p:${userid}`, by.company.people.get(userid) ?? null, stale);
  by.company.sequence += 1;
}

function nodeOf(by: Changer, id: number): DepartmentNode {
  return by.company.nodes.get(id) ?? refuse(60003, `there is no department ${id}`);
}

function checkName(by: Changer, name: string, parentId: number, self: number | null): void {
  // KB of create: 1 to 64 characters, without "-", "," and "，"; unique among siblings.
  if (name.length < 1 || name.length > 64 || /[-,，]/.test(name)) {
    refuse(400002, 'a department name has 1 to 64 characters and none of - , ，');
  }
  for (const id of nodeOf(by, parentId).children) {
    if (id !== self && by.company.nodes.get(id)?.department.name === name) {
      refuse(60021, `department ${parentId} already has a child named ${name}`);
    }
  }
}

function checkDepth(by: Changer, parentId: number): void {
  const most = Number(by.switches.departmentDepthMax);
  if (most > 0 && pathOf(by.company, parentId).length > most) {
    refuse(60002, `departments are at most ${most} levels deep`);
  }
}

export interface NewDepartment extends Partial<Omit<Department, 'name' | 'parentId'>> {
  name: string;
  parentId: number;
  /** Real DingTalk refuses equal names among siblings (60021). */
  sameName?: boolean;
}

export function addDepartment(by: Changer, asked: NewDepartment): number {
  const { name, parentId, sameName, ...more } = asked;
  const { nodes } = by.company;
  const parent = nodeOf(by, parentId);
  if (!sameName) checkName(by, name, parentId, null);
  checkDepth(by, parentId);
  const most = Number(by.switches.departmentsMax);
  if (most > 0 && nodes.size >= most) refuse(60110, `a company has at most ${most} departments`);
  const id = more.id ?? freeId(by.company);
  if (nodes.has(id)) refuse(400002, `department ${id} exists already`);
  touchDepartment(by, parentId);
  touchDepartment(by, id);
  const department = { ...newDepartment(id, name, parentId), ...more, id };
  nodes.set(id, { department, children: [], members: [] });
  parent.children.push(id);
  by.tell({ type: 'org_dept_create', deptIds: [id] });
  return id;
}

function freeId(company: Company): number {
  let id = 300000001 + company.nodes.size;
  while (company.nodes.has(id)) id += 1;
  return id;
}

export function changeDepartment(
  by: Changer,
  id: number,
  change: Partial<Omit<Department, 'id' | 'parentId'>>,
): void {
  const node = nodeOf(by, id);
  if (id === ROOT && change.name !== undefined) by.company.name = change.name;
  else if (change.name !== undefined) checkName(by, change.name, node.department.parentId, id);
  touchDepartment(by, id);
  node.department = { ...node.department, ...change };
  if (id === ROOT && change.name !== undefined) by.tell({ type: 'org_change' });
  by.tell({ type: 'org_dept_modify', deptIds: [id] });
}

export function moveDepartment(by: Changer, id: number, parentId: number): void {
  const node = nodeOf(by, id);
  if (id === ROOT) refuse(60018, 'the root department does not move');
  const parent = nodeOf(by, parentId);
  if (pathOf(by.company, parentId).includes(id)) {
    refuse(60004, `department ${id} cannot move below itself`);
  }
  checkName(by, node.department.name, parentId, id);
  checkDepth(by, parentId);
  const before = nodeOf(by, node.department.parentId);
  touchDepartment(by, before.department.id);
  touchDepartment(by, parentId);
  touchDepartment(by, id);
  before.children = before.children.filter((each) => each !== id);
  parent.children.push(id);
  node.department = { ...node.department, parentId };
  // Nothing is told of the departments and people below.
  by.tell({ type: 'org_dept_modify', deptIds: [id] });
}

/** @param branch also everything below; people who are in no other department leave the company. */
export function removeDepartment(by: Changer, id: number, branch: boolean): void {
  const removed = takeAway(by, id, branch);
  // One event with the whole branch; those of its people came before.
  by.tell({ type: 'org_dept_remove', deptIds: removed.reverse() });
}

/** Ids of what went, the lowest first. */
function takeAway(by: Changer, id: number, branch: boolean): number[] {
  const node = nodeOf(by, id);
  if (id === ROOT) refuse(60007, 'the root department cannot be removed');
  const removed: number[] = [];
  if (branch) {
    for (const child of [...node.children]) removed.push(...takeAway(by, child, true));
    for (const userid of [...node.members]) leaveDepartment(by, userid, id);
  }
  if (node.members.length > 0) refuse(60005, `department ${id} still has members`);
  if (node.children.length > 0) refuse(60006, `department ${id} still has children`);
  const parent = nodeOf(by, node.department.parentId);
  touchDepartment(by, parent.department.id);
  touchDepartment(by, id);
  parent.children = parent.children.filter((each) => each !== id);
  by.company.nodes.delete(id);
  return [...removed, id];
}

function leaveDepartment(by: Changer, userid: string, departmentId: number): void {
  const person = personOf(by, userid);
  const rest = person.memberships.filter((each) => each.departmentId !== departmentId);
  if (rest.length === 0) removePerson(by, userid, 'delete');
  else movePerson(by, userid, rest);
}

function personOf(by: Changer, userid: string): Person {
  return by.company.people.get(userid) ?? refuse(60121, `there is no person ${userid}`);
}

function toMemberships(by: Changer, asked: NewMembership[], before: Membership[]): Membership[] {
  if (asked.length === 0) refuse(400002, 'a person is in at least one department');
  return asked.map((each) => {
    const wanted = typeof each === 'number' ? { departmentId: each } : each;
    nodeOf(by, wanted.departmentId);
    const kept = before.find((old) => old.departmentId === wanted.departmentId);
    by.company.sequence += 1;
    const entered = kept?.entered ?? by.company.sequence;
    const order = (176300000000000513n + BigInt(entered)).toString();
    return { order, leader: false, ...kept, ...wanted, entered };
  });
}

export interface NewPerson extends PersonChange {
  userid: string;
  name: string;
  departments: NewMembership[];
}

export function addPerson(by: Changer, { userid, name, departments, ...fields }: NewPerson): void {
  if (by.company.people.has(userid)) refuse(60102, `person ${userid} exists already`);
  const memberships = toMemberships(by, departments, []);
  touchPerson(by, userid);
  for (const each of memberships) enter(by, userid, each.departmentId);
  const made = newPerson(userid, name, memberships, by.now);
  by.company.people.set(userid, applyFields(by, made, fields));
  by.tell({ type: 'user_add_org', userIds: [userid] });
  if (by.switches.modifyFollowsAdd) by.tell({ type: 'user_modify_org', userIds: [userid] });
}

function enter(by: Changer, userid: string, departmentId: number): void {
  touchDepartment(by, departmentId);
  nodeOf(by, departmentId).members.push(userid);
}

function leave(by: Changer, userid: string, departmentId: number, visibleMs?: number): void {
  const node = by.company.nodes.get(departmentId);
  if (!node) return;
  touchDepartment(by, departmentId, visibleMs);
  node.members = node.members.filter((each) => each !== userid);
}

/** A changed person is a new object, so that nothing serialised before is taken for it. */
function applyFields(by: Changer, person: Person, fields: PersonChange): Person {
  const changed: Record<string, unknown> = { ...person, modified: by.company.sequence };
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) delete changed[name];
    else if (value !== undefined) changed[name] = value;
  }
  return changed as unknown as Person;
}

export function changePerson(by: Changer, userid: string, fields: PersonChange): void {
  const person = personOf(by, userid);
  touchPerson(by, userid);
  const changed = applyFields(by, person, fields);
  by.company.people.set(userid, changed);
  tellChanged(by, person, changed);
}

/** A change of fields, of a first sign-in, of rights or roles: each is an event of its own. */
function tellChanged(by: Changer, before: Person, after: Person): void {
  const userIds = [after.userid];
  const modified: BookChange = { type: 'user_modify_org', userIds, diff: diffOf(before, after) };
  by.tell(modified);
  if (by.switches.modifyTwice) by.tell(modified);
  if (after.active && !before.active) by.tell({ type: 'user_active_org', userIds });
  if (after.admin !== before.admin) {
    by.tell({ type: after.admin ? 'org_admin_add' : 'org_admin_remove', userIds });
  }
  const ids = (person: Person): number[] => (person.roles ?? []).map((role) => role.id);
  const added = ids(after).filter((id) => !ids(before).includes(id));
  const taken = ids(before).filter((id) => !ids(after).includes(id));
  if (added.length > 0) by.tell({ type: 'label_user_change', userIds, labelIds: added });
  if (taken.length > 0) {
    by.tell({ type: 'label_user_change', userIds, labelIds: taken, removed: true });
  }
}

export function movePerson(by: Changer, userid: string, departments: NewMembership[]): void {
  const person = personOf(by, userid);
  const memberships = toMemberships(by, departments, person.memberships);
  touchPerson(by, userid);
  const before = new Set(person.memberships.map((each) => each.departmentId));
  const after = new Set(memberships.map((each) => each.departmentId));
  for (const id of before) if (!after.has(id)) leave(by, userid, id);
  for (const id of after) if (!before.has(id)) enter(by, userid, id);
  const moved = applyFields(by, { ...person, memberships }, {});
  by.company.people.set(userid, moved);
  // Departments are not in diffInfo: both sides of it are equal.
  by.tell({ type: 'user_modify_org', userIds: [userid], diff: diffOf(person, moved) });
}

export function removePerson(by: Changer, userid: string, reason: Leaver['reason']): void {
  const person = personOf(by, userid);
  const visibleMs = Number(by.switches.deletedPersonVisibleMs);
  for (const { departmentId } of person.memberships) leave(by, userid, departmentId, visibleMs);
  touchPerson(by, userid, visibleMs);
  by.company.people.delete(userid);
  const { name, stateCode, mobile } = person;
  const contact = { ...(stateCode ? { stateCode } : {}), ...(mobile ? { mobile } : {}) };
  by.company.leavers.push({ userid, name, ...contact, leftAt: by.now, reason });
  by.tell({ type: 'user_leave_org', userIds: [userid] });
}
