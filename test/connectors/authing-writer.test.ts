/** What the writer of Authing does in single situations, each against the sandbox over HTTPS. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../model/problem.ts';
import { people, person, sandboxAuthing } from './authing-sandbox.ts';
import type { SandboxAuthing, Settings } from './authing-sandbox.ts';

let sandbox: SandboxAuthing;
beforeAll(async () => {
  sandbox = await sandboxAuthing();
});
afterAll(() => sandbox.close());

const ORG = 'northwind';

async function start(settings: Settings = {}) {
  const root = sandbox.fresh(settings);
  const { reader, writer, client } = sandbox.connect();
  const make = (key: string, name = key, parentId = root) =>
    writer.createDepartment(ORG, { key, name, parentId });
  async function hire(count: number, departmentIds: string[] = []): Promise<string[]> {
    const results = await writer.createPeople(
      people(count).map((it) => ({ ...it, departmentIds })),
    );
    return results.map((it) => (it.outcome === 'done' ? it.value.id : ''));
  }
  return { root, reader, writer, client, make, hire };
}

const failure = (work: Promise<unknown>) => work.then(() => null, problemOf);

describe('people', () => {
  it('50 of them are one call, without a password and without a message to anybody', async () => {
    const { make, writer, reader } = await start();
    const { id } = await make('corp:2');
    sandbox.calls();
    const batch = people(50).map((it) => ({
      ...it,
      fields: { ...it.fields, email: `p${it.key.slice(5)}@northwind.example` },
      departmentIds: [id],
    }));
    const bodies: unknown[] = [];
    sandbox.fail(({ body }) => {
      bodies.push(body);
      return null;
    });
    const results = await writer.createPeople(batch);
    expect(results.map((it) => it.outcome === 'done' && it.value.key)).toEqual(
      batch.map((it) => it.key),
    );
    expect(sandbox.calls()).toEqual(['create-users-batch']);
    expect(bodies).toMatchObject([
      {
        options: {
          autoGeneratePassword: false,
          sendNotification: { sendEmailNotification: false, sendPhoneNotification: false },
        },
      },
    ]);
    expect(sandbox.authing.notifications()).toEqual([]);
    expect(sandbox.people().filter((it) => it.passwordSetAt !== null)).toEqual([]);
    expect(await reader.memberIds(ORG, id)).toHaveLength(50);
    expect(writer.calls.targetWrites).toBe(2);
  });

  it('more than 50 at once, or the root of a mistake, is refused before anything is sent', async () => {
    const { writer, reader } = await start();
    expect(await failure(writer.createPeople(people(51)))).toMatchObject({ kind: 'bug' });
    const ids = people(51).map((it) => it.key);
    expect(await failure(reader.people(ids, 'external_id'))).toMatchObject({ kind: 'bug' });
    expect(await writer.createPeople([])).toEqual([]);
    expect(await reader.people([], 'external_id')).toEqual([]);
    expect(sandbox.calls()).toEqual([]);
  });

  it('a limit of the plan met in the middle of a batch leaves those before it done', async () => {
    const { writer } = await start();
    sandbox.fail(({ name, body }) => {
      if (name !== 'create-users-batch') return null;
      const list = (body.list as unknown[]).slice(0, 2);
      sandbox.authing.byHand('create-users-batch', { list });
      return 'over-quota';
    });
    const results = await writer.createPeople(people(4));
    expect(results.map((it) => (it.outcome === 'refused' ? it.problem.code : it.outcome))).toEqual([
      'done',
      'done',
      'TARGET_QUOTA_REACHED',
      'TARGET_QUOTA_REACHED',
    ]);
  });

  it('one alone who is there already, equal, is done too', async () => {
    const { writer } = await start();
    await writer.createPeople([person(1)]);
    expect(await writer.createPeople([person(1)])).toMatchObject([{ outcome: 'done' }]);
  });

  it('somebody who is there already, equal, is done; with another name the key is taken', async () => {
    const { writer } = await start();
    await writer.createPeople([person(1)]);
    const results = await writer.createPeople([
      person(1),
      person(2),
      person(1, { fields: { name: 'Somebody else', username: 'else' } }),
    ]);
    expect(results).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done' },
      { outcome: 'refused', problem: { code: 'DATA_KEY_TAKEN' } },
    ]);
    expect(sandbox.people()).toHaveLength(2);
  });

  it('a key given twice in one batch is not confirmed twice', async () => {
    const twice = [
      person(1),
      person(1, { fields: { name: 'Somebody else', username: 'else' } }),
      person(2),
    ];
    for (const batch of ['atomic', 'skip', 'stop'] as const) {
      const { writer } = await start({ batch });
      expect(await writer.createPeople(twice)).toMatchObject([
        { outcome: 'done' },
        { outcome: 'refused', problem: { code: 'DATA_KEY_TAKEN' } },
        { outcome: 'done' },
      ]);
    }
  });

  it('a custom value whose field is not defined is not sent, and the others are', async () => {
    const { writer, reader } = await start({ unknownCustomData: 'refuse' });
    const one = person(1, { fields: { username: 'u1', custom: { a: 'x', b: 'y' } } });
    expect(await writer.createPeople([one])).toMatchObject([{ outcome: 'done' }]);
    await writer.defineCustomFields([{ key: 'b', label: 'B', type: 'STRING' }]);
    const two = person(2, { fields: { username: 'u2', custom: { a: 'x', b: 'y' } } });
    expect(await writer.createPeople([two])).toMatchObject([{ outcome: 'done' }]);
    const [read] = await reader.people(['corp:2'], 'external_id');
    expect(read?.fields.custom).toEqual({ b: 'y' });
  });

  it('a change of one custom value keeps the others, also those that are not ours', async () => {
    for (const customDataUpdate of ['merge', 'replace'] as const) {
      const { writer, reader, hire } = await start({ customDataUpdate });
      await writer.defineCustomFields([
        { key: 'ours', label: 'Ours', type: 'STRING' },
        { key: 'theirs', label: 'Theirs', type: 'STRING' },
      ]);
      const [id = ''] = await hire(1);
      sandbox.authing.byHand('update-user', { userId: id, customData: { theirs: 'kept' } });
      await writer.updatePeople([{ id, fields: { custom: { ours: 'new' } } }]);
      const [read] = await reader.people([id], 'user_id');
      expect(read?.fields.custom).toEqual({ ours: 'new', theirs: 'kept' });
    }
  });

  it('a throttle in the middle leaves what was done done, and the rest to be sent again', async () => {
    const { writer } = await start();
    sandbox.authing.byHand('create-user', { phone: '13800000030' });
    let writes = 0;
    sandbox.fail(({ name }) => (/^create-/.test(name) && ++writes === 4 ? 'throttled' : null));
    const results = await writer.createPeople(people(50));
    const there = new Set(sandbox.people().map((it) => it.profile['externalId']));
    results.forEach((it, n) => {
      if (there.has(`corp:${n}`)) return expect(it.outcome).toBe('done');
      expect(it).toMatchObject({
        outcome: 'refused',
        problem: { code: 'TARGET_RATE_LIMITED', effect: 'none' },
      });
    });
    expect(there.size).toBeGreaterThan(1);
  });

  it('a throttle at once, in either form, is thrown with the time to wait', async () => {
    for (const throttle of ['body', 'http'] as const) {
      const { writer, reader } = await start({ throttle });
      await reader.organization(ORG);
      sandbox.authing.configure({ callsPerSecond: 1 });
      await failure(reader.organization(ORG));
      const got = await failure(writer.createPeople(people(2)));
      expect(got).toMatchObject({ code: 'TARGET_RATE_LIMITED', kind: 'transient', effect: 'none' });
      expect(got?.retryAfterMs).toBeGreaterThan(0);
      expect(sandbox.people()).toEqual([]);
    }
  });

  it('nothing begins once the window for sending is closed', async () => {
    sandbox.fresh();
    sandbox.authing.byHand('create-user', { phone: '13800000030' });
    let writes = 0;
    const { writer } = sandbox.connect({ window: () => ++writes <= 3 });
    const results = await writer.createPeople(people(50));
    const sent = sandbox.calls().filter((it) => it.startsWith('create-'));
    expect(sent).toHaveLength(3);
    const unsent = results.filter((it) => it.outcome === 'refused');
    expect(unsent.length).toBeGreaterThan(0);
    for (const it of unsent) expect(it.problem.code).toBe('TARGET_WRITE_NOT_SENT');
    const closed = sandbox.connect({ window: () => false }).writer;
    expect(await failure(closed.createPeople(people(2, 100)))).toMatchObject({
      code: 'TARGET_WRITE_NOT_SENT',
      effect: 'none',
    });
  });
});

describe('departments', () => {
  it('one that is there with our key, parent and name is returned; any other is left as it is', async () => {
    const { make, root } = await start();
    const first = await make('corp:2', 'Sales');
    expect(await make('corp:2', 'Sales')).toEqual(first);
    expect(await failure(make('corp:2', 'Marketing'))).toMatchObject({ code: 'DATA_KEY_TAKEN' });
    const below = await make('corp:3', 'Inside', first.id);
    expect(await failure(make('corp:3', 'Inside', root))).toMatchObject({ code: 'DATA_KEY_TAKEN' });
    expect(sandbox.departments().length).toBe(3);
    expect(below.parentId).toBe(first.id);
  });

  it('a second one of the same name is refused by name where the target wants names apart', async () => {
    const { make } = await start({ sameNameSiblings: 'refuse' });
    await make('corp:2', 'Sales');
    expect(await failure(make('corp:3', 'Sales'))).toMatchObject({ code: 'DATA_NAME_TAKEN' });
  });

  it('a key that another organisation uses is taken where keys are unique over the pool', async () => {
    const { make, writer } = await start({ departmentKeyScope: 'pool' });
    await writer.createOrganization('other', 'Other');
    await make('corp:2');
    const other = writer.createDepartment('other', { key: 'corp:2', name: 'X', parentId: 'root' });
    expect(await failure(other)).toMatchObject({ code: 'DATA_KEY_TAKEN', effect: 'none' });
  });

  it('an adopted one carries our key in its code and is found by it', async () => {
    const { reader, writer, root } = await start();
    const made = sandbox.authing.byHand('create-department', {
      organizationCode: ORG,
      name: 'By hand',
      parentDepartmentId: root,
    });
    const id = (made.data as { departmentId: string }).departmentId;
    await writer.adoptDepartment(ORG, id, 'corp:9');
    expect(await reader.departmentByKey(ORG, 'corp:9')).toMatchObject({ id, key: null });
    expect(await reader.departmentByKey(ORG, 'corp:90')).toBeNull();
    sandbox.authing.configure({ codeAlphabet: 'word' });
    expect(await failure(writer.adoptDepartment(ORG, id, 'corp:10'))).toMatchObject({
      code: 'DATA_FIELD_REFUSED',
      detail: { field: 'code' },
    });
  });

  it('one with people or departments in it says so, and an unknown one is as good as deleted', async () => {
    const { make, hire, writer } = await start();
    const full = await make('corp:2');
    const parent = await make('corp:3');
    await make('corp:4', 'Child', parent.id);
    await hire(1, [full.id]);
    for (const { id } of [full, parent]) {
      expect(await failure(writer.deleteDepartment(ORG, id))).toMatchObject({
        code: 'DATA_DEPARTMENT_NOT_EMPTY',
      });
    }
    expect(await failure(writer.deleteDepartment(ORG, '64a0c0ffee000000000000ff'))).toBeNull();
  });

  it('a missing parent, an unknown organisation and a cycle are told apart', async () => {
    const { make, writer } = await start();
    const gone = '64a0c0ffee000000000000ff';
    expect(await failure(make('corp:2', 'A', gone))).toMatchObject({
      code: 'DATA_DEPARTMENT_GONE',
    });
    const southwind = writer.createDepartment('southwind', {
      key: 'k',
      name: 'n',
      parentId: 'root',
    });
    expect(await failure(southwind)).toMatchObject({
      code: 'TARGET_ORGANIZATION_NOT_FOUND',
      kind: 'config',
    });
    const a = await make('corp:3');
    const b = await make('corp:4', 'B', a.id);
    expect(await failure(writer.updateDepartment(ORG, a.id, { parentId: b.id }))).toMatchObject({
      code: 'DATA_CYCLE',
      kind: 'data',
    });
  });
});

describe('memberships', () => {
  it('one refused person stops nobody else', async () => {
    for (const settings of [
      { unknownInAdd: 'refuse', unknownInRemove: 'refuse' },
      { unknownInAdd: 'ignore', unknownInRemove: 'ignore' },
    ] as const) {
      const { make, hire, reader, writer } = await start(settings);
      const { id } = await make('corp:2');
      const ids = await hire(20);
      sandbox.authing.byHand('delete-users-batch', { userIds: [ids[7]] });
      const added = await failure(writer.addMembers(ORG, id, ids));
      if (settings.unknownInAdd === 'refuse') expect(added?.code).toBe('DATA_PERSON_GONE');
      const members = await reader.memberIds(ORG, id);
      expect(members.sort()).toEqual(ids.filter((it) => it !== ids[7]).sort());
      expect(await failure(writer.removeMembers(ORG, id, ids))).toBeNull();
      expect(await reader.memberIds(ORG, id)).toEqual([]);
    }
  });

  it('the only department is kept where the target insists, and all others are taken out', async () => {
    const { make, hire, reader, writer } = await start({ removeLastDepartment: 'refuse' });
    const a = await make('corp:2');
    const b = await make('corp:3');
    const ids = await hire(6, [a.id]);
    await writer.addMembers(ORG, b.id, ids.slice(1));
    expect(await failure(writer.removeMembers(ORG, a.id, ids))).toMatchObject({
      code: 'DATA_LAST_DEPARTMENT',
    });
    expect(await reader.memberIds(ORG, a.id)).toEqual([ids[0]]);
  });

  it('of a department that is gone: nobody is in it, and nobody can be added', async () => {
    const { hire, writer } = await start();
    const ids = await hire(3);
    const gone = '64a0c0ffee000000000000ff';
    expect(await failure(writer.removeMembers(ORG, gone, ids))).toBeNull();
    sandbox.calls();
    expect(await failure(writer.addMembers(ORG, gone, ids))).toMatchObject({
      code: 'DATA_DEPARTMENT_GONE',
    });
    expect(sandbox.calls()).toEqual(['add-department-members']);
  });
});

describe('organisations', () => {
  it('are created once, never taken over, and their codes are checked by the target', async () => {
    const { reader, writer } = await start();
    const made = await writer.createOrganization('feihua', '飞花');
    expect(await reader.organization('feihua')).toEqual(made);
    expect(await failure(writer.createOrganization('feihua', 'Other'))).toMatchObject({
      code: 'TARGET_ORGANIZATION_CODE_TAKEN',
      kind: 'config',
    });
    expect(await failure(writer.createOrganization('飞 花', 'Other'))).toMatchObject({
      code: 'TARGET_ORGANIZATION_CODE_INVALID',
    });
    expect(await reader.organization('unknown')).toBeNull();
    expect((await reader.organizations()).map((it) => it.code).sort()).toEqual([
      'feihua',
      'northwind',
    ]);
  });
});
