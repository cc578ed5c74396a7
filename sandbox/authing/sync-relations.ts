/** Relations that Authing's own sync made; an outside service can read and delete them, not create them (reference 2.1). */
import { IS_SUCCESS } from './call.ts';
import { departmentIn } from './department-lookup.ts';
import { requiredText } from './parameters.ts';
import { userIn } from './user-lookup.ts';
import type { Call } from './call.ts';

export const getUserSyncRelations = (call: Call): unknown => userIn(call).syncRelations;

export function deleteUserSyncRelations(call: Call): unknown {
  const provider = requiredText(call.params, 'provider');
  const user = userIn(call);
  const syncRelations = user.syncRelations.filter((it) => it.provider !== provider);
  if (syncRelations.length < user.syncRelations.length) {
    call.pool.users.put({ ...user, syncRelations, updatedAt: call.now });
  }
  return IS_SUCCESS;
}

export const getDepartmentSyncRelations = (call: Call): unknown => departmentIn(call).syncRelations;

export function deleteDepartmentSyncRelations(call: Call): unknown {
  const provider = requiredText(call.params, 'provider');
  const department = departmentIn(call);
  const syncRelations = department.syncRelations.filter((it) => it.provider !== provider);
  if (syncRelations.length < department.syncRelations.length) {
    call.pool.departments.put({ ...department, syncRelations, updatedAt: call.now });
  }
  return IS_SUCCESS;
}
