/** Creates and changes people, singly and in batches (reference 3.2, 3.3). */
import { badDepartment, badParameter, notAllowed, userNotFound } from './envelope.ts';
import { inReplyOrder, runBatch } from './batch.ts';
import { customDataIn } from './custom-data.ts';
import { DEPARTMENT_ID_TYPES, departmentsUnder } from './department-lookup.ts';
import { identitiesIn } from './identities.ts';
import { joined, mainOf } from './memberships.ts';
import {
  choice,
  flag,
  isObject,
  items,
  optionalTexts,
  requiredText,
  section,
} from './parameters.ts';
import { checkUnique } from './user-conflict.ts';
import { checkIdentifiers, profileIn } from './user-fields.ts';
import { userIn } from './user-lookup.ts';
import { PLAIN_VIEW, userView } from './user-view.ts';
import type { Call } from './call.ts';
import type { DepartmentIdType } from './department-lookup.ts';
import type { Parameters } from './parameters.ts';
import type { ProfileValue, User } from './records.ts';
import type { ProfileChange } from './user-fields.ts';

/** A new person whose form is checked, not yet their place in the pool. */
interface NewPerson {
  item: Parameters;
  profile: Record<string, ProfileValue>;
  status: User['status'];
}

export function createUser(call: Call): unknown {
  return shown(call, addPerson(call, newPerson(call, call.params)), call.params);
}

export function createUsersBatch(call: Call): unknown {
  const made = runBatch(call, items(call.params, 'list', call.settings), {
    prepare: (item) => newPerson(call, item),
    apply: (draft) => shown(call, addPerson(call, draft), draft.item),
  });
  return inReplyOrder(call, made);
}

function newPerson(call: Call, item: unknown): NewPerson {
  if (!isObject(item)) throw badParameter('list');
  const { fields, status } = profileIn(call, item, 'create');
  const profile = merged({}, fields);
  checkIdentifiers(profile);
  // May be left out for mainland China (reference 3.3).
  if (profile['phone'] && !profile['phoneCountryCode']) profile['phoneCountryCode'] = '+86';
  return { item, profile, status: status ?? 'Activated' };
}

function addPerson(call: Call, { item, profile, status }: NewPerson): User {
  const { pool, now } = call;
  checkUnique(call, profile, null);
  const customData = customDataIn(call, 'USER', item) ?? {};
  const memberships = joined(call, [], departmentsOfNew(call, item));
  const options = section(call.params, 'options');
  const hasPassword = typeof item['password'] === 'string' || flag(options, 'autoGeneratePassword');
  const user: User = {
    id: call.ids.objectId(),
    createdAt: now,
    updatedAt: now,
    status,
    statusChangedAt: now,
    profile,
    customData,
    memberships,
    mainDepartmentId: mainOf(call, memberships, null),
    identities: identitiesIn(call, item),
    syncRelations: [],
    passwordSetAt: hasPassword ? now : null,
    source: 'adminCreated',
  };
  pool.users.put(user);
  call.objects.add(user.id);
  const notify = section(options, 'sendNotification');
  for (const [channel, name] of CHANNELS) {
    if (flag(notify, name)) pool.notifications.push({ userId: user.id, channel });
  }
  return user;
}

const CHANNELS = [
  ['email', 'sendEmailNotification'],
  ['phone', 'sendPhoneNotification'],
] as const;

function departmentsOfNew(call: Call, item: Parameters): string[] {
  const ids = optionalTexts(item, 'departmentIds') ?? [];
  if (ids.length === 0) return [];
  const options = section(call.params, 'options');
  const type: DepartmentIdType =
    choice(options, 'departmentIdType', DEPARTMENT_ID_TYPES) ?? 'department_id';
  return ids.flatMap((id) => {
    const [found] = departmentsUnder(call, id, type);
    if (found !== undefined) return [found.id];
    if (call.settings.unknownDepartmentInCreate === 'refuse') throw badDepartment(id);
    return [];
  });
}

export function updateUser(call: Call): unknown {
  const user = userIn(call, section(call.params, 'options'));
  const change = profileIn(call, call.params, 'update');
  return shown(call, changePerson(call, user.id, call.params, change), call.params);
}

/** System ids only: the batch has no userIdType (reference 3.2). */
export function updateUserBatch(call: Call): unknown {
  const { settings, params } = call;
  const list = items(params, 'list', settings, settings.undocumentedArray);
  const changed = runBatch(call, list, {
    prepare(item) {
      if (!isObject(item)) throw badParameter('list');
      return { item, id: requiredText(item, 'userId'), change: profileIn(call, item, 'update') };
    },
    apply: ({ item, id, change }) => shown(call, changePerson(call, id, item, change), item),
  });
  return inReplyOrder(call, changed);
}

function changePerson(call: Call, id: string, item: Parameters, change: ProfileChange): User {
  const { pool, now, settings } = call;
  const before = pool.users.get(id);
  if (before === undefined) throw userNotFound();
  const profile = merged(before.profile, change.fields);
  // Without a phone its country code means nothing; an update that gives only a code is refused.
  if (!profile['phone'] && change.fields.get('phone') === null) delete profile['phoneCountryCode'];
  if (change.fields.size > 0) checkIdentifiers(profile);
  const status = change.status ?? before.status;
  const returns = before.status === 'Resigned' && status !== 'Resigned';
  if (returns && settings.resignedReactivation === 'refuse') {
    throw notAllowed('离职用户不能恢复');
  }
  // Who comes back takes all keys again, which others may have by now.
  checkUnique(call, profile, returns ? { ...before, profile: {} } : before);
  const next: User = {
    ...before,
    updatedAt: now,
    status,
    statusChangedAt: status === before.status ? before.statusChangedAt : now,
    profile,
    customData: customDataIn(call, 'USER', item, before.customData) ?? before.customData,
    passwordSetAt: typeof item['password'] === 'string' ? now : before.passwordSetAt,
  };
  pool.users.put(next);
  call.objects.add(id);
  return next;
}

function merged(
  before: Readonly<Record<string, ProfileValue>>,
  fields: ReadonlyMap<string, ProfileValue | null>,
): Record<string, ProfileValue> {
  const next: Record<string, ProfileValue> = { ...before };
  for (const [name, value] of fields) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}

/** A write shows customData when it spoke of it, without being asked (reference 9, create-user). */
const shown = (call: Call, user: User, item: Parameters): Record<string, unknown> =>
  userView(call, user, { ...PLAIN_VIEW, customData: isObject(item['customData']) });
