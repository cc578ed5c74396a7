/** Puts people into departments, takes them out and lists them (reference 2.4). */
import { notAllowed, userNotFound } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { departmentIn } from './department-lookup.ts';
import { joinDepartment, leaveDepartments } from './memberships.ts';
import { choice, flag, pageOf, requiredText, texts } from './parameters.ts';
import { userIn } from './user-lookup.ts';
import { userView, userViewOptions } from './user-view.ts';
import type { Call } from './call.ts';
import type { Department, User } from './records.ts';

/** The people named in `userIds`, which are system ids here: the calls have no userIdType. */
function peopleIn(call: Call, unknown: 'refuse' | 'ignore'): User[] {
  const { params, settings, pool } = call;
  return texts(params, 'userIds', settings, settings.undocumentedArray).flatMap((id) => {
    const user = pool.users.get(id);
    if (user !== undefined) return [user];
    if (unknown === 'refuse') throw userNotFound();
    return [];
  });
}

/** Adding a member again changes nothing. */
export function addDepartmentMembers(call: Call): unknown {
  const department = departmentIn(call);
  const people = peopleIn(call, call.settings.unknownInAdd);
  call.pool.atomically(() => {
    for (const user of people) joinDepartment(call, user, department.id);
  });
  for (const user of people) call.objects.add(user.id);
  return IS_SUCCESS;
}

export function removeDepartmentMembers(call: Call): unknown {
  const department = departmentIn(call);
  const leaving = new Set([department.id]);
  const people = peopleIn(call, call.settings.unknownInRemove);
  const members = people.filter((user) => call.pool.users.members(department.id).has(user.id));
  const stranded = members.some((user) => user.memberships.length === 1);
  if (stranded && call.settings.removeLastDepartment === 'refuse') {
    throw notAllowed('用户至少需要属于一个部门');
  }
  for (const user of members) leaveDepartments(call, user.id, leaving);
  for (const user of people) call.objects.add(user.id);
  return IS_SUCCESS;
}

function idsIn(call: Call, department: Department, withChildren: boolean): string[] {
  const { departments, users } = call.pool;
  if (!withChildren) return [...users.members(department.id)];
  const all = [department, ...departments.below(department.id)];
  return [...new Set(all.flatMap((it) => [...users.members(it.id)]))];
}

/** All ids in one reply: there is no paging, and only direct members. */
export const listDepartmentMemberIds = (call: Call): unknown =>
  idsIn(call, departmentIn(call), false);

export function listDepartmentMembers(call: Call): unknown {
  const { params, pool } = call;
  const department = departmentIn(call);
  const { page, limit } = pageOf(params);
  const ids = idsIn(call, department, flag(params, 'includeChildrenDepartments'));
  const people = sorted(
    call,
    ids.flatMap((id) => pool.users.get(id) ?? []),
  );
  const options = userViewOptions(params);
  const list = people.slice((page - 1) * limit, page * limit);
  return { totalCount: people.length, list: list.map((user) => userView(call, user, options)) };
}

export function searchDepartmentMembers(call: Call): unknown {
  const { params, pool } = call;
  const department = departmentIn(call);
  const keywords = requiredText(params, 'keywords');
  const { page, limit } = pageOf(params);
  const ids = idsIn(call, department, flag(params, 'includeChildrenDepartments'));
  const matching = ids
    .flatMap((id) => pool.users.get(id) ?? [])
    .filter(({ profile }) =>
      ['name', 'nickname', 'username', 'phone', 'email'].some((field) =>
        String(profile[field] ?? '').includes(keywords),
      ),
    );
  const options = userViewOptions(params);
  const list = sorted(call, matching).slice((page - 1) * limit, page * limit);
  return { totalCount: matching.length, list: list.map((user) => userView(call, user, options)) };
}

/** Members are kept in the order they joined; newest first is the default. */
function sorted(call: Call, people: User[]): User[] {
  const sortBy = choice(call.params, 'sortBy', [
    'Default',
    'JoinDepartmentAt',
    'userId',
    'createAt',
    'updatedAt',
  ]);
  const descending = choice(call.params, 'orderBy', ['Asc', 'Desc']) !== 'Asc';
  if (sortBy === 'userId') people.sort((a, b) => (a.id < b.id ? -1 : 1));
  if (sortBy === 'createAt') people.sort((a, b) => a.createdAt - b.createdAt);
  if (sortBy === 'updatedAt') people.sort((a, b) => a.updatedAt - b.updatedAt);
  return descending ? people.reverse() : people;
}

export function isUserInDepartment(call: Call): unknown {
  const department = departmentIn(call);
  const user = userIn(call, {});
  const withChildren = flag(call.params, 'includeChildrenDepartments');
  const { departments } = call.pool;
  const inDepartment = user.memberships.some(({ departmentId }) => {
    if (departmentId === department.id) return true;
    const joined = departments.get(departmentId);
    if (!withChildren || joined === undefined) return false;
    return departments.path(joined).some((above) => above.id === department.id);
  });
  return { inDepartment };
}
