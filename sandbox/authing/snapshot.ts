/** The whole state as plain JSON, and back. */
import { isObject } from './parameters.ts';
import type { Pool } from './pool.ts';
import type {
  AccessKey,
  CustomField,
  Department,
  Notification,
  Organization,
  User,
} from './records.ts';

const VERSION = 1;

export interface PoolSnapshot {
  id: string;
  secret: string;
  keys: AccessKey[];
  tokenGeneration: number;
  newestTokens: [string, string][];
  organizations: Organization[];
  departments: Department[];
  users: User[];
  customFields: CustomField[];
  notifications: Notification[];
}

export interface AuthingSnapshot {
  version: typeof VERSION;
  /** How many ids were made, so that none is made twice. */
  idsMade: number;
  pools: PoolSnapshot[];
}

/** Records are never changed in place, so the lists are a true copy. */
export function poolSnapshot(pool: Pool): PoolSnapshot {
  return {
    id: pool.id,
    secret: pool.secret,
    keys: [...pool.keys.values()],
    tokenGeneration: pool.tokenGeneration,
    newestTokens: [...pool.newestTokens],
    organizations: pool.departments.allOrganizations(),
    departments: [...pool.departments.all()],
    users: [...pool.users.all()],
    customFields: [...pool.customFields.values()],
    notifications: [...pool.notifications],
  };
}

export function authingSnapshot(pools: Iterable<Pool>, idsMade: number): AuthingSnapshot {
  return { version: VERSION, idsMade, pools: [...pools].map(poolSnapshot) };
}

/** Fills an empty pool. */
export function fillPool(pool: Pool, state: PoolSnapshot): void {
  for (const key of state.keys) pool.addKey(key);
  pool.tokenGeneration = state.tokenGeneration;
  for (const [key, token] of state.newestTokens) pool.newestTokens.set(key, token);
  for (const organization of state.organizations) pool.departments.putOrganization(organization);
  for (const department of state.departments) pool.departments.put(department);
  for (const user of state.users) pool.users.put(user);
  pool.users.sortMembers();
  for (const field of state.customFields) {
    pool.customFields.set(`${field.targetType}:${field.key}`, field);
  }
  pool.notifications.push(...state.notifications);
}

/** @throws Error when the state is not one of this sandbox. */
export function readSnapshot(state: unknown): AuthingSnapshot {
  if (isObject(state) && state['version'] === VERSION && Array.isArray(state['pools'])) {
    return state as unknown as AuthingSnapshot;
  }
  throw new Error(`not a state of the simulated Authing (version ${VERSION})`);
}
