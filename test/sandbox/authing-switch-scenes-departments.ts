/** What each switch over departments and organisations changes. */
import type { Desk, Json } from './authing-desk.ts';
import type { AuthingSwitches } from '../../sandbox/authing/switches.ts';

export interface Scene {
  /** Plays the scene in a sandbox that has the switch set, and tells what was seen. */
  seen: (at: Desk) => unknown;
  /** What is expected, per value of the switch. */
  outcomes: Record<string, unknown>;
}

export type Scenes<Name extends keyof AuthingSwitches> = Record<Name, Scene>;

const organizationCode = 'acme';

export function addDepartment(at: Desk, more: Record<string, unknown> = {}): Json {
  return at.ok('create-department', {
    organizationCode,
    name: 'D',
    parentDepartmentId: 'root',
    ...more,
  });
}

export function addPerson(at: Desk, more: Record<string, unknown> = {}): Json {
  return at.ok('create-user', { username: 'u1', ...more });
}

const departmentCount = (at: Desk): number =>
  at.ok('get-all-departments', { organizationCode }).totalCount as number;

/** Code of creating a second department with the same `key`. */
const secondDepartment = (at: Desk, key: Record<string, unknown>, inOther = false): string => {
  addDepartment(at, key);
  const other = inOther ? { organizationCode: 'other' } : {};
  if (inOther) at.ok('create-organization', { organizationCode: 'other', organizationName: 'O' });
  return at.code('create-department', {
    organizationCode,
    name: 'E',
    parentDepartmentId: 'root',
    ...key,
    ...other,
  });
};

export const departmentScenes: Scenes<
  | 'deleteDepartment'
  | 'deleteRoot'
  | 'removeLastDepartment'
  | 'duplicateDepartmentCode'
  | 'duplicateOpenDepartmentId'
  | 'departmentKeyScope'
  | 'sameNameSiblings'
  | 'allDepartmentsRoot'
  | 'parentIdType'
  | 'codeAlphabet'
  | 'emptyOrganizationCode'
  | 'leaders'
  | 'unknownLeader'
> = {
  deleteDepartment: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const below = addDepartment(at, { parentDepartmentId: departmentId });
      const { userId } = addPerson(at, { departmentIds: [below.departmentId] });
      const code = at.code('delete-department', { organizationCode, departmentId });
      const { departmentIds } = at.ok('get-user', { userId, withDepartmentIds: true });
      return [code, departmentCount(at), departmentIds.length];
    },
    outcomes: { reject: ['422', 2, 1], cascade: ['200', 0, 0] },
  },
  deleteRoot: {
    seen(at) {
      addDepartment(at);
      const code = at.code('delete-department', { organizationCode, departmentId: 'root' });
      return [code, at.code('get-organization', { organizationCode })];
    },
    outcomes: { reject: ['422', '200'], tree: ['200', '404'] },
  },
  removeLastDepartment: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const { userId } = addPerson(at, { departmentIds: [departmentId] });
      const call = { organizationCode, departmentId, userIds: [userId] };
      return at.code('remove-department-members', call);
    },
    outcomes: { allow: '200', refuse: '422' },
  },
  duplicateDepartmentCode: {
    seen: (at) => secondDepartment(at, { code: 'k' }),
    outcomes: { refuse: '409', allow: '200' },
  },
  duplicateOpenDepartmentId: {
    seen: (at) => secondDepartment(at, { openDepartmentId: 'k' }),
    outcomes: { refuse: '409', allow: '200' },
  },
  departmentKeyScope: {
    seen: (at) => secondDepartment(at, { openDepartmentId: 'k' }, true),
    outcomes: { organization: '200', pool: '409' },
  },
  sameNameSiblings: {
    seen: (at) => secondDepartment(at, { name: 'Same' }),
    outcomes: { allow: '200', refuse: '409' },
  },
  allDepartmentsRoot: {
    seen(at) {
      addDepartment(at);
      const { list } = at.ok('get-all-departments', { organizationCode });
      return list.map((it: Json) => it.name);
    },
    outcomes: { no: ['D'], yes: ['Acme', 'D'] },
  },
  parentIdType: {
    seen(at) {
      addDepartment(at, { openDepartmentId: 'home' });
      const { departmentId: systemId } = addDepartment(at, { openDepartmentId: 'other' });
      addDepartment(at, { openDepartmentId: 'moved' });
      const move = (parentDepartmentId: string) =>
        at.code('update-department', {
          organizationCode,
          departmentId: 'moved',
          departmentIdType: 'open_department_id',
          parentDepartmentId,
        });
      return [move('home'), move(systemId as string)];
    },
    outcomes: { covered: ['200', '404'], system: ['404', '200'] },
  },
  codeAlphabet: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const give = (code: string) =>
        at.code('update-department', { organizationCode, departmentId, code });
      return [give('corp:1'), give('corp_1'), give('a b')];
    },
    outcomes: { printable: ['200', '200', '400'], word: ['400', '200', '400'] },
  },
  emptyOrganizationCode: {
    seen: (at) =>
      at.code('create-organization', { organizationCode: '', organizationName: 'Nameless' }),
    outcomes: { accept: '200', refuse: '400' },
  },
  leaders: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const { userId } = addPerson(at);
      const departments = [{ departmentId, isLeader: true }];
      at.ok('set-user-departments', { userId, departments });
      const { leaderUserIds } = at.ok('get-department', { organizationCode, departmentId });
      at.ok('update-department', { organizationCode, departmentId, leaderUserIds: [] });
      const { list } = at.ok('get-user-departments', { userId });
      return [leaderUserIds.length, list[0].isLeader];
    },
    outcomes: { same: [1, false], separate: [0, true] },
  },
  unknownLeader: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const leaderUserIds = ['nobody'];
      return at.code('update-department', { organizationCode, departmentId, leaderUserIds });
    },
    outcomes: { refuse: '404/2004', drop: '200' },
  },
};
