/** list-users: the search over people, which reads an index that may lag behind the writes (reference 3.5). */
import { badParameter } from './envelope.ts';
import { choice, isObject, pageOf, requiredText, section } from './parameters.ts';
import { fieldOf, userFilterIn } from './user-filter.ts';
import { LIMIT_SENTENCE } from './user-reads.ts';
import { userView, userViewOptions } from './user-view.ts';
import type { Call } from './call.ts';
import type { User } from './records.ts';
import type { UserFilter } from './user-filter.ts';

export function listUsers(call: Call): unknown {
  const { settings } = call;
  // The flags stand inside options; at top level they do nothing (reference 3.5).
  const options = section(call.params, 'options');
  const { page, limit } = pageOf(section(options, 'pagination'), LIMIT_SENTENCE);
  if (settings.listUsersWindow > 0 && page * limit > settings.listUsersWindow) {
    throw badParameter('page');
  }
  const found = sorted(matching(call, userFilterIn(call)), options['sort']);
  const view = userViewOptions(options);
  const list = found.slice((page - 1) * limit, page * limit);
  return { totalCount: found.length, list: list.map((user) => userView(call, user, view)) };
}

function matching(call: Call, filter: UserFilter): User[] {
  const { users, past } = call.pool;
  const delay = call.settings.listUsersDelayMs;
  const before = delay > 0 ? past.at(call.now - delay) : new Map<string, User | undefined>();
  const passes = (user: User): boolean => filter.tests.every((test) => test(user));
  if (before.size === 0 && filter.departmentIds !== null) {
    const ids = new Set([...filter.departmentIds].flatMap((id) => [...users.members(id)]));
    return [...ids].flatMap((id) => users.get(id) ?? []).filter(passes);
  }
  const seen: User[] = [];
  for (const user of users.all()) {
    const visible = before.has(user.id) ? before.get(user.id) : user;
    if (visible !== undefined && passes(visible)) seen.push(visible);
  }
  for (const [id, user] of before) {
    if (user !== undefined && users.get(id) === undefined && passes(user)) seen.push(user);
  }
  return seen;
}

function sorted(people: User[], order: unknown): User[] {
  if (order === undefined || order === null) return people;
  if (!Array.isArray(order)) throw badParameter('sort');
  const keys = order.map((one: unknown) => {
    if (!isObject(one)) throw badParameter('sort');
    const descending = choice(one, 'order', ['asc', 'desc']) === 'desc';
    return { field: requiredText(one, 'field'), sign: descending ? -1 : 1 };
  });
  return people.sort((a, b) => {
    for (const { field, sign } of keys) {
      const left = fieldOf(a, field) as string;
      const right = fieldOf(b, field) as string;
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}
