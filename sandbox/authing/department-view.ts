/** The forms in which Authing shows departments and organisations (reference 2.2). */
import { isoTime } from './iso-time.ts';
import type { Call } from './call.ts';
import type { Department } from './records.ts';

/** Adds a field, or null, or nothing, as the switch `unsetFields` says. */
export function putOptional(
  call: Call,
  view: Record<string, unknown>,
  name: string,
  value: unknown,
): void {
  if (value !== null && value !== undefined) view[name] = value;
  else if (call.settings.unsetFields === 'null') view[name] = null;
}

export interface DepartmentViewOptions {
  customData: boolean;
  /** Custom fields stand beside the others instead of under `customData`. */
  flat?: boolean;
}

export function departmentView(
  call: Call,
  department: Department,
  options: DepartmentViewOptions,
): Record<string, unknown> {
  const { departments, users } = call.pool;
  const organization = departments.organizationOf(department);
  const parent = department.parentId === null ? undefined : departments.get(department.parentId);
  const view: Record<string, unknown> = {
    organizationCode: organization.code,
    departmentId: department.id,
    createdAt: isoTime(department.createdAt),
    updatedAt: isoTime(department.updatedAt),
    name: department.name,
    parentDepartmentId: department.parentId ?? '',
    parentDepartmentCode: parent === undefined ? '' : (parent.code ?? ''),
    membersCount: users.members(department.id).size,
    hasChildren: departments.childIds(department.id).size > 0,
    leaderUserIds: department.leaderUserIds,
    isVirtualNode: department.isVirtualNode,
    status: department.status,
  };
  putOptional(call, view, 'openDepartmentId', department.openDepartmentId);
  putOptional(call, view, 'code', department.code);
  putOptional(call, view, 'description', department.description);
  putOptional(call, view, 'i18n', department.i18n);
  if (department.postIdList.length > 0) view['postIdList'] = department.postIdList;
  if (options.customData && !options.flat) view['customData'] = department.customData;
  if (options.customData && options.flat) Object.assign(view, department.customData);
  return view;
}

export function organizationView(
  call: Call,
  root: Department,
  customData: boolean,
): Record<string, unknown> {
  const { departments, users } = call.pool;
  const organization = departments.organizationOf(root);
  const view: Record<string, unknown> = {
    organizationCode: organization.code,
    organizationName: root.name,
    departmentId: root.id,
    createdAt: isoTime(root.createdAt),
    updatedAt: isoTime(root.updatedAt),
    hasChildren: departments.childIds(root.id).size > 0,
    membersCount: users.members(root.id).size,
    leaderUserIds: root.leaderUserIds,
    isVirtualNode: root.isVirtualNode,
  };
  putOptional(call, view, 'openDepartmentId', root.openDepartmentId);
  putOptional(call, view, 'description', root.description);
  putOptional(call, view, 'i18n', root.i18n);
  putOptional(call, view, 'status', organization.status);
  if (root.postIdList.length > 0) view['postIdList'] = root.postIdList;
  if (customData) view['customData'] = root.customData;
  return view;
}
