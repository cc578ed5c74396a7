/** Tokens of the simulated DingTalk: three ways to one, lifetimes, and what a wrong one is told. */
import { expect, test } from 'vitest';
import { codeOf, desk, freshToken, parsed } from './dingtalk-desk.ts';

const NEW = { host: 'api.dingtalk.com' };

test('asking again while a token is valid gives the same one and renews its two hours', () => {
  const it = desk();
  it.advance(7_000_000);
  expect(freshToken(it)).toBe(it.token);
  it.advance(7_000_000);
  expect(it.code('/auth/scopes')).toBe('0');
  it.advance(200_001);
  expect(it.code('/auth/scopes')).toBe('40014');
  expect(freshToken(it)).not.toBe(it.token);
});

test('an expired token gets 42001 when the vendor is switched so, an unknown one 40014 always', () => {
  const it = desk();
  it.set({ expiredTokenCode: '42001' });
  it.advance(7_200_000);
  const reply = it.call('/auth/scopes');
  expect(reply.errcode).toBe(88);
  expect(reply.sub_code).toBe('42001');
  it.token = 'made-up';
  expect(it.code('/auth/scopes')).toBe('40014');
});

test('wrong credentials are 40096 on the old host, unwrapped and without a request id', () => {
  const it = desk();
  for (const pair of [
    { appkey: it.app.appKey, appsecret: `${it.app.appSecret} ` },
    { appkey: it.app.appKey.toUpperCase(), appsecret: it.app.appSecret },
  ]) {
    const reply = parsed(it.raw({ path: '/gettoken', query: new URLSearchParams(pair) }));
    expect(reply).toEqual({ errcode: 40096, errmsg: '不合法的appKey或appSecret' });
  }
});

test('credentials in the body of gettoken are not seen', () => {
  const it = desk();
  const { appKey, appSecret } = it.app;
  const body = { appkey: appKey, appsecret: appSecret };
  expect(parsed(it.raw({ path: '/gettoken', body })).errcode).toBe(40035);
});

test('the new host says expireIn, and answers wrong credentials with HTTP 400', () => {
  const it = desk();
  const { appKey, appSecret } = it.app;
  const path = '/v1.0/oauth2/accessToken';
  expect(parsed(it.raw({ ...NEW, path, body: { appKey, appSecret } }))).toEqual({
    accessToken: it.token,
    expireIn: 7200,
  });
  const refused = it.raw({ ...NEW, path, body: { appKey, appSecret: 'x' } });
  expect(refused.status).toBe(400);
  expect(parsed(refused)).toMatchObject({
    code: 'invalidClientIdOrSecret',
    message: '无效的clientId或者clientSecret',
  });
});

test('the token call of one company tells the company from the app', () => {
  const it = desk();
  const body = {
    client_id: it.app.appKey,
    client_secret: it.app.appSecret,
    grant_type: 'client_credentials',
  };
  const of = (corpId: string, sent: Record<string, unknown>): [number, string] => {
    const reply = it.raw({ ...NEW, path: `/v1.0/oauth2/${corpId}/token`, body: sent });
    return [reply.status ?? 200, parsed(reply).code ?? parsed(reply).access_token];
  };
  expect(of('dingsimcorp0001', body)).toEqual([200, it.token]);
  expect(of('dingother', body)).toEqual([500, 'unknownError']);
  expect(of('dingsimcorp0001', { ...body, client_secret: 'x' })).toEqual([400, 'invalid.client']);
  expect(of('dingsimcorp0001', { ...body, grant_type: 'x' })).toEqual([
    400,
    'unsupported.grant.type',
  ]);
});

test('a token stands in the query or a form, never in a header', () => {
  const it = desk();
  const path = '/topapi/user/count';
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = { access_token: it.token, only_active: 'false' };
  expect(parsed(it.raw({ path, headers: type, body: form })).result.count).toBe(4);
  const header = { 'x-acs-dingtalk-access-token': it.token };
  const blank = parsed(it.raw({ path, headers: header, body: { only_active: false } }));
  expect([blank.errcode, blank.sub_code, blank.sub_msg]).toEqual([
    88,
    '40000',
    'access_token is blank',
  ]);
  expect(blank.errmsg).toBe('ding talk error[subcode=40000,submsg=access_token is blank]');
});

test('the new host takes its token from its own header only', () => {
  const it = desk();
  const path = '/v1.0/contact/empLeaveRecords';
  const query = new URLSearchParams({ startTime: '2026-01-01T00:00:00Z', maxResults: '50' });
  const bearer = it.raw({ ...NEW, path, query, headers: { authorization: `Bearer ${it.token}` } });
  expect([bearer.status, parsed(bearer).code]).toEqual([
    400,
    'AuthenticationFailed.MissingParameter',
  ]);
  const wrong = it.raw({ ...NEW, path, query, headers: { 'x-acs-dingtalk-access-token': 'x' } });
  expect([wrong.status, parsed(wrong).code]).toEqual([400, 'InvalidAuthentication']);
  const right = it.raw({
    ...NEW,
    path,
    query,
    headers: { 'x-acs-dingtalk-access-token': it.token },
  });
  expect(parsed(right)).toEqual({ records: [] });
});

test('hosts may have tokens of their own', () => {
  const it = desk();
  it.set({ tokensInterchangeable: false });
  const { appKey, appSecret } = it.app;
  const path = '/v1.0/oauth2/accessToken';
  const { accessToken } = parsed(it.raw({ ...NEW, path, body: { appKey, appSecret } }));
  expect(accessToken).not.toBe(freshToken(it));
  it.token = accessToken;
  expect(it.code('/auth/scopes')).toBe('40014');
});

test('a revoked token is 40014 at once, and asking again gives a new one', () => {
  const it = desk();
  it.dingtalk.core.tokens.revoke(it.token);
  expect(codeOf(it.call('/auth/scopes'))).toBe('40014');
  const next = freshToken(it);
  expect(next).not.toBe(it.token);
});
