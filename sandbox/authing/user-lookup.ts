/** Finds people by the eight kinds of ids (reference 3.1). */
import { badParameter, userNotFound } from './envelope.ts';
import { choice, requiredText } from './parameters.ts';
import { isEmail, isPhone } from './user-fields.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { User } from './records.ts';
import type { UserKey } from './user-store.ts';

const USER_ID_TYPES = [
  'user_id',
  'external_id',
  'phone',
  'email',
  'username',
  'identity',
  'sync_relation',
  'custom_field',
] as const;

export type UserIdType = (typeof USER_ID_TYPES)[number];

const KEYS: Record<Exclude<UserIdType, 'user_id' | 'custom_field'>, UserKey> = {
  external_id: 'externalId',
  phone: 'phone',
  email: 'email',
  username: 'username',
  identity: 'identity',
  sync_relation: 'syncRelation',
};

export function userIdTypeIn(params: Parameters): UserIdType {
  return choice(params, 'userIdType', USER_ID_TYPES) ?? 'user_id';
}

/** The person under an id, or undefined. E-mail is compared without regard to case, all else exactly. */
export function userUnder(call: Call, id: string, type: UserIdType): User | undefined {
  const { users } = call.pool;
  if (type === 'user_id') return users.get(id);
  if (type === 'custom_field') return underCustomField(call, id);
  const holders = users.holders(KEYS[type], type === 'email' ? id.toLowerCase() : id);
  const [only, ...others] = holders;
  if (only === undefined) return undefined;
  if (others.length === 0) return users.get(only);
  const found = holders.flatMap((holder) => users.get(holder) ?? []);
  // Two can only hold one key where resigned people keep theirs without reserving it, or by country.
  return found.find((user) => user.status !== 'Resigned') ?? found[0];
}

function underCustomField(call: Call, id: string): User | undefined {
  const separator = id.indexOf(':');
  if (call.settings.customFieldId === 'refused' || separator < 1) {
    throw badParameter('userIdType');
  }
  const key = id.slice(0, separator);
  const value = id.slice(separator + 1);
  for (const user of call.pool.users.all()) {
    if (String(user.customData[key]) === value) return user;
  }
  return undefined;
}

/** The person that `userId` names; the type stands beside it or, in some calls, under `options`. */
export function userIn(call: Call, typeFrom: Parameters = call.params): User {
  const id = requiredText(call.params, 'userId');
  const type = userIdTypeIn(typeFrom);
  if (type === 'email' && !isEmail(id)) throw badParameter('userId');
  if (type === 'phone' && !isPhone(id)) throw badParameter('userId');
  const found = userUnder(call, id, type);
  if (found === undefined) throw userNotFound();
  call.objects.add(found.id);
  return found;
}
