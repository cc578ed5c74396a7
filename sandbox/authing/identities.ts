/** Identities: the accounts a person has at other providers, DingTalk among them (reference 3.2, 3.3). */
import { Failure, badParameter } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { isObject, requiredText, text } from './parameters.ts';
import { userIn } from './user-lookup.ts';
import { identityKey } from './user-store.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { Identity, User } from './records.ts';

/** Without a list of providers the sandbox takes every identity provider for a DingTalk one. */
const PROVIDER = 'dingtalk';
const GENERIC = 'generic';

const taken = (): Failure => new Failure(409, '该身份已被其他用户绑定');

/** Identities given with a new person; Authing advises to bind them by a call of their own. */
export function identitiesIn(call: Call, item: Parameters): readonly Identity[] {
  const given = item['identities'];
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw badParameter('identities');
  return given.map((one: unknown) => {
    if (!isObject(one)) throw badParameter('identities');
    const identity: Identity = {
      identityId: call.ids.objectId(),
      extIdpId: requiredText(one, 'extIdpId'),
      provider: text(one, 'provider') ?? PROVIDER,
      type: text(one, 'type') ?? GENERIC,
      userIdInIdp: requiredText(one, 'userIdInIdp'),
      userInfoInIdp: one['userInfoInIdp'] ?? {},
      originConnIds: Array.isArray(one['originConnIds']) ? (one['originConnIds'] as string[]) : [],
    };
    if (call.pool.users.holders('identity', identityKey(identity)).length > 0) throw taken();
    return identity;
  });
}

/** `userId` is a system id here: the call has no userIdType. */
export function linkIdentity(call: Call): unknown {
  const { params, pool } = call;
  const extIdpId = requiredText(params, 'extIdpId');
  const userIdInIdp = requiredText(params, 'userIdInIdp');
  const type = text(params, 'type') || GENERIC;
  const user = userIn(call, {});
  const holders = pool.users.holders('identity', identityKey({ extIdpId, userIdInIdp }));
  if (holders.some((id) => id !== user.id)) throw taken();
  const known = user.identities.find((it) => it.extIdpId === extIdpId && it.type === type);
  if (known?.userIdInIdp === userIdInIdp) return IS_SUCCESS;
  const identity: Identity = {
    identityId: call.ids.objectId(),
    extIdpId,
    provider: PROVIDER,
    type,
    userIdInIdp,
    userInfoInIdp: params['userInfoInIdp'] ?? {},
    originConnIds: [extIdpId],
  };
  const others = user.identities.filter((it) => it !== known);
  put(call, user, [...others, identity]);
  return IS_SUCCESS;
}

export function unlinkIdentity(call: Call): unknown {
  const extIdpId = requiredText(call.params, 'extIdpId');
  const type = text(call.params, 'type') || GENERIC;
  const user = userIn(call, {});
  const left = user.identities.filter((it) => it.extIdpId !== extIdpId || it.type !== type);
  if (left.length < user.identities.length) put(call, user, left);
  return IS_SUCCESS;
}

export const getUserIdentities = (call: Call): unknown => userIn(call).identities;

function put(call: Call, user: User, identities: readonly Identity[]): void {
  call.pool.users.put({ ...user, identities, updatedAt: call.now });
}
