/** Reads organisations, departments and people of Authing; who holds it cannot write. */
import { ProblemError, problem } from '../../model/problem.ts';
import { readDepartments } from './department-list.ts';
import { replies } from './replies.ts';
import type { TargetDepartment, TargetOrganization, TargetPerson } from '../../model/directory.ts';
import type { ProblemCode } from '../../model/problem.ts';
import type { PersonIdType, TargetReader } from '../target.ts';
import type { AuthingClient } from './client.ts';

/** Array limit of get-user-batch and page limit of every list (docs-v3, marked per field). */
export const BATCH_LIMIT = 50;
/** More organisations than any pool has; ends a list that never ends. */
const PAGES_MAX = 200;

/** The value of a read, or null when Authing said clearly that the object does not exist. */
async function orNull<T>(read: Promise<T>, ...gone: ProblemCode[]): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ProblemError && gone.includes(error.problem.code)) return null;
    throw error;
  }
}

export function createAuthingReader(client: AuthingClient): TargetReader {
  /** The root of an organisation never changes; only its code can be given to another organisation. */
  const roots = new Map<string, string>();

  async function organization(
    code: string,
    signal?: AbortSignal,
  ): Promise<TargetOrganization | null> {
    const found = await orNull(
      client.read({
        name: 'get-organization',
        query: { organizationCode: code, withCustomData: 'false' },
        parse: replies.organization,
        signal,
      }),
      'TARGET_ORGANIZATION_NOT_FOUND',
    );
    if (found) roots.set(code, found.rootId);
    return found;
  }

  async function departments(code: string, signal?: AbortSignal): Promise<TargetDepartment[]> {
    const rootId = roots.get(code) ?? (await organization(code, signal))?.rootId;
    if (rootId === undefined) throw new ProblemError(problem('TARGET_ORGANIZATION_NOT_FOUND'));
    return readDepartments(client, { organizationCode: code, rootId }, signal);
  }

  return {
    organization,
    organizations: (signal) => readOrganizations(client, signal),
    departments,
    departmentByKey: (code, key, signal) => departmentByKey(client, code, key, signal),
    people: (ids, type, signal) => readPeople(client, ids, type, signal),
    peopleWith: (field, values, signal) => searchPeople(client, field, values, signal),
    memberIds: (code, departmentId, signal) =>
      client.read({
        name: 'list-department-member-ids',
        query: { organizationCode: code, departmentId, departmentIdType: 'department_id' },
        parse: replies.memberIds,
        signal,
      }),
    customFields: (signal) =>
      client.read({
        name: 'get-custom-fields',
        query: { targetType: 'USER' },
        parse: replies.customFields,
        signal,
      }),
    get calls() {
      return client.calls;
    },
  };
}

async function readOrganizations(
  client: AuthingClient,
  signal?: AbortSignal,
): Promise<TargetOrganization[]> {
  const all = new Map<string, TargetOrganization>();
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { list, totalCount } = await client.read({
      name: 'list-organizations',
      query: { page: String(page), limit: String(BATCH_LIMIT), withCustomData: 'false' },
      parse: replies.organizations,
      signal,
    });
    for (const it of list) all.set(it.code, it);
    const enough = totalCount !== null && page * BATCH_LIMIT >= totalCount;
    if (list.length < BATCH_LIMIT || enough) return [...all.values()];
  }
  throw new ProblemError(problem('TARGET_LIST_INCOMPLETE', { interface: 'list-organizations' }));
}

async function departmentByKey(
  client: AuthingClient,
  code: string,
  key: string,
  signal?: AbortSignal,
) {
  const find = (type: 'open_department_id' | 'code') =>
    orNull(readDepartment(client, code, key, type, signal), 'DATA_DEPARTMENT_GONE');
  const found = await find('open_department_id');
  if (found?.key === key) return found;
  // An adopted department carries our key in its code, as the other cannot be set later.
  const adopted = await find('code');
  return adopted?.code === key ? adopted : null;
}

/** One department; what does not exist is thrown as DATA_DEPARTMENT_GONE. */
export function readDepartment(
  client: AuthingClient,
  organizationCode: string,
  departmentId: string,
  type: 'department_id' | 'open_department_id' | 'code',
  signal?: AbortSignal,
): Promise<TargetDepartment> {
  return client.read({
    name: 'get-department',
    query: { organizationCode, departmentId, departmentIdType: type, withCustomData: 'false' },
    parse: replies.department,
    signal,
  });
}

async function readPeople(
  client: AuthingClient,
  given: string[],
  type: PersonIdType,
  signal?: AbortSignal,
): Promise<TargetPerson[]> {
  const ids = [...new Set(given)];
  // An empty list is refused ("参数 userIds 格式错误").
  if (ids.length === 0) return [];
  if (ids.length > BATCH_LIMIT) {
    throw new ProblemError(
      problem('BUG_TARGET_REQUEST', { interface: 'get-user-batch', field: 'userIds' }),
    );
  }
  try {
    return await client.read({
      name: 'get-user-batch',
      query: {
        'userIds[]': ids,
        userIdType: type,
        withCustomData: 'true',
        withDepartmentIds: 'true',
      },
      parse: replies.people,
      signal,
    });
  } catch (error) {
    if (!(error instanceof ProblemError) || !concernsOne(error, type)) throw error;
    if (ids.length === 1) return [];
    const half = Math.ceil(ids.length / 2);
    const left = await readPeople(client, ids.slice(0, half), type, signal);
    return [...left, ...(await readPeople(client, ids.slice(half), type, signal))];
  }
}

/** Pages on only where more people than values fit; whoever the search calls twice is there once. */
async function searchPeople(
  client: AuthingClient,
  field: string,
  values: string[],
  signal?: AbortSignal,
): Promise<TargetPerson[]> {
  const found = new Map<string, TargetPerson>();
  if (values.length === 0) return [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { list, totalCount } = await client.read({
      name: 'list-users',
      search: {
        advancedFilter: [{ field, operator: 'IN', value: [...new Set(values)] }],
        options: {
          pagination: { page, limit: BATCH_LIMIT },
          sort: [{ field: 'createdAt', order: 'asc' }],
          withCustomData: true,
          withDepartmentIds: true,
        },
      },
      parse: replies.listedPeople,
      signal,
    });
    for (const it of list) found.set(it.id, it);
    const enough = totalCount !== null && page * BATCH_LIMIT >= totalCount;
    if (list.length < BATCH_LIMIT || enough) return [...found.values()];
  }
  throw new ProblemError(problem('TARGET_LIST_INCOMPLETE', { interface: 'list-users' }));
}

/**
 * Whether a whole batch was refused for one id's sake: absent people are presumably left out, but "not
 * found" for the whole is possible, and a phone number or an address of bad form is refused as `userId`.
 * Such an id cannot belong to anybody.
 */
function concernsOne({ problem: it }: ProblemError, type: PersonIdType): boolean {
  if (it.code === 'DATA_PERSON_GONE') return true;
  const badForm = it.code === 'BUG_TARGET_REQUEST' && /^userIds?$/.test(it.detail.field ?? '');
  return badForm && (type === 'phone' || type === 'email' || type === 'username');
}
