/** The egress proxies: which hosts they reach, whom they let in, and every way in which they fail. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { run } from './running.ts';
import type { Running } from './running.ts';
import { direct, openTunnel } from './tunnel.ts';

let it: Running;
beforeAll(async () => {
  it = await run({ limits: 'none' });
});
afterAll(() => it.stop());
afterEach(() => it.control('DELETE', '/faults'));

const COUNT = { path: '/topapi/user/count', body: { only_active: false } };

/** What a client that speaks bytes gets from the proxy within `ms`, and how the connection ended. */
function bytes(text: string, ms = 300): Promise<{ got: string; end: string }> {
  const { port } = new URL(it.sandbox.addresses.proxy);
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    const finish = (end: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ got, end });
    };
    const timer = setTimeout(() => finish('open'), ms);
    socket.on('data', (chunk) => (got += chunk.toString('latin1')));
    socket.on('end', () => finish('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
  });
}

const CONNECT = 'CONNECT oapi.dingtalk.com:443 HTTP/1.1\r\nHost: oapi.dingtalk.com:443\r\n\r\n';

/** A call on a connection of its own, so that it meets the fault; its error's code or message. */
async function fails(timeoutMs = 2000): Promise<string> {
  const tunnel = openTunnel(it.sandbox.addresses.proxy, it.sandbox.caPem);
  try {
    const path = `${COUNT.path}?access_token=${it.token}`;
    const reply = await tunnel.send({ ...COUNT, path, timeoutMs });
    return `HTTP ${reply.status}`;
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException;
    return `${name} ${code ?? ''} ${message}`;
  } finally {
    tunnel.close();
  }
}

test('the vendor sees the address of the proxy, and refuses a call that came without one', async () => {
  expect((await it.dingtalk(COUNT.path, COUNT.body)).result.count).toBe(4);
  const { dingtalkDirect } = it.sandbox.addresses;
  const path = `${COUNT.path}?access_token=${it.token}`;
  const reply = await direct(dingtalkDirect, it.sandbox.caPem, { ...COUNT, path });
  expect(reply.json()).toMatchObject({ errcode: 88, sub_code: '60020' });
  const { entries } = await it.control('GET', '/log?side=dingtalk&interface=user/count');
  const seen = entries.map((each: { egress: string; code: string }) => [each.egress, each.code]);
  expect(seen).toEqual([
    ['198.51.100.7', '0'],
    [null, '60020'],
  ]);
});

test('only the hosts of the vendors can be reached, and only by CONNECT', async () => {
  const to = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
  expect((await bytes(to('example.com:443'))).got).toMatch(/^HTTP\/1.1 403 /);
  expect((await bytes(to('oapi.dingtalk.com:80'))).got).toMatch(/^HTTP\/1.1 403 /);
  expect((await bytes(to('127.0.0.1:22'))).got).toMatch(/^HTTP\/1.1 403 /);
  expect((await bytes(to('api.authing.cn:443'))).got).toMatch(/^HTTP\/1.1 200 /);
  expect((await bytes(to('api.dingtalk.com:443'))).got).toMatch(/^HTTP\/1.1 200 /);
  expect((await bytes('GET http://oapi.dingtalk.com/ HTTP/1.1\r\n\r\n')).got).toMatch(/ 405 /);
  expect((await bytes(`CONNECT ${'a'.repeat(10_000)}`)).got).toMatch(/ 431 /);
});

test('a further proxy has its own address and asks for its own password', async () => {
  const asked = { egress: '203.0.113.50', user: 'sync', password: 'p@ss:word' };
  const { url, id } = await it.control('POST', '/proxies', asked);
  const { caPem, addresses } = it.sandbox;
  const right = openTunnel(url, caPem);
  const path = `${COUNT.path}?access_token=${it.token}`;
  expect((await right.send({ ...COUNT, path })).text).toContain('request ip=203.0.113.50');
  right.close();
  const wrong = openTunnel(url.replace('sync', 'Sync'), caPem);
  await expect(wrong.send({ ...COUNT, path })).rejects.toThrow('407');
  wrong.close();
  await it.control('DELETE', `/proxies/${id}`);
  const left = await it.control('GET', '/proxies');
  expect(left.map((each: { url: string }) => each.url)).toEqual([addresses.proxy]);
});

const FAULTS: [string, RegExp, Record<string, unknown>?][] = [
  ['hang', /TimeoutError|AbortError/],
  ['407', /proxy: HTTP\/1.1 407/],
  ['502', /proxy: HTTP\/1.1 502/],
  ['reset-on-accept', /ECONNRESET|EPIPE/],
  ['reset-mid-connect', /proxy: HTTP\/1.1 200 Conn$|ECONNRESET/],
  ['fin-mid-connect', /the proxy closed the connection/],
  ['reset-after-200', /ECONNRESET/],
  ['reset-mid-body', /ECONNRESET|aborted/, { bytes: 1500 }],
  ['fin-mid-body', /ECONNRESET|disconnected|hang up|EPIPE/, { bytes: 1500 }],
  ['one-byte', /TimeoutError|AbortError/],
];

for (const [kind, words, parameters] of FAULTS) {
  test(`a proxy fault "${kind}" meets one connection and leaves the next alone`, async () => {
    const rule = { side: 'proxy', kind, count: 1, ...(parameters ? { parameters } : {}) };
    await it.control('POST', '/faults', rule);
    expect(await fails(500)).toMatch(words);
    expect(await fails()).toBe('HTTP 200');
    expect((await it.control('GET', '/faults'))[0].applied).toBe(1);
  });
}

test('an endless header never ends', async () => {
  await it.control('POST', '/faults', { side: 'proxy', kind: 'endless-header', count: 1 });
  const { got, end } = await bytes(CONNECT, 300);
  expect(end).toBe('open');
  expect(got.length).toBeGreaterThan(100_000);
  expect(got).not.toContain('\r\n\r\n');
});

test('a reset in the middle of the reply to CONNECT comes after half a line', async () => {
  await it.control('POST', '/faults', { side: 'proxy', kind: 'reset-mid-connect', count: 1 });
  expect(await bytes(CONNECT)).toEqual({ got: 'HTTP/1.1 200 Conn', end: 'ECONNRESET' });
});

test('a slow tunnel gives one byte at a time, and in the end all of them', async () => {
  const parameters = { ms: 1 };
  await it.control('POST', '/faults', { side: 'proxy', kind: 'one-byte', count: 1, parameters });
  const started = Date.now();
  expect(await fails(20_000)).toBe('HTTP 200');
  // Certificate and reply are more than 800 bytes, each of them at least a millisecond after the last.
  expect(Date.now() - started).toBeGreaterThan(800);
});

test('a refusing proxy does not listen until the rule is deleted', async () => {
  const { id } = await it.control('POST', '/faults', { side: 'proxy', kind: 'refuse' });
  expect(await fails()).toMatch(/ECONNREFUSED/);
  await it.control('DELETE', `/faults/${id}`);
  expect(await fails()).toBe('HTTP 200');
});

test('a fault may be meant for the proxy of one egress address', async () => {
  const rule = { side: 'proxy', kind: '502', interface: '203.0.113.*' };
  await it.control('POST', '/faults', rule);
  expect(await fails()).toBe('HTTP 200');
});
