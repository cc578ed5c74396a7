/** The reader of Authing against scripted replies over HTTPS. */
import { afterEach, describe, expect, it } from 'vitest';
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
});

describe('people', () => {
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
