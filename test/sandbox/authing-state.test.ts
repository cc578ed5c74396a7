/** The state of the simulated Authing: kept, restored, undone, lagging, and what a call says about its effect. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { desk, request, tokenOf } from './authing-desk.ts';
import type { Desk, Json } from './authing-desk.ts';

const organizationCode = 'acme';

function addDepartment(at: Desk, more: object = {}): Json {
  const place = { organizationCode, name: 'D', parentDepartmentId: 'root' };
  return at.ok('create-department', { ...place, ...more });
}

/** A sandbox with something of everything in it. */
function furnished(): Desk {
  const at = desk();
  const field = { targetType: 'USER', key: 'badge', dataType: 'STRING', label: 'Badge' };
  at.ok('set-custom-fields', { list: [field] });
  const a = addDepartment(at, { openDepartmentId: 'k:a', code: 'a' });
  const b = addDepartment(at, { parentDepartmentId: a.departmentId });
  const list = [1, 2, 3].map((n) => ({
    username: `u${n}`,
    phone: `1380000000${n}`,
    email: `u${n}@n.example`,
    externalId: `e${n}`,
    customData: { badge: String(n) },
  }));
  const made = at.ok('create-users-batch', { list });
  const userIds = made.map((it: Json) => it.userId);
  // The last joins first: the order of members is not the order of people.
  for (const userId of [...userIds].reverse()) {
    at.advance(1000);
    const call = { organizationCode, departmentId: b.departmentId, userIds: [userId] };
    at.ok('add-department-members', call);
  }
  at.ok('link-identity', { userId: userIds[0], extIdpId: 'idp', userIdInIdp: 'union' });
  const leads = { organizationCode, departmentId: a.departmentId, leaderUserIds: [userIds[0]] };
  at.ok('update-department', leads);
  at.authing.addPool({ id: 'f'.repeat(24), secret: 's' });
  return at;
}

describe('a snapshot', () => {
  it('restores into an equal sandbox after a way through JSON', () => {
    const { authing } = furnished();
    const kept: unknown = JSON.parse(JSON.stringify(authing.snapshot()));
    const other = desk().authing;
    other.restore(kept);
    expect(other.snapshot()).toEqual(kept);
    expect(other.poolIds()).toEqual([DEFAULT_POOL.id, 'f'.repeat(24)]);
  });

  it('restores the indexes: keys stay taken, people and departments are found, members keep their order', () => {
    const before = furnished();
    const at = desk();
    at.authing.restore(JSON.parse(JSON.stringify(before.authing.snapshot())));
    for (const key of [{ phone: '13800000001' }, { email: 'U1@n.example' }, { externalId: 'e1' }]) {
      expect(at.code('create-user', { username: 'new', ...key })).toBe('409/2026');
    }
    const one = at.ok('get-user', { userId: 'idp:union', userIdType: 'identity' });
    expect(one.username).toBe('u1');
    const tree = at.ok('get-all-departments', { organizationCode });
    expect(tree).toEqual(before.ok('get-all-departments', { organizationCode }));
    const members = { organizationCode, departmentId: tree.list[1].departmentId };
    const order = before.ok('list-department-member-ids', members);
    expect(order).toHaveLength(3);
    expect(at.ok('list-department-member-ids', members)).toEqual(order);
  });

  it('does not change with what happens after it', () => {
    const at = furnished();
    const snapshot = at.authing.snapshot();
    const before = JSON.stringify(snapshot);
    const [one] = at.ok('get-user-batch', { userIds: ['e1'], userIdType: 'external_id' });
    at.ok('update-user', { userId: one.userId, name: 'New', customData: { badge: '9' } });
    at.ok('delete-users-batch', { userIds: [one.userId] });
    addDepartment(at);
    expect(JSON.stringify(snapshot)).toBe(before);
    at.authing.restore(snapshot);
    // The count of ids only ever grows, so that none is made twice.
    const kept = JSON.parse(before) as { idsMade: number };
    const back = at.authing.snapshot() as object;
    expect({ ...back, idsMade: kept.idsMade }).toEqual(kept);
    expect(back).toMatchObject({ idsMade: kept.idsMade + 1 });
  });

  it('refuses a state that is not its own', () => {
    expect(() => desk().authing.restore({ version: 99 })).toThrow('not a state');
    expect(() => desk().authing.restore(null)).toThrow('not a state');
  });
});

describe('foreign data', () => {
  it('stay byte for byte while our own organisation is written', () => {
    const at = desk({ foreign: { people: 8, departments: 4 } });
    const { users, departments } = at.authing.state();
    const foreignUsers = JSON.stringify(users);
    const foreignDepartments = JSON.stringify(departments.filter((it) => it.name !== 'Acme'));
    const { departmentId } = addDepartment(at, { openDepartmentId: 'globex-1' });
    const { userId } = at.ok('create-user', { username: 'ours', departmentIds: [departmentId] });
    at.ok('update-user', { userId, name: 'Ours' });
    const state = at.authing.state();
    const own = new Set([userId, departmentId]);
    expect(JSON.stringify(state.users.filter((it) => !own.has(it.id)))).toBe(foreignUsers);
    const others = state.departments.filter((it) => !own.has(it.id) && it.name !== 'Acme');
    expect(JSON.stringify(others)).toBe(foreignDepartments);
  });
});

describe('a failing atomic batch', () => {
  it('leaves people, their keys, departments and leaders as they were', () => {
    const at = furnished();
    at.authing.configure({ unknownInRemove: 'refuse' });
    const before = JSON.stringify(at.authing.state());
    const [leader] = at.ok('get-user-batch', { userIds: ['e1'], userIdType: 'external_id' });
    const userIds = [leader.userId, 'nobody'];
    expect(at.code('delete-users-batch', { userIds })).toBe('404/2004');
    expect(at.code('resign-user-batch', { userIds })).toBe('404/2004');
    const list = [{ userId: leader.userId, username: 'free' }, { userId: 'nobody' }];
    expect(at.code('update-user-batch', { list })).toBe('404/2004');
    expect(JSON.stringify(at.authing.state())).toBe(before);
    expect(at.code('create-user', { username: 'free' })).toBe('200');
  });
});

describe('list-users', () => {
  it('sees a change only after its delay, while reads by id see it at once', () => {
    const at = desk({ limits: { listUsersDelayMs: 5000 } });
    const listed = (): unknown => {
      const { totalCount, list } = at.ok('list-users');
      return [totalCount, ...list.map((it: Json) => it.name)];
    };
    const { userId } = at.ok('create-user', { username: 'u', name: 'First' });
    expect(at.ok('get-user', { userId }).name).toBe('First');
    expect(listed()).toEqual([0]);
    at.advance(4999);
    expect(listed()).toEqual([0]);
    at.advance(1);
    expect(listed()).toEqual([1, 'First']);

    at.ok('update-user', { userId, name: 'Second' });
    at.advance(2000);
    at.ok('update-user', { userId, name: 'Third' });
    expect(listed()).toEqual([1, 'First']);
    at.advance(3000);
    expect(listed()).toEqual([1, 'Second']);
    at.advance(2000);
    expect(listed()).toEqual([1, 'Third']);

    at.ok('delete-users-batch', { userIds: [userId] });
    expect(listed()).toEqual([1, 'Third']);
    at.advance(5000);
    expect(listed()).toEqual([0]);
  });
});

describe('a reply', () => {
  it('says which objects a call concerned and whether it changed anything', () => {
    const at = desk();
    const headers = { authorization: tokenOf(at.authing) };
    const post = (operation: string, body: Record<string, unknown>) => {
      const { objects, wrote } = at.authing.handle(request('POST', operation, body, headers));
      return { objects, wrote };
    };
    const { departmentId } = addDepartment(at);
    const { userId } = at.ok('create-user', { username: 'u' });
    const members = { organizationCode, departmentId, userIds: [userId] };
    const objects = [departmentId, userId];
    expect(post('add-department-members', members)).toEqual({ objects, wrote: true });
    expect(post('add-department-members', members)).toEqual({ objects, wrote: false });
    const created = post('create-user', { username: 'v' });
    expect(created).toMatchObject({ wrote: true, objects: [expect.stringMatching(/^\w{24}$/)] });
    expect(post('create-user', { username: 'v' })).toEqual({ objects: [], wrote: false });
    expect(post('update-user', { userId, name: 'N' })).toEqual({ objects: [userId], wrote: true });
    const read = request('GET', 'get-user', { userId }, headers);
    expect(at.authing.handle(read)).toMatchObject({ objects: [userId], wrote: false });
  });

  it('of a batch done in part still says that something was written', () => {
    const at = desk({ switches: { batch: 'stop', partialBatchReply: 'failure' } });
    const headers = { authorization: tokenOf(at.authing) };
    const list = [{ username: 'a' }, { username: 'a' }];
    const reply = at.authing.handle(request('POST', 'create-users-batch', { list }, headers));
    expect(reply).toMatchObject({ wrote: true, body: { statusCode: 409 } });
    expect(reply.objects).toHaveLength(1);
  });

  it('of an atomic batch that failed says that nothing was', () => {
    const at = desk();
    const headers = { authorization: tokenOf(at.authing) };
    const list = [{ username: 'a' }, { username: 'a' }];
    const reply = at.authing.handle(request('POST', 'create-users-batch', { list }, headers));
    expect(reply).toMatchObject({ wrote: false, body: { statusCode: 409 } });
  });

  it('names its interface without the common prefix', () => {
    const { authing } = desk();
    expect(authing.interfaceOf(request('GET', 'get-user', {}))).toBe('get-user');
  });
});
