/** The simulated interfaces by name, as they stand in the path after /api/v3/. */
import * as customFields from './custom-fields.ts';
import * as departments from './departments.ts';
import * as departmentReads from './department-reads.ts';
import * as identities from './identities.ts';
import * as members from './members.ts';
import * as organizations from './organizations.ts';
import * as syncRelations from './sync-relations.ts';
import * as userDepartments from './user-departments.ts';
import * as userLeaves from './user-leaves.ts';
import * as userReads from './user-reads.ts';
import * as users from './users.ts';
import { listUsers } from './list-users.ts';
import type { Handler, Interface } from './call.ts';

const get = (handle: Handler, ...arrays: string[]): Interface => ({
  method: 'GET',
  handle,
  arrays,
});
const post = (handle: Handler): Interface => ({ method: 'POST', handle });

/** Needs no credentials, so it is not in the table. */
export const TOKEN_INTERFACE = 'get-management-token';

export const interfaces: ReadonlyMap<string, Interface> = new Map(
  Object.entries({
    'list-organizations': get(organizations.listOrganizations),
    'search-organizations': get(organizations.searchOrganizations),
    'get-organization': get(organizations.getOrganization),
    'get-organization-batch': get(organizations.getOrganizationBatch, 'organizationCodeList'),
    'create-organization': post(organizations.createOrganization),
    'update-organization': post(organizations.updateOrganization),
    'delete-organization': post(organizations.deleteOrganization),
    'update-organization-status': post(organizations.updateOrganizationStatus),

    'create-department': post(departments.createDepartment),
    'update-department': post(departments.updateDepartment),
    'delete-department': post(departments.deleteDepartment),
    'update-department-status': post(departments.updateDepartmentStatus),
    'get-department': get(departmentReads.getDepartment),
    'get-department-by-id': get(departmentReads.getDepartmentById, 'appTypeList'),
    'get-parent-department': get(departmentReads.getParentDepartment),
    'list-children-departments': get(departmentReads.listChildrenDepartments),
    'get-all-departments': get(departmentReads.getAllDepartments),
    'search-departments': post(departmentReads.searchDepartments),
    'search-departments-list': post(departmentReads.searchDepartmentsList),

    'add-department-members': post(members.addDepartmentMembers),
    'remove-department-members': post(members.removeDepartmentMembers),
    'list-department-members': get(members.listDepartmentMembers),
    'search-department-members': get(members.searchDepartmentMembers),
    'list-department-member-ids': get(members.listDepartmentMemberIds),
    'is-user-in-department': get(members.isUserInDepartment),

    'create-user': post(users.createUser),
    'create-users-batch': post(users.createUsersBatch),
    'update-user': post(users.updateUser),
    'update-user-batch': post(users.updateUserBatch),
    'get-user': get(userReads.getUser),
    'get-user-batch': get(userReads.getUserBatch, 'userIds'),
    'is-user-exists': post(userReads.isUserExists),
    'list-archived-users': get(userReads.listArchivedUsers),
    'list-users': post(listUsers),
    'resign-user': post(userLeaves.resignUser),
    'resign-user-batch': post(userLeaves.resignUserBatch),
    'delete-users-batch': post(userLeaves.deleteUsersBatch),
    'get-user-departments': get(userDepartments.getUserDepartments),
    'set-user-departments': post(userDepartments.setUserDepartments),

    'link-identity': post(identities.linkIdentity),
    'unlink-identity': post(identities.unlinkIdentity),
    'get-user-identities': get(identities.getUserIdentities),

    'get-user-sync-relations': get(syncRelations.getUserSyncRelations),
    'delete-user-sync-relations': post(syncRelations.deleteUserSyncRelations),
    'get-department-sync-relations': get(syncRelations.getDepartmentSyncRelations),
    'delete-department-sync-relations': post(syncRelations.deleteDepartmentSyncRelations),

    'set-custom-fields': post(customFields.setCustomFields),
    'get-custom-fields': get(customFields.getCustomFields),
    'set-custom-data': post(customFields.setCustomData),
    'get-custom-data': get(customFields.getCustomData),
  }),
);
