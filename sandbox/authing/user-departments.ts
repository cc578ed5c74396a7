/** The departments of one person: read with paths, written as a list (reference 3.4, 3.6). */
import { isoTime } from './iso-time.ts';
import { badDepartment, badParameter } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { putOptional } from './department-view.ts';
import { isLeader, joined, setLeader, withMemberships } from './memberships.ts';
import {
  choice,
  flag,
  isObject,
  items,
  optionalFlag,
  pageOf,
  section,
  text,
} from './parameters.ts';
import { userIn } from './user-lookup.ts';
import type { Call } from './call.ts';
import type { Department, Membership, User } from './records.ts';

interface Place {
  departmentId: string;
  isLeader: boolean | undefined;
  isMain: boolean;
}

/**
 * `departmentId` is a system id: the options hold only userIdType (reference 3.6).
 * An empty list is refused, so the call cannot clear all departments (reference 3.4).
 */
export function setUserDepartments(call: Call): unknown {
  const { params, settings, pool } = call;
  const given = items(params, 'departments', settings);
  const user = userIn(call, section(params, 'options'));
  const places = given.map((item) => placeIn(call, item));
  const wanted = new Map(places.map((place) => [place.departmentId, place]));
  const replace = settings.setUserDepartments === 'replace';
  const kept = user.memberships.filter((it) => !replace || wanted.has(it.departmentId));
  const memberships: Membership[] = joined(call, kept, wanted.keys()).map((membership) => ({
    ...membership,
    isLeader: wanted.get(membership.departmentId)?.isLeader ?? membership.isLeader,
  }));
  const main = places.find((place) => place.isMain)?.departmentId ?? user.mainDepartmentId;
  pool.users.put(withMemberships(call, user, memberships, main));
  if (settings.leaders === 'same') {
    for (const { departmentId } of user.memberships) {
      if (replace && !wanted.has(departmentId)) setLeader(call, departmentId, user.id, false);
    }
    for (const { departmentId, isLeader: leads } of places) {
      if (leads !== undefined) setLeader(call, departmentId, user.id, leads);
    }
  }
  return IS_SUCCESS;
}

function placeIn(call: Call, item: unknown): Place {
  if (!isObject(item)) throw badParameter('departments');
  const departmentId = text(item, 'departmentId');
  if (departmentId === undefined) throw badParameter('departments');
  if (call.pool.departments.get(departmentId) === undefined) throw badDepartment(departmentId);
  return {
    departmentId,
    isLeader: optionalFlag(item, 'isLeader'),
    isMain: flag(item, 'isMainDepartment'),
  };
}

export function getUserDepartments(call: Call): unknown {
  const { params, pool } = call;
  const { page, limit } = pageOf(params);
  const user = userIn(call);
  const rows = user.memberships.flatMap((membership) => {
    const department = pool.departments.get(membership.departmentId);
    return department === undefined ? [] : [{ membership, department }];
  });
  sort(call, rows);
  const list = rows.slice((page - 1) * limit, page * limit);
  return {
    totalCount: rows.length,
    list: list.map((row) => rowView(call, user, row)),
  };
}

interface Row {
  membership: Membership;
  department: Department;
}

/** "DepartmemtCode" is the vendor's own spelling (reference 3.2). */
function sort(call: Call, rows: Row[]): void {
  const sortBy = choice(call.params, 'sortBy', [
    'DepartmentCreatedAt',
    'JoinDepartmentAt',
    'DepartmentName',
    'DepartmemtCode',
  ]);
  const key = ({ membership, department }: Row): string | number => {
    if (sortBy === 'DepartmentCreatedAt') return department.createdAt;
    if (sortBy === 'DepartmentName') return department.name;
    if (sortBy === 'DepartmemtCode') return department.code ?? '';
    return membership.joinedAt;
  };
  rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  if (choice(call.params, 'orderBy', ['Asc', 'Desc']) !== 'Asc') rows.reverse();
}

function rowView(call: Call, user: User, { membership, department }: Row): unknown {
  const { departments } = call.pool;
  const view: Record<string, unknown> = {
    organizationCode: departments.organizationOf(department).code,
    departmentId: department.id,
    isRoot: department.parentId === null,
    createdAt: isoTime(department.createdAt),
    name: department.name,
    description: department.description ?? '',
    isLeader: isLeader(call, user.id, membership),
    code: department.code ?? '',
    isMainDepartment: user.mainDepartmentId === department.id,
    joinedAt: isoTime(membership.joinedAt),
    isVirtualNode: department.isVirtualNode,
  };
  putOptional(call, view, 'openDepartmentId', department.openDepartmentId);
  putOptional(call, view, 'i18n', department.i18n);
  if (flag(call.params, 'withCustomData')) view['customData'] = department.customData;
  if (flag(call.params, 'withDepartmentPaths')) {
    const path = departments.path(department);
    view['departmentIdPath'] = path.map((it) => it.id);
    view['departmentCodePath'] = path.map((it) => it.code ?? '');
    view['departmentNamePath'] = path.map((it) => it.name);
  }
  return view;
}
