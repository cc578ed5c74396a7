/** Turns what the source has into what the target should have; what is empty at the source is left out. */
import type { PersonFields, SourceDepartment, SourcePerson } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';

export interface DesiredDepartment {
  id: string;
  parentId: string;
  name: string;
}

export interface DesiredPerson {
  id: string;
  fields: PersonFields;
  /** Source ids of all departments the source names, also of those outside the scope. */
  departmentIds: string[];
}

export type Mapped = { person: DesiredPerson } | { problem: Problem };

// C0 and C1 controls; the target shows names to people and into other systems.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text without control characters and unpaired surrogates, trimmed; undefined when nothing is left. */
function cleanText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cleaned = text.toWellFormed().replace(CONTROLS, ' ').trim();
  return cleaned === '' ? undefined : cleaned;
}

/**
 * Mobile number and country code as the target keeps them: digits only, country code with a plus.
 * DingTalk gives `state_code` without a plus and leaves it out for some accounts; then it is 86,
 * unless the number itself begins with "+NN-" as numbers of other countries do.
 */
function normalisePhone(
  mobile: string | undefined,
  stateCode: string | undefined,
): { phone: string; phoneCountryCode: string } | undefined {
  const text = mobile?.trim() ?? '';
  const prefixed = /^\+(\d{1,4})-(.+)$/.exec(text);
  const digits = (prefixed?.[2] ?? text).replace(/[^\d]/g, '');
  if (digits === '') return undefined;
  const country = (prefixed?.[1] ?? stateCode ?? '86').replace(/[^\d]/g, '') || '86';
  return { phone: digits, phoneCountryCode: `+${country}` };
}

function emailOf(person: SourcePerson): string | undefined {
  const address = cleanText(person.orgEmail) ?? cleanText(person.email);
  // Authing stores addresses in lower case; sending them so keeps a second pass quiet.
  return address?.toLowerCase();
}

/**
 * The person the target should have.
 * @param key used as username for who has neither phone nor e-mail: Authing needs one of the three
 */
export function mapPerson(person: SourcePerson, key: string): Mapped {
  const object = { kind: 'person' as const, id: person.id };
  const name = cleanText(person.name);
  if (name === undefined)
    return { problem: problem('DATA_NAME_MISSING', { object, field: 'name' }) };
  const fields: PersonFields = { name };
  const phone = normalisePhone(person.mobile, person.stateCode);
  if (phone) Object.assign(fields, phone);
  const email = emailOf(person);
  if (email) fields.email = email;
  if (!phone && !email) fields.username = key;
  const photo = cleanText(person.avatar);
  if (photo) fields.photo = photo;
  return { person: { id: person.id, fields, departmentIds: [...new Set(person.departmentIds)] } };
}

/** The department the target should have below `parentId`. */
export function mapDepartment(
  department: Pick<SourceDepartment, 'id' | 'name'>,
  parentId: string,
): DesiredDepartment {
  return { id: department.id, parentId, name: cleanText(department.name) ?? department.id };
}
