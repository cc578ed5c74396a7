/** Phone, e-mail, user name and external id are each unique over the pool (reference 3.1). */
import { Failure } from './envelope.ts';
import { UNIQUE_FIELDS } from './user-store.ts';
import type { Call } from './call.ts';
import type { ProfileValue, User } from './records.ts';

type Profile = Readonly<Record<string, ProfileValue>>;

const MAINLAND = '+86';

/** The older code list knows these by field; it has none for externalId (reference 5.3). */
const FIELD_CODES = {
  username: { apiCode: 2034, message: '用户名已存在' },
  phone: { apiCode: 2035, message: '手机号已被绑定' },
  email: { apiCode: 2200, message: '邮箱已被绑定' },
  externalId: { apiCode: 2026, message: '用户已存在' },
};

/** @param before the person as they are, for an update: only keys that change are compared */
export function checkUnique(call: Call, profile: Profile, before: User | null): void {
  const self = before?.id;
  const sameCountry = before?.profile['phoneCountryCode'] === profile['phoneCountryCode'];
  for (const field of UNIQUE_FIELDS) {
    const value = profile[field];
    if (typeof value !== 'string') continue;
    const changes = before?.profile[field] !== value || (field === 'phone' && !sameCountry);
    if (!changes) continue;
    for (const id of call.pool.users.holders(field, value)) {
      if (id !== self && collides(call, id, field, profile)) throw conflict(call, field);
    }
  }
}

function collides(call: Call, holder: string, field: string, profile: Profile): boolean {
  const { settings, pool } = call;
  const other = pool.users.get(holder);
  if (other === undefined) return false;
  if (other.status === 'Resigned' && settings.resignedIdentifiers === 'free') return false;
  if (field !== 'phone' || settings.phoneScope === 'number') return true;
  const country = profile['phoneCountryCode'] ?? MAINLAND;
  return country === (other.profile['phoneCountryCode'] ?? MAINLAND);
}

function conflict(call: Call, field: keyof typeof FIELD_CODES): Failure {
  const status = Number(call.settings.conflictStatus);
  const { conflictCode } = call.settings;
  if (conflictCode === 'none') return new Failure(status, '用户已存在');
  if (conflictCode === '2026') return new Failure(status, '用户已存在', 2026);
  return new Failure(status, FIELD_CODES[field].message, FIELD_CODES[field].apiCode);
}
