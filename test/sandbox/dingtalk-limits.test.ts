/** Rate limits of the simulated DingTalk: app and interface, interface over all apps, egress address. */
import { expect, test } from 'vitest';
import { desk, parsed } from './dingtalk-desk.ts';
import type { Desk } from './dingtalk-desk.ts';

const COUNT = '/topapi/user/count';
const ALL = { only_active: false };

/** Codes of that many calls, most frequent first. */
function codes(it: Desk, times: number, path = COUNT): Record<string, number> {
  const seen: Record<string, number> = {};
  for (let call = 0; call < times; call += 1) {
    const code = it.code(path, path === COUNT ? ALL : { dept_id: 1 });
    seen[code] = (seen[code] ?? 0) + 1;
  }
  return seen;
}

function bannedCalls(it: Desk, times: number): number {
  let banned = 0;
  for (let call = 0; call < times; call += 1) {
    if (it.raw({ path: '/nothing' }).code === 'ban') banned += 1;
  }
  return banned;
}

test('an app makes 20 calls a second to one interface; another interface is not concerned', () => {
  const it = desk();
  expect(codes(it, 23)).toEqual({ '0': 20, '90018': 3 });
  expect(codes(it, 20, '/topapi/user/listid')).toEqual({ '0': 20 });
  it.advance(1000);
  expect(codes(it, 20)).toEqual({ '0': 20 });
});

test('90018 is wrapped, names the interface, and says in China time when it ends', () => {
  const it = desk();
  codes(it, 20);
  const reply = it.call(COUNT, ALL);
  expect([reply.errcode, reply.sub_code]).toEqual([88, '90018']);
  expect(reply.sub_msg).toContain('apiPath(dingtalk.oapi.user.count)');
  expect(reply.sub_msg).toContain('限制将在 2026-01-05 16:10:01 结束');
});

test('a bucket refills steadily and never holds more than a second', () => {
  const it = desk();
  it.set({ throttleWindow: 'bucket' });
  expect(codes(it, 25)).toEqual({ '0': 20, '90018': 5 });
  it.advance(250);
  expect(codes(it, 8)).toEqual({ '0': 5, '90018': 3 });
  it.advance(60_000);
  expect(codes(it, 25)).toEqual({ '0': 20, '90018': 5 });
});

test('calls of all apps to an interface are limited together', () => {
  const it = desk();
  it.set({ appCallsPerSecond: 0, globalCallsPerSecond: 50 });
  expect(codes(it, 60)).toEqual({ '0': 50, '90002': 10 });
});

test('token calls are limited, and answer in the shape of their host', () => {
  const it = desk();
  it.set({ tokenCallsPerSecond: 1 });
  it.advance(1000);
  const { appKey, appSecret } = it.app;
  const query = new URLSearchParams({ appkey: appKey, appsecret: appSecret });
  const old = (): number => parsed(it.raw({ path: '/gettoken', query })).errcode;
  expect([old(), old()]).toEqual([0, 88]);
  const path = '/v1.0/oauth2/accessToken';
  const asked = { path, host: 'api.dingtalk.com', body: { appKey, appSecret } };
  expect(it.raw(asked).status ?? 200).toBe(200);
  expect(it.raw(asked).status).toBe(403);
  expect(parsed(it.raw(asked)).code).toBe('Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
});

test('10,000 calls in 20 seconds from one address ban it for five minutes, and only it', () => {
  const it = desk();
  it.set({ appCallsPerSecond: 0 });
  it.advance(60_000);
  it.app.allowList = ['198.51.100.7', '192.0.2.9'];
  const other = { egress: '192.0.2.9' };
  expect(bannedCalls(it, 10_000)).toBe(0);
  const banned = it.raw({ path: '/nothing' });
  expect([banned.status, banned.contentType]).toEqual([200, 'text/html; charset=utf-8']);
  expect(it.call(COUNT, ALL, other).errcode).toBe(0);
  it.advance(299_000);
  expect(String(it.raw({ path: '/gettoken' }).body)).toContain('<html>');
  it.set({ banReply: 'json' });
  expect(parsed(it.raw({ path: COUNT, body: ALL }))).toMatchObject({ status: 1111, wait: 5 });
  it.advance(1_001);
  it.set({ banReply: 'html' });
  expect(it.raw({ path: COUNT, body: ALL }).contentType).toBeUndefined();
});

test('9,999 calls every 20 seconds ban nobody, a second earlier they do', () => {
  const it = desk();
  it.set({ appCallsPerSecond: 0 });
  for (let round = 0; round < 3; round += 1) {
    it.advance(20_000);
    expect(bannedCalls(it, 9_999)).toBe(0);
  }
  it.advance(19_000);
  expect(bannedCalls(it, 2)).toBe(1);
});

test('the first minute of an hour may be crowded', () => {
  const it = desk();
  it.set({ topOfHourShare: 100 });
  expect(codes(it, 3)).toEqual({ '0': 3 });
  it.advance(50 * 60_000);
  expect(codes(it, 3)).toEqual({ '90002': 3 });
});

test('limits can all be off', () => {
  const it = desk();
  it.set({ appCallsPerSecond: 0, addressCalls: 0 });
  expect(codes(it, 200)).toEqual({ '0': 200 });
});
