/** Creates, changes, moves and deletes departments (reference 2.4, 2.5). */
import { Failure, badParameter, notAllowed, userNotFound } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { customDataIn } from './custom-data.ts';
import {
  departmentIdTypeIn,
  departmentIn,
  departmentNotFound,
  departmentUnder,
  departmentsUnder,
  organizationIn,
} from './department-lookup.ts';
import { departmentView } from './department-view.ts';
import { leaveDepartments } from './memberships.ts';
import { flag, newCode, optionalFlag, optionalTexts, requiredText, text } from './parameters.ts';
import type { Call } from './call.ts';
import type { Department, Organization } from './records.ts';

export function createDepartment(call: Call): unknown {
  const { params, pool, settings } = call;
  // Only a blank has words of its own here, and they lack the colon (reference 2.4, sic).
  if (params['organizationCode'] === ' ') throw new Failure(400, 'invalid organization code  ');
  const organization = organizationIn(call);
  const name = departmentName(call, requiredText(params, 'name'));
  const parentId = requiredText(params, 'parentDepartmentId');
  const parent = departmentUnder(call, organization, parentId, departmentIdTypeIn(call));
  if (parent === undefined) throw departmentNotFound();
  const code = newCode(params, 'code', settings) || null;
  const openDepartmentId = text(params, 'openDepartmentId') || null;
  checkCode(call, organization, code, null);
  checkOpenId(call, organization, openDepartmentId);
  checkName(call, parent.id, name, null);
  checkDepth(call, parent, 1);
  const made: Department = {
    ...blankDepartment(call),
    rootId: organization.rootId,
    parentId: parent.id,
    name,
    code,
    openDepartmentId,
    description: text(params, 'description') ?? null,
    isVirtualNode: flag(params, 'isVirtualNode'),
    i18n: params['i18n'] ?? null,
    customData: customDataIn(call, 'DEPARTMENT', params) ?? {},
    postIdList: optionalTexts(params, 'postIdList') ?? [],
  };
  pool.departments.put(made);
  call.objects.add(made.id);
  return departmentView(call, made, { customData: 'customData' in params });
}

/** A department without name and place, made now. */
export function blankDepartment(call: Call): Department {
  const id = call.ids.objectId();
  return {
    id,
    rootId: id,
    parentId: null,
    name: '',
    code: null,
    openDepartmentId: null,
    description: null,
    isVirtualNode: false,
    status: true,
    leaderUserIds: [],
    i18n: null,
    customData: {},
    postIdList: [],
    syncRelations: [],
    createdAt: call.now,
    updatedAt: call.now,
  };
}

/** `openDepartmentId` is not among the parameters: it can be given at creation only (reference 2.4). */
export function updateDepartment(call: Call): unknown {
  const { params, pool, settings } = call;
  const organization = organizationIn(call);
  const before = departmentIn(call);
  const name = text(params, 'name');
  if (name === '') throw badParameter('name');
  const code = newCode(params, 'code', settings);
  const parent = newParent(call, organization, before);
  if (code !== undefined) checkCode(call, organization, code || null, before.id);
  const next: Department = {
    ...before,
    parentId: parent?.id ?? before.parentId,
    name: name === undefined ? before.name : departmentName(call, name),
    code: code === undefined ? before.code : code || null,
    description: text(params, 'description') ?? before.description,
    status: optionalFlag(params, 'status') ?? before.status,
    leaderUserIds: leadersIn(call) ?? before.leaderUserIds,
    i18n: params['i18n'] ?? before.i18n,
    customData: customDataIn(call, 'DEPARTMENT', params, before.customData) ?? before.customData,
    postIdList: optionalTexts(params, 'postIdList') ?? before.postIdList,
    updatedAt: call.now,
  };
  if (next.parentId !== null) checkName(call, next.parentId, next.name, before.id);
  pool.departments.put(next);
  return departmentView(call, next, { customData: 'customData' in params });
}

export function updateDepartmentStatus(call: Call): unknown {
  const department = call.pool.departments.get(requiredText(call.params, 'departmentId'));
  const status = optionalFlag(call.params, 'status');
  if (status === undefined) throw badParameter('status');
  if (department === undefined) throw departmentNotFound();
  call.pool.departments.put({ ...department, status, updatedAt: call.now });
  call.objects.add(department.id);
  return IS_SUCCESS;
}

function newParent(
  call: Call,
  organization: Organization,
  moved: Department,
): Department | undefined {
  const parentId = text(call.params, 'parentDepartmentId');
  if (parentId === undefined || parentId === '') return undefined;
  const type =
    call.settings.parentIdType === 'covered' ? departmentIdTypeIn(call) : 'department_id';
  const parent = departmentUnder(call, organization, parentId, type);
  if (parent === undefined) throw departmentNotFound();
  if (parent.id === moved.parentId) return undefined;
  const { departments } = call.pool;
  if (departments.path(parent).some((above) => above.id === moved.id)) {
    throw notAllowed('部门不能移动到自己或自己的子部门下');
  }
  if (call.settings.treeDepth > 0) checkDepth(call, parent, heightOf(call, moved));
  return parent;
}

function heightOf(call: Call, department: Department): number {
  const { departments } = call.pool;
  const base = departments.path(department).length;
  const depths = departments.below(department.id).map((it) => departments.path(it).length - base);
  return 1 + Math.max(0, ...depths);
}

function checkDepth(call: Call, parent: Department, height: number): void {
  const { treeDepth } = call.settings;
  if (treeDepth === 0) return;
  const parentLevel = call.pool.departments.path(parent).length - 1;
  if (parentLevel + height > treeDepth) throw notAllowed('部门层级超过限制');
}

export function departmentName(call: Call, name: string): string {
  const { departmentName: longest } = call.settings;
  if (longest > 0 && [...name].length > longest) throw badParameter('name');
  return name;
}

function checkName(call: Call, parentId: string, name: string, self: string | null): void {
  if (call.settings.sameNameSiblings === 'allow') return;
  const { departments } = call.pool;
  for (const id of departments.childIds(parentId)) {
    if (id !== self && departments.get(id)?.name === name) throw conflict('部门名称已存在');
  }
}

const conflict = (message: string): Failure => new Failure(409, message);

function checkCode(
  call: Call,
  organization: Organization,
  code: string | null,
  self: string | null,
): void {
  if (code === null || call.settings.duplicateDepartmentCode === 'allow') return;
  const others = departmentsUnder(call, code, 'code').filter((it) => it.id !== self);
  if (others.some((it) => inScope(call, organization, it))) throw conflict('部门 code 已存在');
}

export function checkOpenId(call: Call, organization: Organization, openId: string | null): void {
  if (openId === null || call.settings.duplicateOpenDepartmentId === 'allow') return;
  const others = departmentsUnder(call, openId, 'open_department_id');
  if (others.some((it) => inScope(call, organization, it))) {
    throw conflict('openDepartmentId 已存在');
  }
}

function inScope(call: Call, organization: Organization, other: Department): boolean {
  return call.settings.departmentKeyScope === 'pool' || other.rootId === organization.rootId;
}

/** The people named as leaders, or undefined when the call does not speak of leaders. */
export function leadersIn(call: Call): string[] | undefined {
  const leaders = optionalTexts(call.params, 'leaderUserIds');
  if (leaders === undefined) return undefined;
  const known = leaders.filter((id) => call.pool.users.get(id) !== undefined);
  if (known.length < leaders.length && call.settings.unknownLeader === 'refuse') {
    throw userNotFound();
  }
  return [...new Set(known)];
}

export function deleteDepartment(call: Call): unknown {
  const { pool, settings } = call;
  const department = departmentIn(call);
  const isRoot = department.parentId === null;
  if (isRoot && settings.deleteRoot === 'reject') throw notAllowed('根部门不能删除');
  const isEmpty =
    pool.departments.childIds(department.id).size === 0 &&
    pool.users.members(department.id).size === 0;
  if (!isEmpty && !isRoot && settings.deleteDepartment === 'reject') {
    throw notAllowed('部门下存在子部门或成员，不能删除');
  }
  deleteTree(call, department);
  return IS_SUCCESS;
}

/** Deletes a department with everything below it; its people stay without these memberships. */
export function deleteTree(call: Call, top: Department): void {
  const { pool } = call;
  const organization = pool.departments.organizationOf(top);
  const doomed = [top, ...pool.departments.below(top.id)].reverse();
  const ids = new Set(doomed.map((department) => department.id));
  const members = new Set([...ids].flatMap((id) => [...pool.users.members(id)]));
  for (const id of members) leaveDepartments(call, id, ids);
  for (const department of doomed) {
    call.objects.add(department.id);
    pool.departments.drop(department.id);
  }
  if (top.parentId === null) pool.departments.dropOrganization(organization);
}
