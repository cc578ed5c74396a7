/** Faults of the vendors over the wire: what each kind does to a call, and which calls it meets. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { getToken, run } from './running.ts';
import type { Json, Running } from './running.ts';
import { direct, openTunnel } from './tunnel.ts';

let it: Running;
beforeAll(async () => {
  it = await run({ limits: 'none' });
});
afterAll(() => it.stop());
afterEach(() => it.control('DELETE', '/faults'));

const COUNT = '/topapi/user/count';
const ALL = { only_active: false };
const LIST = '/topapi/v2/user/list';
const RESEARCH = 300000001;
const page = { dept_id: RESEARCH, cursor: 0, size: 1 };

function fault(kind: string, more: Record<string, unknown> = {}): Promise<Json> {
  return it.control('POST', '/faults', { side: 'dingtalk', kind, interface: 'user/*', ...more });
}

/** How a call ends: the code, or the name of what went wrong. */
async function outcome(path = COUNT, body: Record<string, unknown> = ALL): Promise<string> {
  try {
    const reply = await it.send(path, { body });
    if (reply.status !== 200) return `HTTP ${reply.status}`;
    const { errcode, sub_code: subCode } = reply.json();
    return String(errcode === 88 ? subCode : errcode);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
  }
}

const times = async (count: number): Promise<string[]> => {
  const seen: string[] = [];
  for (let call = 0; call < count; call += 1) seen.push(await outcome());
  return seen;
};

test('a rule passes the first calls, then acts as often as it says', async () => {
  await fault('throttle', { skip: 2, count: 2 });
  expect(await times(6)).toEqual(['0', '0', '90018', '90018', '0', '0']);
});

test('a rule meets the interfaces of its pattern only', async () => {
  await fault('throttle', { interface: 'user/c*t' });
  expect(await outcome()).toBe('90018');
  expect(await outcome(LIST, page)).toBe('0');
});

test('a rule with a rate meets about that share of the calls', async () => {
  await fault('throttle', { rate: 0.3 });
  const met = (await times(200)).filter((code) => code === '90018').length;
  expect(met).toBeGreaterThan(30);
  expect(met).toBeLessThan(90);
});

test('replies can be slow, broken, empty, no JSON, or never come', async () => {
  for (const [kind, parameters, ending] of [
    ['5xx', {}, 'HTTP 500'],
    ['5xx', { status: 503 }, 'HTTP 503'],
    ['html', {}, 'SyntaxError'],
    ['html', { status: 502 }, 'HTTP 502'],
    ['reset-before', {}, 'ECONNRESET'],
    ['reset-after-commit', {}, 'ECONNRESET'],
    ['truncated', {}, 'SyntaxError'],
    ['truncated', { cut: true }, 'ECONNRESET'],
    ['empty-body', {}, 'SyntaxError'],
    ['errcode', {}, '-1'],
    ['errcode', { code: 15, wrapped: true }, '15'],
    ['throttle', { code: '90002' }, '90002'],
  ] as const) {
    await fault(kind, { count: 1, parameters });
    expect([kind, parameters, await outcome()]).toEqual([kind, parameters, ending]);
    expect(await outcome()).toBe('0');
  }
});

test('a delay holds the reply back by its time', async () => {
  await fault('delay', { count: 1, parameters: { ms: 150 } });
  const started = Date.now();
  expect(await outcome()).toBe('0');
  expect(Date.now() - started).toBeGreaterThanOrEqual(149);
});

test('a held call waits until the rule is deleted, before or after it was done', async () => {
  for (const after of [false, true]) {
    await fault('hold', { count: 1, parameters: { after } });
    let code = 'none yet';
    const asked = outcome().then((ended) => (code = ended));
    const held = async (): Promise<number> => (await it.control('GET', '/faults'))[0].applied;
    await expect.poll(held).toBe(1);
    expect(await outcome()).toBe('0');
    expect(code).toBe('none yet');
    await it.control('DELETE', '/faults');
    expect(await asked).toBe('0');
  }
});

test('a code may come as text', async () => {
  await fault('string-code', { count: 1 });
  expect((await it.send(COUNT, { body: ALL })).text).toContain('"errcode":"0"');
});

test('a huge body has as many bytes as asked, plain or as a gzip bomb', async () => {
  await fault('huge-body', { count: 1, parameters: { bytes: 3_000_000 } });
  expect((await it.send(COUNT, { body: ALL })).text.length).toBeGreaterThanOrEqual(3_000_000);
  await fault('huge-body', { count: 1, parameters: { bytes: 3_000_000, gzip: true } });
  const bomb = await it.send(COUNT, { body: ALL });
  expect(bomb.headers['content-encoding']).toBe('gzip');
  expect(bomb.text.length).toBeLessThan(10_000);
});

test('lists can be empty, lack a page, or end too early', async () => {
  const read = async (): Promise<Json> => (await it.dingtalk(LIST, page)).result;
  await fault('empty-list', { count: 1 });
  expect(await read()).toEqual({ has_more: false, list: [] });
  await fault('missing-page', { count: 1 });
  const { list } = await read();
  await fault('early-end', { count: 1 });
  const short = await read();
  const whole = await read();
  expect([short.has_more, whole.has_more]).toEqual([false, true]);
  expect(short.list).toEqual(whole.list);
  expect(list[0].userid).not.toBe(whole.list[0].userid);
});

test('tokens are revoked, permissions lost and scopes narrowed for as long as a rule says', async () => {
  await fault('lost-permission', { count: 1 });
  expect(await outcome()).toBe('60011');
  await fault('lost-permission', { count: 1, parameters: { permissions: ['mobile'] } });
  const [person] = (await it.dingtalk(LIST, page)).result.list;
  expect(['email' in person, 'mobile' in person]).toEqual([true, false]);
  await fault('narrowed-scope', { parameters: { departments: [300000002] } });
  expect(await outcome(LIST, page)).toBe('50004');
  await it.control('DELETE', '/faults');
  await fault('revoked-token', { count: 1 });
  expect(await times(2)).toEqual(['40014', '40014']);
  it.token = await getToken(it.tunnel, it.sandbox.addresses);
  expect(await outcome()).toBe('0');
});

test('a ban holds for its time, and can be lifted by hand', async () => {
  await fault('ban', { count: 1, parameters: { ms: 60_000 } });
  expect(await times(2)).toEqual(['SyntaxError', 'SyntaxError']);
  const [ban] = await it.control('GET', '/dingtalk/bans');
  expect(ban.address).toBe('198.51.100.7');
  await it.control('POST', '/dingtalk/bans', { address: '198.51.100.7', ms: 0 });
  expect(await outcome()).toBe('0');
});

test('wrong and expired certificates show on new connections, as many as asked', async () => {
  for (const [kind, code] of [
    ['wrong-certificate', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired-certificate', 'CERT_HAS_EXPIRED'],
  ] as const) {
    await fault(kind, { count: 1, interface: 'connect' });
    const tunnel = openTunnel(it.sandbox.addresses.proxy, it.sandbox.caPem);
    const asked = { path: `${COUNT}?access_token=${it.token}`, body: ALL };
    await expect(tunnel.send(asked)).rejects.toMatchObject({ code });
    expect((await tunnel.send(asked)).status).toBe(200);
    tunnel.close();
  }
});

test('a write whose reply is lost after the commit has been made', async () => {
  const { authing } = it.sandbox.addresses;
  const send = async (path: string, body: Json, token?: string): Promise<Json> => {
    const headers: Record<string, string> = token
      ? { authorization: token, 'x-authing-userpool-id': DEFAULT_POOL.id }
      : {};
    const more = { path: `/api/v3/${path}`, body, headers };
    return (await direct(authing, it.sandbox.caPem, more)).json();
  };
  const { id: accessKeyId, secret: accessKeySecret } = DEFAULT_POOL;
  const { data } = await send('get-management-token', { accessKeyId, accessKeySecret });
  const create = (organizationCode: string): Promise<Json> =>
    send('create-organization', { organizationCode, organizationName: 'A' }, data.access_token);
  const codes = (): string => JSON.stringify(it.sandbox.authing.snapshot());
  const lost = { side: 'authing', interface: 'create-*', count: 1 };
  await it.control('POST', '/faults', { ...lost, kind: 'reset-before' });
  await expect(create('before')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await it.control('POST', '/faults', { ...lost, kind: 'reset-after-commit' });
  await expect(create('after')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await it.control('POST', '/faults', { ...lost, kind: '5xx', parameters: { commit: true } });
  await expect(create('fivehundred')).rejects.toThrow();
  expect(codes()).not.toContain('"before"');
  expect(codes()).toContain('"after"');
  expect(codes()).toContain('"fivehundred"');
  const { entries } = await it.control('GET', '/log?side=authing&interface=create-organization');
  const told = entries.map((each: Json) => [each.fault, each.status, each.wrote]);
  expect(told).toEqual([
    ['reset-before', 0, false],
    ['reset-after-commit', 0, true],
    ['5xx', 500, true],
  ]);
});

test('a rule that cannot be is refused with the kinds there are', async () => {
  const [status, words] = await it.refused('POST', '/faults', { side: 'dingtalk', kind: 'x' });
  expect(status).toBe(400);
  expect(words).toContain('no fault x for dingtalk; there are delay, hold, 5xx');
  const refuse = { side: 'proxy', kind: 'refuse', count: 1 };
  expect((await it.refused('POST', '/faults', refuse))[0]).toBe(400);
  const rate = { side: 'dingtalk', kind: 'delay', rate: 2 };
  expect((await it.refused('POST', '/faults', rate))[1]).toMatch(/^rate: /);
});
