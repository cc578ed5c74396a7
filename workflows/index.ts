/** All workflows of the worker's bundle. */
export { diagnoseConnection } from './diagnose-connection.ts';
export { importOrganization } from './import-organization.ts';
export { recoverEvents, wakeRecovery } from './recover-events.ts';
export { syncObject } from './sync-object.ts';
