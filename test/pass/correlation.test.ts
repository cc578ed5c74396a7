/** Accounts that were there before: taken over where one fits alone, else listed and left byte for byte. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changeSource, clearLog, fault, requestLog, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { CompanyFacts, Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri'), claimMs: 2500, longestWriteMs: 1200 });
});
afterAll(() => desk?.stop());
beforeEach(() => clearLog(desk));

async function byHand<T>(name: string, body: object): Promise<T> {
  const reply = await desk.control<{ statusCode: number; message: string; data: T }>(
    '/authing/by-hand',
    { body: { interface: name, body } },
  );
  if (reply.statusCode !== 200) throw new Error(`${name}: ${reply.message}`);
  return reply.data;
}

/** An account by its username, as the target has it now. */
async function account(username: string) {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const found = pools[0]?.users.find((it) => it.profile['username'] === username);
  if (!found) throw new Error(`no account ${username}`);
  return found;
}

const key = (id: string): string => `${desk.facts.corpId}:${id}`;
const person = (userid: string, fields: object) => ({
  ...{ do: 'addPerson', userid, name: userid, departments: [300000001], ...fields },
});

const settings = {
  correlation: ['jobNumber', 'email', 'mobile'],
  mapping: {
    custom: { number: { from: ['jobNumber'], label: 'Number' } },
    defineCustomFields: true,
  },
};

/** Accounts that fit nobody, or not one person alone, and why. */
const unfit: Record<string, object> = {
  'two-a': { email: 'two@example.com' },
  'two-b': { phone: '13900000002' },
  keyed: { email: 'keyed@example.com', externalId: 'hr:7' },
  shared: { email: 'shared@example.com' },
  idle: { phone: '13900000005', status: 'Suspended' },
};

describe('the first import with correlation', () => {
  let before: string;
  let elsewhere: string;
  const untouched = async (): Promise<string> =>
    JSON.stringify(await Promise.all(Object.keys(unfit).map(account)));

  beforeAll(async () => {
    const field = { targetType: 'USER', key: 'number', label: 'Number', dataType: 'STRING' };
    await byHand('set-custom-fields', { list: [field] });
    await byHand('create-organization', { organizationCode: 'hr', organizationName: 'HR' });
    const { departmentId } = await byHand<{ departmentId: string }>('create-department', {
      ...{ organizationCode: 'hr', parentDepartmentId: 'root', name: '人事' },
    });
    elsewhere = departmentId;
    const create = (username: string, fields: object) =>
      byHand('create-user', { username, name: '旧名', ...fields });
    await create('by-mail', { email: 'XiaoHong@example.com', departmentIds: [departmentId] });
    await create('by-phone', { phone: '13800000002' });
    await create('by-number', { customData: { number: 'FH0003' } });
    for (const [name, fields] of Object.entries(unfit)) await create(name, fields);
    await changeSource(
      desk,
      person('p-two', { email: 'two@example.com', mobile: '13900000002' }),
      person('p-keyed', { email: 'keyed@example.com' }),
      person('p-shared-1', { email: 'shared@example.com', mobile: '13900000011' }),
      person('p-shared-2', { email: 'Shared@example.com', mobile: '13900000012' }),
      person('p-idle', { mobile: '139-0000-0005' }),
      person('p-new', { mobile: '13900000006' }),
    );
    await desk.settings(settings);
    before = await untouched();
  });

  it('takes over who fits alone, lists the others, and everybody else arrives', async () => {
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'partly_succeeded', verified: true });
    expect(passed.counts.people).toMatchObject({ read: 10, adopted: 3, created: 2, failed: 5 });
    const listed = passed.problems.map(({ object, problem: { code, detail } }) =>
      [object?.id, code, detail.field].join(' '),
    );
    expect(listed.sort()).toEqual([
      'p-idle CORRELATION_INACTIVE mobile',
      'p-keyed CORRELATION_FOREIGN_KEY email',
      'p-shared-1 CORRELATION_SHARED email',
      'p-shared-2 CORRELATION_SHARED email',
      'p-two CORRELATION_SEVERAL email, mobile',
    ]);
    expect(await untouched()).toBe(before);
  });

  it('gives the adopted our key and our departments, and leaves them their own', async () => {
    const ids = { 'by-mail': 'feihua-0001', 'by-phone': 'feihua-0002', 'by-number': 'feihua-0003' };
    for (const [username, id] of Object.entries(ids)) {
      const found = await account(username);
      expect(found.profile).toMatchObject({ externalId: key(id) });
      expect(found.profile['name']).not.toBe('旧名');
    }
    const { memberships } = await account('by-mail');
    expect(memberships).toHaveLength(2);
    expect(memberships.map((it) => it.departmentId)).toContain(elsewhere);
    const links = await desk.c.links.find({ kind: 'person', adopted: true }).toArray();
    expect(links.map((it) => it.sourceId).sort()).toEqual(Object.values(ids));
  });

  it('asks once a rule, and a second pass asks only for who is still open and writes nothing', async () => {
    const passed = await desk.pass();
    expect(passed.counts.people).toMatchObject({ unchanged: 5, failed: 5, adopted: 0 });
    expect(await targetWrites(desk)).toEqual([]);
    const calls = (await requestLog(desk)).map((it) => it.interface);
    // By e-mail, by phone, and the verification; nobody who is open has a job number.
    expect(calls.filter((it) => it === 'get-user-batch')).toHaveLength(3);
    expect(calls.filter((it) => it === 'list-users')).toHaveLength(0);
  });

  it('takes over who was in conflict as soon as one fits alone', async () => {
    await byHand('update-user', { userId: (await account('idle')).id, status: 'Activated' });
    const passed = await desk.pass();
    expect(passed.counts.people).toMatchObject({ adopted: 1, failed: 4 });
    expect((await account('idle')).profile).toMatchObject({ externalId: key('p-idle') });
  });
});

describe('an account that is taken over while replies are lost', () => {
  it('is known as adopted afterwards, and nobody is there twice', async () => {
    const { id } = await byHand<{ id: string }>('create-user', {
      ...{ username: 'lost', email: 'lost@example.com' },
    }).then(() => account('lost'));
    await changeSource(desk, person('p-lost', { email: 'lost@example.com' }));
    const at = { side: 'authing' };
    await fault(desk, {
      ...at,
      kind: 'reset-after-commit',
      interface: 'update-user',
      count: 1,
    });
    await fault(desk, {
      ...at,
      kind: '5xx',
      interface: 'get-user-batch',
      skip: 2,
      count: 1,
    });
    const passed = await desk.pass();
    expect(passed.counts.people).toMatchObject({ adopted: 1, created: 0 });
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(2);
    const link = await desk.c.links.findOne({ sourceId: 'p-lost' });
    expect(link).toMatchObject({ targetId: id, adopted: true, state: 'present' });
  });
});

describe('a single object', () => {
  it('is correlated too, with everybody who is linked', async () => {
    await byHand('create-user', { username: 'single', email: 'single@example.com' });
    await byHand('create-user', { username: 'double', phone: '13900000022' });
    await changeSource(
      desk,
      person('p-single', { email: 'single@example.com' }),
      person('p-double', { email: 'single@example.com', mobile: '13900000022' }),
    );
    expect(await desk.sync('person', 'p-single')).toMatchObject({ end: 'settled' });
    expect((await account('single')).profile).toMatchObject({ externalId: key('p-single') });
    expect(await desk.sync('person', 'p-double')).toMatchObject({ end: 'settled' });
    const problems = await desk.c.problems.find({ run: 'sync/feihua' }).toArray();
    expect(problems.map((it) => [it.object?.id, it.problem.code])).toEqual([
      ['p-double', 'CORRELATION_SEVERAL'],
    ]);
    expect((await account('double')).profile['externalId'] ?? null).toBeNull();
  });
});

describe('a person whose account another connection has', () => {
  it('is left alone, and the other connection is named', async () => {
    const second = await desk.control<CompanyFacts>('/companies', { body: { name: '第二家公司' } });
    await desk.connect('second', { ...second, organizationName: '第二家公司' });
    await desk.c.connections.updateOne(
      { _id: 'second' },
      { $set: { 'settings.correlation': ['mobile'] }, $inc: { version: 1 } },
    );
    const add = { ...person('p-both', { mobile: '13900000006' }), departments: [1] };
    await desk.control('/dingtalk/changes', { body: { company: second.corpId, changes: [add] } });
    const passed = await desk.pass({ connection: 'second' });
    const both = passed.problems.find((it) => it.object?.id === 'p-both');
    expect(both?.problem).toMatchObject({
      ...{ code: 'CORRELATION_ELSEWHERE', detail: { connection: 'feihua' } },
    });
    const { pools } = await desk.control<TargetState>('/state/authing');
    const held = pools[0]?.users.filter((it) => it.profile['phone'] === '13900000006');
    expect(held?.map((it) => it.profile['externalId'])).toEqual([key('p-new')]);
  });
});
