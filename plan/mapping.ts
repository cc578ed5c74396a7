/** Turns what the source has into what the target should have; what is empty at the source is left out. */
import { CUSTOM } from '../model/directory.ts';
import type { PersonFields, SourceDepartment, SourcePerson } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { FieldRule, MappedField, Mapping } from '../model/settings.ts';
import { cleanText, firstOf, phoneOf } from './values.ts';

export interface DesiredDepartment {
  id: string;
  parentId: string;
  name: string;
}

export interface DesiredPerson {
  id: string;
  fields: PersonFields;
  /** Fields that must be empty at the target, by the names under which they are compared. */
  cleared: string[];
  /** Source ids of all departments the source names, also of those outside the scope. */
  departmentIds: string[];
}

export type Mapped = { person: DesiredPerson } | { problem: Problem };

/** Fields that are what the source says, and nothing more. */
const PLAIN = ['nickname', 'photo', 'address'] as const satisfies MappedField[];

/**
 * The person the target should have.
 * @param key used as username for who has neither phone nor e-mail: Authing needs one of the three
 * @param defined keys of the custom fields the target has; values of others could not be stored
 */
export function mapPerson(
  person: SourcePerson,
  key: string,
  { fields: rules, custom }: Mapping,
  defined: readonly string[],
): Mapped {
  const object = { kind: 'person' as const, id: person.id };
  const name = firstOf(person, rules.name.from);
  if (name === undefined)
    return { problem: problem('DATA_NAME_MISSING', { object, field: 'name' }) };
  const fields: PersonFields = { name };
  const cleared: string[] = [];
  const phone = rules.phone.from.length > 0 ? phoneOf(person) : undefined;
  if (phone) Object.assign(fields, phone);
  const email = firstOf(person, rules.email.from);
  if (email !== undefined) fields.email = email;
  if (!phone && email === undefined) fields.username = key;
  for (const field of PLAIN) {
    const value = firstOf(person, rules[field].from);
    if (value !== undefined) fields[field] = value;
    else if (mustClear(person, rules[field])) cleared.push(field);
  }
  const values: NonNullable<PersonFields['custom']> = {};
  for (const [field, rule] of Object.entries(custom)) {
    if (!defined.includes(field)) continue;
    const value = firstOf(person, rule.from);
    if (value !== undefined) values[field] = value;
    else if (mustClear(person, rule)) cleared.push(`${CUSTOM}${field}`);
  }
  if (Object.keys(values).length > 0) fields.custom = values;
  const departmentIds = [...new Set(person.departmentIds)];
  return { person: { id: person.id, fields, cleared, departmentIds } };
}

/** Only what the source itself says is empty is emptied; what may not be read is not said. */
function mustClear(person: SourcePerson, { from, whenEmpty }: FieldRule): boolean {
  const blank = person.blank ?? [];
  return whenEmpty === 'clear' && from.length > 0 && from.every((field) => blank.includes(field));
}

/**
 * The department the target should have below `parentId`.
 * @param before its name as it was settled last, which one without a name keeps; else its id stands in
 */
export function mapDepartment(
  { id, name }: Pick<SourceDepartment, 'id' | 'name'>,
  parentId: string,
  before?: string,
): DesiredDepartment {
  return { id, parentId, name: cleanText(name) ?? before ?? id };
}

/** Departments of one list that have no name to go by. */
export function nameless(departments: Pick<SourceDepartment, 'id' | 'name'>[]): Problem[] {
  const some = departments.filter(({ name }) => cleanText(name) === undefined);
  return some.map(({ id }) =>
    problem('DEPARTMENT_NAME_MISSING', { object: { kind: 'department', id }, field: 'name' }),
  );
}
