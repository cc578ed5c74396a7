/** Finer rules of the simulated Authing that hold whatever the switches say, or under one of them. */
import { describe, expect, it } from 'vitest';
import { signatureOf, stringToSign } from '../../sandbox/authing/signature.ts';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { desk, outcomeOf, request, START, tokenOf } from './authing-desk.ts';
import { addDepartment, addPerson } from './authing-switch-scenes-departments.ts';
import type { Envelope } from '../../sandbox/authing/envelope.ts';

const organizationCode = 'acme';

describe('leaders', () => {
  it('stop leading a department when they leave it, and only that one', () => {
    const at = desk();
    const a = addDepartment(at).departmentId;
    const b = addDepartment(at).departmentId;
    const c = addDepartment(at).departmentId;
    const { userId } = addPerson(at, { departmentIds: [a, b, c] });
    const lead = (departmentId: string, leaderUserIds: string[]) =>
      at.ok('update-department', { organizationCode, departmentId, leaderUserIds });
    const leaders = (): number[] =>
      [a, b, c].map(
        (departmentId) =>
          at.ok('get-department', { organizationCode, departmentId }).leaderUserIds.length,
      );
    for (const id of [a, b, c]) lead(id, [userId]);
    at.ok('remove-department-members', { organizationCode, departmentId: a, userIds: [userId] });
    expect(leaders()).toEqual([0, 1, 1]);
    at.ok('set-user-departments', { userId, departments: [{ departmentId: c }] });
    expect(leaders()).toEqual([0, 0, 1]);
    lead(c, []);
    lead(c, [userId]);
    at.ok('delete-users-batch', { userIds: [userId] });
    expect(leaders()).toEqual([0, 0, 0]);
  });

  it('of a deleted account go also where they were no members, and stay away after a demotion', () => {
    const at = desk();
    const { departmentId } = addDepartment(at);
    const other = addPerson(at, { username: 'other' }).userId;
    const { userId } = addPerson(at);
    const lead = (leaderUserIds: string[]) =>
      at.ok('update-department', { organizationCode, departmentId, leaderUserIds });
    lead([userId, other]);
    lead([other]);
    const updatedAt = (): string =>
      at.ok('get-department', { organizationCode, departmentId }).updatedAt as string;
    const before = updatedAt();
    at.advance(1000);
    at.ok('delete-users-batch', { userIds: [userId] });
    expect(updatedAt()).toBe(before);
    at.ok('delete-users-batch', { userIds: [other] });
    const { leaderUserIds } = at.ok('get-department', { organizationCode, departmentId });
    expect(leaderUserIds).toEqual([]);
  });
});

describe('the main department', () => {
  it('is the one that is flagged, and falls to the first one left when it is left', () => {
    const at = desk();
    const [a, b] = [addDepartment(at).departmentId, addDepartment(at).departmentId];
    const { userId } = addPerson(at);
    const departments = [{ departmentId: a }, { departmentId: b, isMainDepartment: true }];
    at.ok('set-user-departments', { userId, departments });
    expect(at.ok('get-user', { userId }).mainDepartmentId).toBe(b);
    at.ok('remove-department-members', { organizationCode, departmentId: b, userIds: [userId] });
    expect(at.ok('get-user', { userId }).mainDepartmentId).toBe(a);
  });
});

describe('resignation', () => {
  it('of somebody who has resigned changes nothing', () => {
    const at = desk();
    const { userId } = addPerson(at);
    at.ok('resign-user', { userId });
    at.advance(1000);
    const before = JSON.stringify(at.authing.state());
    at.ok('resign-user', { userId });
    expect(JSON.stringify(at.authing.state())).toBe(before);
  });

  it('with free keys does not free those of people who stay', () => {
    const at = desk({ switches: { resignedIdentifiers: 'free' } });
    addPerson(at, { username: 'stays' });
    expect(at.code('create-user', { username: 'stays' })).toBe('409/2026');
  });

  it('is not undone while somebody else has taken the key', () => {
    const at = desk({ switches: { resignedIdentifiers: 'free', resignedReactivation: 'allow' } });
    const { userId } = addPerson(at, { username: 'once' });
    at.ok('resign-user', { userId });
    const taker = addPerson(at, { username: 'once' });
    const back = { userId, status: 'Activated' };
    expect(at.code('update-user', back)).toBe('409/2026');
    at.ok('delete-users-batch', { userIds: [taker.userId] });
    expect(at.code('update-user', back)).toBe('200');
  });
});

describe('taking people out of a department', () => {
  it('never strands somebody who is not in it', () => {
    const at = desk({ switches: { removeLastDepartment: 'refuse' } });
    const [a, b] = [addDepartment(at).departmentId, addDepartment(at).departmentId];
    const { userId } = addPerson(at, { departmentIds: [a] });
    const remove = (departmentId: string) =>
      at.code('remove-department-members', { organizationCode, departmentId, userIds: [userId] });
    expect([remove(b), remove(a)]).toEqual(['200', '422']);
  });
});

describe('organisations and departments', () => {
  it('keep their keys apart when they are renamed', () => {
    const at = desk();
    at.ok('create-organization', { organizationCode: 'other', organizationName: 'O' });
    const rename = (organizationNewCode: string) =>
      at.code('update-organization', { organizationCode: 'other', organizationNewCode });
    expect([rename('acme'), rename('other')]).toEqual(['409', '200']);
    addDepartment(at, { openDepartmentId: 'k' });
    const give = (openDepartmentId: string) =>
      at.code('update-organization', { organizationCode, openDepartmentId });
    expect([give('k'), give('root-key'), give('root-key')]).toEqual(['409', '200', '200']);
  });

  it('never move a root', () => {
    const at = desk();
    const { departmentId } = addDepartment(at);
    const move = { organizationCode, departmentId: 'root', parentDepartmentId: departmentId };
    expect(at.code('update-department', move)).toBe('422');
    at.ok('create-organization', { organizationCode: 'other', organizationName: 'O' });
    const rename = { organizationCode, departmentId: 'root', name: 'New' };
    expect(at.ok('update-department', rename).name).toBe('New');
    expect(at.ok('get-organization', { organizationCode }).organizationName).toBe('New');
  });

  it('are read as a whole by two of the five id types only', () => {
    const at = desk();
    addDepartment(at, { code: 'c' });
    const read = { organizationCode, departmentId: 'c', departmentIdType: 'code' };
    expect(at.code('get-all-departments', read)).toBe('400');
    expect(at.code('get-department', read)).toBe('200');
  });

  it('change status', () => {
    const at = desk();
    const { departmentId } = addDepartment(at);
    at.ok('update-department-status', { departmentId, status: false });
    const children = (status: boolean): number =>
      at.ok('list-children-departments', { organizationCode, departmentId: 'root', status })
        .totalCount as number;
    expect([children(true), children(false)]).toEqual([0, 1]);
    const rootNodeId = at.ok('get-organization', { organizationCode }).departmentId;
    at.ok('update-organization-status', { rootNodeId, status: 'false' });
    expect(at.ok('get-organization', { organizationCode }).status).toBe('false');
  });
});

describe('a query', () => {
  it('never splits an array that came in brackets', () => {
    const at = desk({ switches: { commaArrays: 'accepted' } });
    addPerson(at, { username: 'a,b' });
    const query = new URLSearchParams({ 'userIds[]': 'a,b', userIdType: 'username' });
    const headers = { authorization: tokenOf(at.authing) };
    const reply = at.authing.handle(request('GET', 'get-user-batch', query, headers));
    expect((reply.body as Envelope).data).toHaveLength(1);
  });

  it('signed with nothing but undefined values ends in a bare "?"', () => {
    const { authing } = desk();
    const headers: Record<string, string> = {
      date: new Date(START).toUTCString(),
      'x-authing-signature-method': 'HMAC-SHA1',
      'x-authing-signature-version': '1.0',
    };
    const message = stringToSign('GET', '/api/v3/list-organizations', headers, {});
    const signature = signatureOf(DEFAULT_POOL.secret, `${message}?`);
    headers['authorization'] = `authing ${DEFAULT_POOL.id}:${signature}`;
    const call = request('GET', 'list-organizations', {}, headers);
    expect(outcomeOf(authing.handle(call))).toBe('200: 200');
  });
});

describe('a body that is not JSON', () => {
  it('is 400 and changes nothing', () => {
    const at = desk();
    const headers = { authorization: tokenOf(at.authing) };
    const broken = {
      ...request('POST', 'create-user', {}, headers),
      body: null,
      rawBody: '{"user',
    };
    expect(outcomeOf(at.authing.handle(broken))).toBe('200: 400');
  });
});
