/** Reads single departments, children, whole trees and search results (reference 2.4). */
import { badParameter } from './envelope.ts';
import {
  departmentIdTypeIn,
  departmentIn,
  departmentNotFound,
  departmentUnder,
  departmentsUnder,
  organizationIn,
} from './department-lookup.ts';
import { departmentView } from './department-view.ts';
import { choice, flag, isObject, optionalFlag, pageOf, requiredText, text } from './parameters.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { Department } from './records.ts';

const shown = (call: Call, department: Department): unknown =>
  departmentView(call, department, {
    customData: flag(call.params, 'withCustomData'),
    flat: flag(call.params, 'flatCustomData'),
  });

/** One of `departmentId` and `departmentCode` is needed; the organisation is optional. */
export function getDepartment(call: Call): unknown {
  const { params } = call;
  const hasOrganization = text(params, 'organizationCode') !== undefined;
  const code = text(params, 'departmentCode');
  const id = code ?? requiredText(params, 'departmentId');
  const type = code === undefined ? departmentIdTypeIn(call) : 'code';
  const found = hasOrganization
    ? departmentUnder(call, organizationIn(call), id, type)
    : departmentsUnder(call, id, type)[0];
  if (found === undefined) throw departmentNotFound();
  call.objects.add(found.id);
  return shown(call, found);
}

export function getDepartmentById(call: Call): unknown {
  const found = call.pool.departments.get(requiredText(call.params, 'departmentId'));
  if (found === undefined) throw departmentNotFound();
  call.objects.add(found.id);
  return shown(call, found);
}

export function getParentDepartment(call: Call): unknown {
  const { parentId } = departmentIn(call);
  const parent = parentId === null ? undefined : call.pool.departments.get(parentId);
  if (parent === undefined) throw departmentNotFound();
  return shown(call, parent);
}

/** All children in one reply: there is no paging. */
export function listChildrenDepartments(call: Call): unknown {
  const { pool, params } = call;
  const parent = departmentIn(call);
  const status = optionalFlag(params, 'status');
  const onlyVirtual = flag(params, 'onlyVirtualNode');
  const excludeVirtual = flag(params, 'excludeVirtualNode');
  const children = [...pool.departments.childIds(parent.id)]
    .flatMap((id) => pool.departments.get(id) ?? [])
    .filter((it) => status === undefined || it.status === status)
    .filter((it) => (it.isVirtualNode ? !excludeVirtual : !onlyVirtual));
  return { totalCount: children.length, list: children.map((it) => shown(call, it)) };
}

/** Everything below a department in one reply: there is no paging, and only two id types. */
export function getAllDepartments(call: Call): unknown {
  const { pool, params, settings } = call;
  choice(params, 'departmentIdType', ['department_id', 'open_department_id']);
  const top = departmentIn({ ...call, params: { departmentId: 'root', ...params } });
  const below = pool.departments.below(top.id);
  const all = settings.allDepartmentsRoot === 'yes' ? [top, ...below] : below;
  const cut = settings.allDepartments > 0 ? all.slice(0, settings.allDepartments) : all;
  return { totalCount: all.length, list: cut.map((it) => shown(call, it)) };
}

export function searchDepartments(call: Call): unknown {
  const organization = organizationIn(call);
  const keywords = requiredText(call.params, 'keywords');
  return call.pool.departments
    .below(organization.rootId)
    .filter((it) => it.name.includes(keywords) || it.code?.includes(keywords))
    .map((it) => shown(call, it));
}

/** Filters by name and times only (reference 2.4, notes). */
export function searchDepartmentsList(call: Call): unknown {
  const { pool, params } = call;
  const organization = organizationIn(call);
  const { page, limit } = pageOf(params);
  const filters = Array.isArray(params['advancedFilter']) ? params['advancedFilter'] : [];
  const found = pool.departments
    .below(organization.rootId)
    .filter((it) => filters.every((filter: unknown) => passes(it, filter)));
  return sorted(found, params)
    .slice((page - 1) * limit, page * limit)
    .map((it) => shown(call, it));
}

/** `sort` is the newer form beside `sortBy` and `orderBy`; newest first without either. */
function sorted(found: Department[], params: Parameters): Department[] {
  const sortBy = choice(params, 'sortBy', ['updatedAt', 'createdAt']) ?? 'createdAt';
  const ascending = choice(params, 'orderBy', ['ASC', 'DESC']) === 'ASC';
  const given = Array.isArray(params['sort']) ? (params['sort'] as unknown[]) : [];
  const keys = given.map((one) => {
    if (!isObject(one)) throw badParameter('sort');
    const field = choice(one, 'field', ['updatedAt', 'createdAt', 'name']);
    if (field === undefined) throw badParameter('sort');
    return { field, sign: choice(one, 'order', ['asc', 'desc']) === 'desc' ? -1 : 1 };
  });
  if (keys.length === 0) keys.push({ field: sortBy, sign: ascending ? 1 : -1 });
  return found.sort((a, b) => {
    for (const { field, sign } of keys) {
      if (a[field] !== b[field]) return a[field] < b[field] ? -sign : sign;
    }
    return 0;
  });
}

function passes(department: Department, filter: unknown): boolean {
  if (!isObject(filter)) throw badParameter('advancedFilter');
  const { field, operator, value } = filter;
  if (field !== 'name' && field !== 'updatedAt' && field !== 'createdAt') {
    throw badParameter('advancedFilter');
  }
  const actual = department[field];
  const bound = Number(value);
  switch (operator) {
    case 'EQUAL':
      return actual === value;
    case 'CONTAINS':
      return String(actual).includes(String(value));
    case 'IN':
      return Array.isArray(value) && value.includes(actual);
    case 'LESSER':
      return Number(actual) <= bound;
    case 'GREATER':
      return Number(actual) >= bound;
    case 'BETWEEN':
      return Array.isArray(value) && Number(actual) >= value[0] && Number(actual) <= value[1];
    default:
      throw badParameter('advancedFilter');
  }
}
