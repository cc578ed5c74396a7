/** All workflows of the worker's bundle. */
export { importOrganization } from './import-organization.ts';
export { syncObject } from './sync-object.ts';
