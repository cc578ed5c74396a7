/** The reader of Authing against scripted replies over HTTPS. */
import { afterEach, describe, expect, it } from 'vitest';
import { problemOf } from '../../model/problem.ts';
import { POOL, ok, refused, startAuthing, tokenFor } from './authing-server.ts';
import type { Answer, Asked, AuthingServer } from './authing-server.ts';

let server: AuthingServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const asked: Asked[] = [];

/** Answers the token by itself, everything else from the table. */
async function answering(table: Record<string, Answer | ((asked: Asked) => Answer)>) {
  asked.length = 0;
  server = await startAuthing((it) => {
    if (it.name === 'get-management-token') {
      return ok({ access_token: tokenFor(POOL), expires_in: 7200 });
    }
    asked.push(it);
    const answer = table[it.name];
    return typeof answer === 'function'
      ? answer(it)
      : (answer ?? refused(404, 'no such interface'));
  });
  return server.connect();
}

const department = (id: string, parent: string | null, more = {}) => ({
  organizationCode: 'northwind',
  departmentId: id,
  parentDepartmentId: parent,
  name: `name of ${id}`,
  ...more,
});

const root = ok({
  organizationCode: 'northwind',
  organizationName: 'Northwind',
  departmentId: 'R',
});

describe('departments', () => {
  it('never lists the root, whether the target does or not, with or without a wrapped list', async () => {
    const below = [department('A', 'R', { openDepartmentId: 'corp:2' }), department('B', 'A')];
    const forms = [
      { totalCount: 2, list: below },
      { totalCount: 3, list: [department('R', ''), ...below] },
      { totalCount: 3, list: [department('R', null), ...below] },
      { totalCount: 3, list: below },
      [department('R', 'R'), ...below],
      JSON.stringify(below),
    ];
    for (const data of forms) {
      const { reader } = await answering({
        'get-organization': root,
        'get-all-departments': ok(data),
      });
      const list = await reader.departments('northwind');
      expect(list.map((it) => [it.id, it.key, it.parentId])).toEqual([
        ['A', 'corp:2', 'R'],
        ['B', null, 'A'],
      ]);
      await server?.close();
    }
  });

  it('are read one parent at a time where the list is cut short', async () => {
    const tree: Record<string, string[]> = { R: ['A', 'B', 'C'], A: ['D'], B: [], C: [], D: [] };
    const view = (id: string, parent: string) =>
      department(id, parent, { hasChildren: (tree[id] ?? []).length > 0 });
    const children = (parent: string) => (tree[parent] ?? []).map((id) => view(id, parent));
    for (const cut of [
      { totalCount: 4, list: children('R').slice(0, 2) },
      { totalCount: 3, list: children('R') },
      children('R'),
    ]) {
      const { reader } = await answering({
        'get-organization': root,
        'get-all-departments': ok(cut),
        'list-children-departments': (it) => {
          const list = children(it.query.get('departmentId') ?? '');
          return ok({ totalCount: list.length, list });
        },
      });
      const found = await reader.departments('northwind');
      expect(found.map((it) => it.id).sort()).toEqual(['A', 'B', 'C', 'D']);
      const walked = asked.filter((it) => it.name === 'list-children-departments');
      expect(walked.map((it) => it.query.get('departmentId'))).toEqual(['R', 'A']);
      await server?.close();
    }
  });

  it('that stay incomplete, or contain each other without end, are a problem and not a short list', async () => {
    const loop = (it: Asked) => {
      const parent = it.query.get('departmentId') ?? '';
      return ok({ totalCount: 1, list: [department(`${parent}x`, parent, { hasChildren: true })] });
    };
    const short = () => ok({ totalCount: 9, list: [department('A', 'R')] });
    for (const answer of [loop, short]) {
      const { reader } = await answering({
        'get-organization': root,
        'get-all-departments': ok({ totalCount: 9, list: [] }),
        'list-children-departments': answer,
      });
      expect(await reader.departments('northwind').catch(problemOf)).toMatchObject({
        code: 'TARGET_LIST_INCOMPLETE',
        kind: 'transient',
      });
      await server?.close();
    }
  });

  it('of an organisation that does not exist are a problem and not an empty list', async () => {
    const { reader } = await answering({
      'get-organization': refused(404, 'organization not found for code: northwind'),
    });
    const got = await reader.departments('northwind').catch(problemOf);
    expect(got).toMatchObject({ code: 'TARGET_ORGANIZATION_NOT_FOUND', kind: 'config' });
    expect(await reader.organization('northwind')).toBeNull();
  });

  it('with a key that differs in case only are not ours', async () => {
    const { reader } = await answering({
      'get-department': ok(department('A', 'R', { openDepartmentId: 'CORP:2', code: 'CORP:2' })),
    });
    expect(await reader.departmentByKey('northwind', 'corp:2')).toBeNull();
    expect((await reader.departmentByKey('northwind', 'CORP:2'))?.id).toBe('A');
  });

  it('that Authing does not know are null, and nothing else is', async () => {
    const answers: [Answer, string | null][] = [
      [refused(404, '部门不存在'), null],
      [refused(404, 'organization not found for code: x'), 'TARGET_ORGANIZATION_NOT_FOUND'],
      [refused(400, '参数 departmentId 格式错误'), 'BUG_TARGET_REQUEST'],
      [refused(410, 'gone'), 'TARGET_ANSWER_UNKNOWN'],
      [refused(500, '部门不存在'), 'TARGET_UNAVAILABLE'],
      [{ status: 404, body: 'Not Found' }, 'TARGET_HOST_WRONG'],
      [{ status: 404, body: { statusCode: 404, message: 'Not Found' } }, 'TARGET_HOST_WRONG'],
      [ok(null), 'BUG_TARGET_REPLY'],
      [ok({ departmentId: 7, name: 'x' }), 'BUG_TARGET_REPLY'],
    ];
    for (const [answer, code] of answers) {
      const { reader } = await answering({ 'get-department': answer });
      const got = await reader.departmentByKey('northwind', 'corp:2').catch(problemOf);
      if (code === null) expect(got).toBeNull();
      else expect(got).toMatchObject({ code });
      await server?.close();
    }
  });
});

describe('organisations', () => {
  const page = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      organizationCode: `o${from + n}`,
      organizationName: `Organisation ${from + n}`,
      departmentId: `d${from + n}`,
      status: 'false',
    }));

  it('are read page by page, from a plain list or a wrapped one', async () => {
    for (const wrap of [
      (list: unknown[]) => ({ totalCount: 120, list }),
      (list: unknown[]) => list,
    ]) {
      const { reader } = await answering({
        'list-organizations': (it) => {
          const number = Number(it.query.get('page'));
          return ok(wrap(page((number - 1) * 50, number < 3 ? 50 : 20)));
        },
      });
      expect(await reader.organizations()).toHaveLength(120);
      expect(asked).toHaveLength(3);
      await server?.close();
    }
  });

  it('without end are given up', async () => {
    const { reader } = await answering({ 'list-organizations': ok(page(0, 50)) });
    expect(await reader.organizations().catch(problemOf)).toMatchObject({
      code: 'TARGET_LIST_INCOMPLETE',
    });
    expect(asked).toHaveLength(200);
  });
});

describe('members and custom fields', () => {
  it('are lists in any of the forms that the documents draw', async () => {
    for (const data of [['u1', 'u2'], '["u1","u2"]', { totalCount: 2, list: ['u1', 'u2'] }]) {
      const { reader } = await answering({
        'list-department-member-ids': ok(data),
        'get-custom-fields': ok([{ key: 'jobNumber', dataType: 'STRING' }]),
      });
      expect(await reader.memberIds('northwind', 'A')).toEqual(['u1', 'u2']);
      expect(await reader.customFields()).toEqual(['jobNumber']);
      await server?.close();
    }
  });
});

describe('people', () => {
  it('are found although the whole batch is refused for one who is absent', async () => {
    const there = new Set(['k3', 'k7', 'k8']);
    const { reader } = await answering({
      'get-user-batch': (it) => {
        const ids = it.query.getAll('userIds[]');
        if (ids.some((id) => !there.has(id))) return refused(404, '用户不存在', 2004);
        return ok(ids.map((id) => ({ userId: `u-${id}`, externalId: id })));
      },
    });
    const ids = Array.from({ length: 10 }, (_, n) => `k${n}`);
    const found = await reader.people(ids, 'external_id');
    expect(found.map((it) => it.key).sort()).toEqual(['k3', 'k7', 'k8']);
  });

  it('without any department are in none, as the read asked for them', async () => {
    const { reader } = await answering({ 'get-user-batch': ok([{ userId: 'u1' }]) });
    expect((await reader.people(['u1'], 'user_id'))[0]?.departmentIds).toEqual([]);
  });

  it('with a phone number of bad form belong to nobody; a bad key is a fault of ours', async () => {
    const { reader } = await answering({
      'get-user-batch': (it) =>
        it.query.getAll('userIds[]').includes('bad')
          ? refused(400, '参数 userId 格式错误')
          : ok([{ userId: 'u1', phone: '13800000001' }]),
    });
    expect(await reader.people(['13800000001', 'bad'], 'phone')).toHaveLength(1);
    const got = await reader.people(['bad'], 'external_id').catch(problemOf);
    expect(got).toMatchObject({ code: 'BUG_TARGET_REQUEST', kind: 'bug' });
  });

  it('whose record is not understood are a problem that names the field, never somebody absent', async () => {
    const records: [unknown, string][] = [
      [[{ externalId: 'k1' }], 'userId'],
      [[{ userId: 'u1', status: 'Sleeping' }], 'status'],
      [[{ userId: 'u1', departmentIds: 'A,B' }], 'departmentIds'],
      [[{ userId: 'u1', customData: 5 }], 'customData'],
      ['no list', ''],
      [{ userId: 'u1' }, ''],
    ];
    for (const [data, field] of records) {
      const { reader } = await answering({ 'get-user-batch': ok(data) });
      const got = await reader.people(['k1'], 'external_id').catch(problemOf);
      expect(got).toMatchObject({
        code: 'BUG_TARGET_REPLY',
        detail: { interface: 'get-user-batch' },
      });
      if ('detail' in got) expect(got.detail.field).toContain(field);
      await server?.close();
    }
  });

  it('come back by themselves, with departments and custom data, whoever is absent', async () => {
    const { reader } = await answering({
      'get-user-batch': ok([
        null,
        {
          userId: 'u2',
          externalId: 'corp:2',
          status: 'Suspended',
          name: 'Ada',
          phone: null,
          email: '',
          customData: '{"jobNumber":"N7","empty":"","none":null}',
          departmentIds: '["A","B"]',
        },
      ]),
    });
    expect(await reader.people(['corp:1', 'corp:2', 'corp:2'], 'external_id')).toEqual([
      {
        id: 'u2',
        key: 'corp:2',
        status: 'Suspended',
        fields: { name: 'Ada', custom: { jobNumber: 'N7' } },
        departmentIds: ['A', 'B'],
      },
    ]);
    expect(asked[0]?.query.getAll('userIds[]')).toEqual(['corp:1', 'corp:2']);
    expect(asked[0]?.headers['x-authing-userpool-id']).toBe(POOL);
  });
});
