/** Resigning and deleting people (reference 3.7). */
import { notAllowed, userNotFound } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { runBatch } from './batch.ts';
import { leaveDepartments, setLeader } from './memberships.ts';
import { section, texts } from './parameters.ts';
import { userIdTypeIn, userIn, userUnder } from './user-lookup.ts';
import type { Call } from './call.ts';
import type { UserIdType } from './user-lookup.ts';
import type { User } from './records.ts';

/** Relations go, the profile stays, the account is closed; it is not meant to be undone. */
function resign(call: Call, user: User): void {
  if (user.status === 'Resigned') return;
  const all = new Set(user.memberships.map((membership) => membership.departmentId));
  leaveDepartments(call, user.id, all);
  const left = call.pool.users.get(user.id) ?? user;
  const { now } = call;
  call.pool.users.put({ ...left, status: 'Resigned', statusChangedAt: now, updatedAt: now });
}

export function resignUser(call: Call): unknown {
  resign(call, userIn(call));
  return IS_SUCCESS;
}

export function resignUserBatch(call: Call): unknown {
  eachPerson(call, userIdTypeIn(call.params), { act: (user) => resign(call, user) });
  return IS_SUCCESS;
}

/** The person and all their data go, with the places where they lead. */
export function deleteUsersBatch(call: Call): unknown {
  eachPerson(call, userIdTypeIn(section(call.params, 'options')), {
    check(user) {
      if (call.settings.deleteNeedsResignation === 'yes' && user.status !== 'Resigned') {
        throw notAllowed('请先办理离职再删除用户');
      }
    },
    act(user) {
      for (const departmentId of call.pool.departments.ledBy(user.id)) {
        setLeader(call, departmentId, user.id, false);
      }
      call.pool.users.drop(user.id);
    },
  });
  return IS_SUCCESS;
}

interface Removal {
  check?: (user: User) => void;
  act: (user: User) => void;
}

function eachPerson(call: Call, type: UserIdType, { check, act }: Removal): void {
  const ids = texts(call.params, 'userIds', call.settings);
  const people = ids.map((id) => userUnder(call, id, type));
  const checked = (user: User | undefined): void => {
    if (user !== undefined) check?.(user);
    else if (call.settings.unknownInRemove === 'refuse') throw userNotFound();
  };
  // Looked at before anybody goes, as taking a removal back would change the order of the people.
  if (call.settings.batch === 'atomic') people.forEach(checked);
  runBatch(call, people, {
    prepare: (user) => user as User | undefined,
    apply(user) {
      checked(user);
      if (user === undefined) return null;
      call.objects.add(user.id);
      act(user);
      return null;
    },
  });
}
