/** Finds organisations and departments from the parameters that address them (reference 2.1, 2.4). */
import { Failure, badParameter } from './envelope.ts';
import { choice, knownCode, requiredText } from './parameters.ts';
import type { Call } from './call.ts';
import type { Department, Organization } from './records.ts';

export const DEPARTMENT_ID_TYPES = [
  'department_id',
  'open_department_id',
  'sync_relation',
  'custom_field',
  'code',
] as const;

export type DepartmentIdType = (typeof DEPARTMENT_ID_TYPES)[number];

export const departmentNotFound = (): Failure => new Failure(404, '部门不存在');

export const organizationNotFound = (code: string): Failure =>
  new Failure(404, `organization not found for code: ${code}`);

export function organizationIn(call: Call): Organization {
  const code = knownCode(call.params, 'organizationCode');
  const found = call.pool.departments.organization(code);
  if (found === undefined) throw organizationNotFound(code);
  return found;
}

export function departmentIdTypeIn(call: Call): DepartmentIdType {
  return choice(call.params, 'departmentIdType', DEPARTMENT_ID_TYPES) ?? 'department_id';
}

/** Departments under an id of some type, in the whole pool. */
export function departmentsUnder(call: Call, id: string, type: DepartmentIdType): Department[] {
  const { departments } = call.pool;
  switch (type) {
    case 'department_id': {
      const found = departments.get(id);
      return found === undefined ? [] : [found];
    }
    case 'open_department_id':
      return departments.withOpenId(id);
    case 'code':
      return departments.withCode(id);
    case 'sync_relation':
      return departments.withRelation(id);
    case 'custom_field':
      return underCustomField(call, id);
  }
}

function underCustomField(call: Call, id: string): Department[] {
  const separator = id.indexOf(':');
  if (call.settings.customFieldId === 'refused' || separator < 1) {
    throw badParameter('departmentIdType');
  }
  const key = id.slice(0, separator);
  const value = id.slice(separator + 1);
  return [...call.pool.departments.all()].filter((it) => String(it.customData[key]) === value);
}

/** A department of this organisation; the literal "root" is its root under every id type. */
export function departmentUnder(
  call: Call,
  organization: Organization,
  id: string,
  type: DepartmentIdType,
): Department | undefined {
  if (id === 'root') return call.pool.departments.get(organization.rootId);
  return departmentsUnder(call, id, type).find((it) => it.rootId === organization.rootId);
}

/** The department that `organizationCode`, `departmentId` and `departmentIdType` name. */
export function departmentIn(call: Call): Department {
  const organization = organizationIn(call);
  const id = requiredText(call.params, 'departmentId');
  const found = departmentUnder(call, organization, id, departmentIdTypeIn(call));
  if (found === undefined) throw departmentNotFound();
  call.objects.add(found.id);
  return found;
}
