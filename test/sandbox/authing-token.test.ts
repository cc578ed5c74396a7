/** Management tokens, keys and pools of the simulated Authing. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { desk, outcomeOf, request, tokenOf } from './authing-desk.ts';
import type { Envelope } from '../../sandbox/authing/envelope.ts';
import type { Authing } from '../../sandbox/authing/vendor.ts';

function list(authing: Authing, authorization: string, poolId?: string): string {
  const headers: Record<string, string> = { authorization };
  if (poolId !== undefined) headers['x-authing-userpool-id'] = poolId;
  return outcomeOf(authing.handle(request('GET', 'list-organizations', {}, headers)));
}

const askToken = (authing: Authing, accessKeyId: string, accessKeySecret: string): Envelope =>
  authing.handle(request('POST', 'get-management-token', { accessKeyId, accessKeySecret }))
    .body as Envelope;

describe('a management token', () => {
  it('is a JWT that names its pool and lives 7,200 seconds', () => {
    const { authing } = desk();
    const { data } = askToken(authing, DEFAULT_POOL.id, DEFAULT_POOL.secret);
    const { access_token: token, expires_in: seconds } = data as {
      access_token: string;
      expires_in: number;
    };
    expect(seconds).toBe(7200);
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({ scoped_userpool_id: DEFAULT_POOL.id });
  });

  it('opens the pool with and without "Bearer", and with the right pool id beside it', () => {
    const { authing } = desk();
    const token = tokenOf(authing);
    expect(list(authing, token)).toBe('200: 200');
    expect(list(authing, `Bearer ${token}`, DEFAULT_POOL.id)).toBe('200: 200');
  });

  it('is 401 inside HTTP 200 from its last second on', () => {
    const at = desk();
    const { authing } = at;
    const token = tokenOf(authing);
    at.advance(7_199_000);
    expect(list(authing, token)).toBe('200: 200');
    at.advance(1000);
    expect(list(authing, token)).toBe('200: 401/2020');
  });

  it('is refused when it was changed, revoked, made up or left out', () => {
    const { authing } = desk();
    const token = tokenOf(authing);
    expect(list(authing, `${token.slice(0, -2)}AA`)).toBe('200: 401/2020');
    expect(list(authing, 'Bearer made.up.token')).toBe('200: 401/2020');
    expect(list(authing, '')).toBe('200: 401/2020');
    authing.revokeTokens();
    expect(list(authing, token)).toBe('200: 401/2020');
    expect(list(authing, tokenOf(authing))).toBe('200: 200');
  });

  it('outlives a restart from the snapshot', () => {
    const before = desk().authing;
    const token = tokenOf(before);
    const { authing } = desk();
    authing.restore(JSON.parse(JSON.stringify(before.snapshot())));
    expect(list(authing, token)).toBe('200: 200');
  });

  it('is not given for a wrong secret or an unknown key', () => {
    const { authing } = desk();
    expect(askToken(authing, DEFAULT_POOL.id, 'wrong').statusCode).toBe(401);
    expect(askToken(authing, '64a0c0ffee00000000000099', 'x')).toMatchObject({
      statusCode: 401,
      apiCode: 2224,
    });
    expect(askToken(authing, '', 'x').message).toBe('参数 accessKeyId 格式错误');
  });
});

describe('pools', () => {
  it('are apart: a token of one neither reads another nor passes with its id', () => {
    const { authing } = desk();
    const other = authing.addPool();
    expect(other.id).toMatch(/^[0-9a-f]{24}$/);
    const reply = askToken(authing, other.id, other.secret).data as { access_token: string };
    const headers = { authorization: reply.access_token };
    const seen = authing.handle(request('GET', 'list-organizations', {}, headers)).body as Envelope;
    expect(seen.data).toEqual({ totalCount: 0, list: [] });
    expect(list(authing, reply.access_token, DEFAULT_POOL.id)).toBe('200: 403/2020');
    expect(list(authing, reply.access_token, '64a0c0ffee00000000000099')).toBe('200: 404/2224');
  });

  it('give a key of an administrator only what was granted, until it is revoked', () => {
    const { authing } = desk();
    const key = { accessKeyId: 'admin-key', accessKeySecret: 's', status: 'activated' as const };
    authing.addKey({ ...key, interfaces: ['list-organizations'] });
    const data = askToken(authing, 'admin-key', 's').data as { access_token: string };
    expect(list(authing, data.access_token)).toBe('200: 200');
    const headers = { authorization: data.access_token };
    const write = request('POST', 'create-user', { username: 'x' }, headers);
    expect(outcomeOf(authing.handle(write))).toBe('200: 403');
    authing.addKey({ ...key, status: 'revoked', interfaces: null });
    expect(list(authing, data.access_token)).toBe('200: 401/2020');
  });
});

describe('an unknown interface or method', () => {
  it('is 404 in HTTP and in the body', () => {
    const { authing } = desk();
    const headers = { authorization: tokenOf(authing) };
    const unknown = request('POST', 'fly-to-the-moon', {}, headers);
    expect(outcomeOf(authing.handle(unknown))).toBe('404: 404');
    const wrongMethod = request('GET', 'create-user', {}, headers);
    expect(outcomeOf(authing.handle(wrongMethod))).toBe('404: 404');
  });
});
