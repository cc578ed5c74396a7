/** Who is in which department, who leads it, and which department is a person's main one (reference 3.6). */
import { notAllowed } from './envelope.ts';
import type { Call } from './call.ts';
import type { Membership, User } from './records.ts';

/** The memberships with more departments at their end; those already there stay as they are. */
export function joined(
  call: Call,
  memberships: readonly Membership[],
  departmentIds: Iterable<string>,
): readonly Membership[] {
  const known = new Set(memberships.map((membership) => membership.departmentId));
  const next = [...memberships];
  for (const departmentId of departmentIds) {
    if (known.has(departmentId)) continue;
    known.add(departmentId);
    next.push({ departmentId, isLeader: false, joinedAt: call.now });
  }
  const { departmentsPerUser } = call.settings;
  if (departmentsPerUser > 0 && next.length > departmentsPerUser) {
    throw notAllowed('用户所在部门数量超过限制');
  }
  return next.length === memberships.length ? memberships : next;
}

/** The main department: the one before if it is still there, else as the switch `mainDepartment` says. */
export function mainOf(
  call: Call,
  memberships: readonly Membership[],
  before: string | null,
): string | null {
  if (memberships.some((membership) => membership.departmentId === before)) return before;
  if (call.settings.mainDepartment === 'none') return null;
  return memberships[0]?.departmentId ?? null;
}

export function withMemberships(
  call: Call,
  user: User,
  memberships: readonly Membership[],
  main: string | null = user.mainDepartmentId,
): User {
  return {
    ...user,
    memberships,
    mainDepartmentId: mainOf(call, memberships, main),
    updatedAt: call.now,
  };
}

export function joinDepartment(call: Call, user: User, departmentId: string): void {
  const memberships = joined(call, user.memberships, [departmentId]);
  if (memberships === user.memberships) return;
  call.pool.users.put(withMemberships(call, user, memberships));
}

/** Takes a person out of departments; who led them does not lead them any more. */
export function leaveDepartments(call: Call, userId: string, leaving: ReadonlySet<string>): void {
  const user = call.pool.users.get(userId);
  if (user === undefined) return;
  const left = user.memberships.filter((membership) => !leaving.has(membership.departmentId));
  if (left.length === user.memberships.length) return;
  call.pool.users.put(withMemberships(call, user, left));
  if (call.settings.leaders === 'separate') return;
  for (const { departmentId } of user.memberships) {
    if (leaving.has(departmentId)) setLeader(call, departmentId, userId, false);
  }
}

/** Writes one person into or out of `leaderUserIds`. */
export function setLeader(call: Call, departmentId: string, userId: string, leads: boolean): void {
  const { departments } = call.pool;
  const department = departments.get(departmentId);
  if (department === undefined || department.leaderUserIds.includes(userId) === leads) return;
  const leaderUserIds = leads
    ? [...department.leaderUserIds, userId]
    : department.leaderUserIds.filter((id) => id !== userId);
  departments.put({ ...department, leaderUserIds, updatedAt: call.now });
}

export function isLeader(call: Call, userId: string, membership: Membership): boolean {
  if (call.settings.leaders === 'separate') return membership.isLeader;
  const department = call.pool.departments.get(membership.departmentId);
  return department?.leaderUserIds.includes(userId) ?? false;
}
