/** Faults in Authing's own shapes, over the wire. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { run } from './running.ts';
import type { Json, Running } from './running.ts';
import { direct } from './tunnel.ts';
import type { TunnelReply } from './tunnel.ts';

let it: Running;
let token: string;
beforeAll(async () => {
  it = await run({ limits: 'none' });
  token = await newToken();
  const body = { organizationCode: 'acme', organizationName: 'Acme' };
  await it.control('POST', '/authing/by-hand', { interface: 'create-organization', body });
});
afterAll(() => it.stop());
afterEach(() => it.control('DELETE', '/faults'));

function send(path: string, body?: Json): Promise<TunnelReply> {
  const headers = token
    ? { authorization: token, 'x-authing-userpool-id': DEFAULT_POOL.id }
    : undefined;
  const more = {
    path: `/api/v3/${path}`,
    ...(body ? { body } : {}),
    ...(headers ? { headers } : {}),
  };
  return direct(it.sandbox.addresses.authing, it.sandbox.caPem, more);
}

async function newToken(): Promise<string> {
  const { id: accessKeyId, secret: accessKeySecret } = DEFAULT_POOL;
  const reply = (await send('get-management-token', { accessKeyId, accessKeySecret })).json();
  return (reply as Json).data.access_token;
}

const fault = (kind: string, parameters: Record<string, unknown> = {}): Promise<Json> =>
  it.control('POST', '/faults', { side: 'authing', kind, count: 1, parameters });

const LIST = 'list-organizations';

test('429 comes inside HTTP 200, as HTTP 429, with and without a time to wait', async () => {
  await fault('throttle');
  const inside = await send(LIST);
  expect([inside.status, inside.json().statusCode]).toEqual([200, 429]);
  await fault('throttle', { http: true, retryAfterS: 7 });
  const outside = await send(LIST);
  expect([outside.status, outside.headers['retry-after']]).toEqual([429, '7']);
  expect((await send(LIST)).json().statusCode).toBe(200);
});

test('any status code can be told', async () => {
  await fault('statuscode', { statusCode: 409, apiCode: 2026 });
  expect((await send(LIST)).json()).toMatchObject({ statusCode: 409, apiCode: 2026 });
  await fault('statuscode', { statusCode: 503, http: true });
  expect((await send(LIST)).status).toBe(503);
});

test('a revoked token is 401 until a new one is fetched', async () => {
  await fault('revoked-token');
  expect((await send(LIST)).json().statusCode).toBe(401);
  expect((await send(LIST)).json().statusCode).toBe(401);
  token = await newToken();
  expect((await send(LIST)).json().statusCode).toBe(200);
});

const people = (from: number, count: number): Json => ({
  list: Array.from({ length: count }, (_, index) => ({
    username: `u${from + index}`,
    status: 'Activated',
  })),
});

test('half of a batch is committed although it fails', async () => {
  await fault('half-batch');
  const reply = await send('create-users-batch', people(0, 5));
  expect(reply.status).toBe(500);
  const [pool] = (await it.control('GET', '/state/authing')).pools;
  expect(JSON.stringify(pool.users).match(/"u\d"/g)).toEqual(['"u0"', '"u1"']);
  const { entries } = await it.control('GET', '/log?interface=create-users-batch');
  expect([entries[0].wrote, entries[0].fault]).toEqual([true, 'half-batch']);
});

test('lists can be empty, lack a page, or end too early', async () => {
  await send('create-users-batch', people(10, 4));
  const page = async (number: number, size: number): Promise<Json> =>
    (
      (
        await send('list-users', { options: { pagination: { page: number, limit: size } } })
      ).json() as Json
    ).data;
  const whole = await page(1, 50);
  expect(whole.list.length).toBe(6);
  await fault('empty-list');
  expect(await page(1, 50)).toMatchObject({ totalCount: 0, list: [] });
  await fault('early-end');
  expect(await page(1, 50)).toMatchObject({ totalCount: 3, list: whole.list.slice(0, 3) });
  const second = await page(2, 2);
  await fault('missing-page');
  expect((await page(1, 2)).list).toEqual(second.list);
});
