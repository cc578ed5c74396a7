/** Reads people by id, singly and in batches (reference 3.2). */
import { Failure } from './envelope.ts';
import { inReplyOrder } from './batch.ts';
import { pageOf, paged, text, texts } from './parameters.ts';
import { userIdTypeIn, userIn, userUnder } from './user-lookup.ts';
import { PLAIN_VIEW, userView, userViewOptions } from './user-view.ts';
import type { Call } from './call.ts';

export const getUser = (call: Call): unknown =>
  userView(call, userIn(call), userViewOptions(call.params));

export function getUserBatch(call: Call): unknown {
  const { params, settings } = call;
  const ids = texts(params, 'userIds', settings);
  const type = userIdTypeIn(params);
  const options = userViewOptions(params);
  const found = ids.flatMap((id) => {
    const user = userUnder(call, id, type);
    if (user === undefined) return settings.absentUsers === 'null' ? [null] : [];
    call.objects.add(user.id);
    return [userView(call, user, options)];
  });
  return inReplyOrder(call, found);
}

/** True when any of the given keys is taken. */
export function isUserExists(call: Call): unknown {
  const given = (['username', 'email', 'phone', 'externalId'] as const).flatMap((key) => {
    const value = text(call.params, key);
    return value === undefined
      ? []
      : [{ key, value: key === 'email' ? value.toLowerCase() : value }];
  });
  if (given.length === 0) {
    throw new Failure(400, '参数 username, email, phone, externalId 格式错误');
  }
  return { exists: given.some(({ key, value }) => call.pool.users.holders(key, value).length > 0) };
}

/** Here a limit above 50 has its own sentence (reference 3.4). */
export const LIMIT_SENTENCE = 'limit must less than 50';

export function listArchivedUsers(call: Call): unknown {
  const page = pageOf(call.params, LIMIT_SENTENCE);
  const archived = [...call.pool.users.all()].filter((user) => user.status === 'Archived');
  const { totalCount, list } = paged(archived, page);
  const shown = list.map((user) => {
    const { userId, statusChangedAt } = userView(call, user, PLAIN_VIEW);
    return { userId, archivedAt: statusChangedAt };
  });
  return { totalCount, list: shown };
}
