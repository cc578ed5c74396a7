/** What has to change so that the target has what it should; a value to be counted, refused, stored, applied. */
import { CUSTOM } from '../model/directory.ts';
import type { PersonFields } from '../model/directory.ts';
import type { Prints } from '../model/link.ts';
import type { DesiredDepartment } from './mapping.ts';

/** A field of a person by the name under which it is compared, with its value as text. */
export type FlatFields = Record<string, string>;

/** Fields side by side, custom ones as "custom:key"; phone and its country code are one value. */
export function flatten(fields: PersonFields): FlatFields {
  const flat: FlatFields = {};
  for (const name of ['name', 'nickname', 'username', 'email', 'photo', 'address'] as const) {
    const value = fields[name];
    if (value !== undefined && value !== '') flat[name] = value;
  }
  if (fields.phone) flat['phone'] = `${fields.phoneCountryCode ?? '+86'} ${fields.phone}`;
  for (const [key, value] of Object.entries(fields.custom ?? {}))
    flat[`${CUSTOM}${key}`] = String(value);
  return flat;
}

/** Only the named fields, in the shape in which they are sent. */
export function pick(fields: PersonFields, names: string[]): PersonFields {
  const picked: PersonFields = {};
  const custom: [string, string | number | boolean][] = [];
  for (const name of names) {
    if (name === 'phone') {
      picked.phone = fields.phone;
      picked.phoneCountryCode = fields.phoneCountryCode;
    } else if (name.startsWith(CUSTOM)) {
      const key = name.slice(CUSTOM.length);
      const value = fields.custom?.[key];
      if (value !== undefined) custom.push([key, value]);
    } else {
      const key = name as 'name' | 'nickname' | 'username' | 'email' | 'photo' | 'address';
      picked[key] = fields[key];
    }
  }
  // Made from entries, because a field may be called "__proto__".
  if (custom.length > 0) picked.custom = Object.fromEntries(custom);
  return picked;
}

/**
 * Names of the fields that differ; a field the source leaves empty is never among them (law 7), unless
 * the mapping clears it: then its print is "", which is equal to having none. A username is made only for who has nothing else to sign in with: when an app loses the right to read
 * phone numbers and addresses, accounts that have one keep the name they have.
 */
export function changedFields(desired: Prints, base: Prints): string[] {
  const identified = base['phone'] !== undefined || base['email'] !== undefined;
  return Object.keys(desired)
    .filter((name) => desired[name] !== (base[name] ?? '') && !(name === 'username' && identified))
    .sort();
}

export interface PersonDifference {
  fields: string[];
  /** Source ids of departments to enter, and of those to leave. */
  enter: string[];
  leave: string[];
}

/** What differs between the person who should be and what was settled, or read at the target. */
export function diffPerson(
  desired: { prints: Prints; departments: string[] },
  base: { prints: Prints; departments: string[] },
): PersonDifference {
  const has = new Set(base.departments);
  const wants = new Set(desired.departments);
  return {
    fields: changedFields(desired.prints, base.prints),
    enter: desired.departments.filter((id) => !has.has(id)),
    leave: base.departments.filter((id) => !wants.has(id)),
  };
}

export function isEqual(difference: PersonDifference): boolean {
  return difference.fields.length + difference.enter.length + difference.leave.length === 0;
}

export interface DepartmentDifference {
  rename: boolean;
  move: boolean;
}

export function diffDepartment(
  desired: DesiredDepartment,
  base: { name: string; parentId: string },
): DepartmentDifference {
  return { rename: desired.name !== base.name, move: desired.parentId !== base.parentId };
}
