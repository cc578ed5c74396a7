/** People and departments that nobody synchronises, so that tests can prove they stay byte for byte. */
import type { IdSource } from './ids.ts';
import type { Pool } from './pool.ts';
import type { Department, User } from './records.ts';

export interface ForeignOptions {
  organizationCode?: string;
  departments?: number;
  people?: number;
}

export interface ForeignData {
  organizationCode: string;
  departmentIds: string[];
  userIds: string[];
}

interface Maker {
  ids: IdSource;
  now: number;
}

/** Adds an organisation with a chain of departments, their people, and one person outside of any department. */
export function addForeign(
  pool: Pool,
  { ids, now }: Maker,
  { organizationCode = 'globex', departments = 3, people = 6 }: ForeignOptions = {},
): ForeignData {
  const root = department(ids.objectId(), null, 'Globex', now);
  pool.departments.putOrganization({ code: organizationCode, rootId: root.id, status: null });
  const chain: Department[] = [{ ...root, code: organizationCode }];
  for (let count = 1; count <= departments; count += 1) {
    const parent = chain.at(-1) ?? root;
    const made = department(ids.objectId(), parent, `Foreign ${count}`, now);
    // Only some have keys: an own system of theirs may have given them, or nobody.
    chain.push(count % 2 === 1 ? { ...made, openDepartmentId: `globex-${count}` } : made);
  }
  for (const it of chain) pool.departments.put(it);
  const userIds: string[] = [];
  for (let count = 1; count <= people; count += 1) {
    const place = count === people ? undefined : chain[count % chain.length];
    const made = person(ids.objectId(), count, place, now);
    pool.users.put(made);
    userIds.push(made.id);
  }
  return { organizationCode, departmentIds: chain.map((it) => it.id), userIds };
}

function department(id: string, parent: Department | null, name: string, now: number): Department {
  return {
    id,
    rootId: parent?.rootId ?? id,
    parentId: parent?.id ?? null,
    name,
    code: null,
    openDepartmentId: null,
    description: null,
    isVirtualNode: false,
    status: true,
    leaderUserIds: [],
    i18n: null,
    customData: {},
    postIdList: [],
    syncRelations: [],
    createdAt: now,
    updatedAt: now,
  };
}

function person(id: string, count: number, place: Department | undefined, now: number): User {
  return {
    id,
    createdAt: now,
    updatedAt: now,
    status: count % 4 === 0 ? 'Suspended' : 'Activated',
    statusChangedAt: now,
    profile: {
      username: `globex-${count}`,
      name: `Foreign Person ${count}`,
      email: `person${count}@globex.example`,
      ...(count % 2 === 0 ? { externalId: `globex:${count}` } : {}),
    },
    customData: {},
    memberships: place ? [{ departmentId: place.id, isLeader: false, joinedAt: now }] : [],
    mainDepartmentId: place?.id ?? null,
    identities: [],
    syncRelations: [],
    passwordSetAt: null,
    source: 'register',
  };
}
