/** Reads the fields of a person from a create or an update, refusing those of the wrong form (reference 3.3, 3.4). */
import { Failure, badParameter } from './envelope.ts';
import { USER_STATUSES } from './records.ts';
import { UNIQUE_FIELDS } from './user-store.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { ProfileValue, UserStatus } from './records.ts';

const TEXT_FIELDS = new Set([
  'phoneCountryCode',
  'name',
  'nickname',
  'photo',
  'externalId',
  'birthdate',
  'country',
  'province',
  'city',
  'address',
  'streetAddress',
  'postalCode',
  'username',
  'email',
  'phone',
  'company',
  'browser',
  'device',
  'givenName',
  'familyName',
  'middleName',
  'profile',
  'preferredUsername',
  'website',
  'zoneinfo',
  'locale',
  'formatted',
  'region',
  'identityNumber',
]);
const FLAG_FIELDS = new Set(['emailVerified', 'phoneVerified']);
const IDENTIFIERS = new Set<string>(UNIQUE_FIELDS);
/** JAVA's enum also has W (reference 3.3). */
const GENDERS = ['M', 'F', 'U', 'W'];

/** Local part and domain with a dot: `test1@qqq` was seen refused (reference 3.4). */
export function isEmail(value: string): boolean {
  return (
    value.length <= 254 && /^[^\s@<>()",;:\\[\]]{1,64}@([\w-]+\.)+[\p{L}\d-]{2,}$/u.test(value)
  );
}

export const isPhone = (value: string): boolean => /^\d{4,20}$/.test(value);

/** Fields to set, and with null those to erase. */
export interface ProfileChange {
  fields: Map<string, ProfileValue | null>;
  status: UserStatus | undefined;
}

export function profileIn(
  call: Call,
  params: Parameters,
  mode: 'create' | 'update',
): ProfileChange {
  const fields = new Map<string, ProfileValue | null>();
  let status: UserStatus | undefined;
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (name === 'status') {
      status = statusIn(value);
    } else if (name === 'gender') {
      if (value !== null && !GENDERS.includes(value as string)) throw badParameter('gender');
      set(call, fields, name, value as string | null, mode);
    } else if (FLAG_FIELDS.has(name)) {
      if (value !== null && typeof value !== 'boolean') throw badParameter(name);
      set(call, fields, name, value, mode);
    } else if (TEXT_FIELDS.has(name)) {
      if (value !== null && typeof value !== 'string') throw badParameter(name);
      set(call, fields, name, value, mode);
    }
  }
  checkForms(call, fields);
  return { fields, status };
}

function statusIn(value: unknown): UserStatus | undefined {
  if (value === null) return undefined;
  const found = USER_STATUSES.find((status) => status === value);
  if (found === undefined) throw badParameter('status');
  return found;
}

function set(
  call: Call,
  fields: Map<string, ProfileValue | null>,
  name: string,
  value: ProfileValue | null,
  mode: 'create' | 'update',
): void {
  if (value === null) {
    if (mode === 'update' && call.settings.nullInUpdate === 'clear') fields.set(name, null);
  } else if (value !== '' || !IDENTIFIERS.has(name)) {
    fields.set(name, name === 'email' ? String(value).toLowerCase() : value);
  } else if (mode === 'create') {
    if (name === 'email') throw badParameter('email');
  } else if (call.settings.emptyInUpdate === 'refuse') {
    throw badParameter(name);
  } else if (call.settings.emptyInUpdate === 'clear') {
    fields.set(name, null);
  }
}

function checkForms(call: Call, fields: Map<string, ProfileValue | null>): void {
  const email = fields.get('email');
  if (typeof email === 'string' && !isEmail(email)) throw badParameter('email');
  const country = fields.get('phoneCountryCode');
  if (typeof country === 'string' && country !== '' && !/^\+\d{1,4}$/.test(country)) {
    throw badParameter('phoneCountryCode');
  }
  const phone = fields.get('phone');
  if (typeof phone !== 'string') return;
  const { phoneFormat } = call.settings;
  const mainland = country === undefined || country === '' || country === '+86';
  const strict = phoneFormat === 'mainland' && mainland;
  if (strict && !/^1\d{10}$/.test(phone)) throw badParameter('phone');
  if (phoneFormat === 'digits' && !isPhone(phone)) throw badParameter('phone');
}

/** Creation needs one of the three; an external id alone is not enough (reference 3.1). */
export function checkIdentifiers(profile: Readonly<Record<string, ProfileValue>>): void {
  if (profile['phoneCountryCode'] && !profile['phone']) {
    throw new Failure(400, 'phone cannot be empty');
  }
  if (!profile['username'] && !profile['phone'] && !profile['email']) {
    throw new Failure(400, 'Must contain one of the following fields: username, phone, email');
  }
}
