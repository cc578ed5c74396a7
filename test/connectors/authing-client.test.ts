/** The client of Authing: its token, its pool, its limits, and what never leaves it. */
import { afterEach, describe, expect, it } from 'vitest';
import { inspect } from 'node:util';
import { problemOf } from '../../model/problem.ts';
import { POOL, SECRET, ok, refused, startAuthing, tokenFor } from './authing-server.ts';
import type { StoredToken } from '../../connectors/authing/token.ts';
import type { Answer, Asked, AuthingServer } from './authing-server.ts';

let server: AuthingServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const ORGANIZATION = {
  organizationCode: 'northwind',
  organizationName: 'Northwind',
  departmentId: 'R',
};

/** An Authing that issues numbered tokens and takes those in `accepted`. */
async function authing(
  options: {
    accepts?: (authorization: string) => boolean;
    token?: (asked: Asked) => Answer;
    answer?: (asked: Asked) => Answer | null;
  } = {},
) {
  const asked: Asked[] = [];
  let issued = 0;
  server = await startAuthing((call) => {
    if (call.name === 'get-management-token') {
      issued += 1;
      const usual = ok({ access_token: tokenFor(POOL, issued), expires_in: 7200 });
      return options.token?.(call) ?? usual;
    }
    asked.push(call);
    if (options.accepts && !options.accepts(call.headers.authorization ?? '')) {
      return refused(401, 'token expired', 2020);
    }
    return options.answer?.(call) ?? ok(ORGANIZATION);
  });
  return { server, asked, issued: () => issued };
}

/** A cache that two clients can share. */
function cache(held: StoredToken | null = null) {
  return {
    get: () => Promise.resolve(held),
    set: (token: StoredToken) => {
      held = token;
      return Promise.resolve();
    },
    held: () => held,
  };
}

const bearer = (n: number) => `Bearer ${tokenFor(POOL, n)}`;

describe('the token', () => {
  it('is fetched once for 50 calls at once, and kept for nine tenths of its life', async () => {
    let now = 1_000_000;
    const { server, issued } = await authing();
    const tokens = cache();
    const { reader } = server.connect({ now: () => now, tokens });
    await Promise.all(Array.from({ length: 50 }, () => reader.organization('northwind')));
    expect(issued()).toBe(1);
    expect(tokens.held()).toEqual({ token: tokenFor(POOL, 1), expiresAt: now + 6_480_000 });
    now += 6_479_999;
    await reader.organization('northwind');
    expect(issued()).toBe(1);
    now += 1;
    await reader.organization('northwind');
    expect(issued()).toBe(2);
  });

  it('of another worker is used, and a cache that fails costs one request and nothing else', async () => {
    const { server, issued, asked } = await authing();
    const shared = cache({ token: tokenFor(POOL, 77), expiresAt: Date.now() + 60_000 });
    await server.connect({ tokens: shared }).reader.organization('northwind');
    expect(issued()).toBe(0);
    expect(asked[0]?.headers.authorization).toBe(bearer(77));
    const broken = {
      get: () => Promise.reject(new Error('down')),
      set: () => Promise.reject(new Error('down')),
    };
    await server.connect({ tokens: broken }).reader.organization('northwind');
    expect(issued()).toBe(1);
  });

  it('is renewed once when 50 calls at once are refused, and each call is sent again', async () => {
    let valid = 1;
    const { server, issued, asked } = await authing({ accepts: (it) => it === bearer(valid) });
    const { reader } = server.connect({ tokens: cache(), concurrency: 50 });
    await reader.organization('northwind');
    valid = 2;
    const found = await Promise.all(
      Array.from({ length: 50 }, () => reader.organization('northwind')),
    );
    expect(found.every((it) => it?.rootId === 'R')).toBe(true);
    expect(issued()).toBe(2);
    expect(asked).toHaveLength(101);
  });

  it('that another worker renewed meanwhile is taken from the cache', async () => {
    const { server, issued } = await authing({ accepts: (it) => it === bearer(9) });
    const tokens = cache({ token: tokenFor(POOL, 8), expiresAt: Date.now() + 60_000 });
    const { reader } = server.connect({ tokens });
    const reading = reader.organization('northwind');
    await tokens.set({ token: tokenFor(POOL, 9), expiresAt: Date.now() + 60_000 });
    expect((await reading)?.rootId).toBe('R');
    expect(issued()).toBe(0);
  });

  it('is sent bare where the server wants it so, which is tried once', async () => {
    const { server, asked, issued } = await authing({ accepts: (it) => !it.startsWith('Bearer ') });
    const { reader, writer } = server.connect();
    await writer.renameOrganization('northwind', 'New');
    expect(asked).toHaveLength(3);
    await reader.organization('northwind');
    expect(asked).toHaveLength(4);
    expect(issued()).toBe(2);
  });

  it('that is never accepted ends the call after three tries, with a problem for a person', async () => {
    const { server, asked, issued } = await authing({ accepts: () => false });
    const { reader } = server.connect();
    const got = await reader.organization('northwind').catch(problemOf);
    expect(got).toMatchObject({ code: 'TARGET_TOKEN_REJECTED', kind: 'config', effect: 'none' });
    expect(asked).toHaveLength(3);
    expect(issued()).toBe(2);
  });
});

describe('the key', () => {
  it.each([
    [refused(401, '密钥错误', 2020), 'TARGET_CREDENTIALS_REJECTED'],
    [refused(400, '参数 accessKeyId 格式错误'), 'TARGET_CREDENTIALS_REJECTED'],
    [refused(403, 'no'), 'TARGET_CREDENTIALS_REJECTED'],
    [refused(401, '用户池不存在', 2224), 'TARGET_POOL_NOT_FOUND'],
    [refused(429, 'slow down'), 'TARGET_RATE_LIMITED'],
    [refused(500, 'oops'), 'TARGET_UNAVAILABLE'],
    [{ status: 502, body: '<html>' }, 'TARGET_UNAVAILABLE'],
    [{ status: 404, body: '<html>' }, 'TARGET_HOST_WRONG'],
    [{ status: 200, body: '<html>' }, 'TARGET_REPLY_UNREADABLE'],
    [ok({ access_token: 'x', expires_in: 'soon' }), 'BUG_TARGET_REPLY'],
  ])('%j is %s', async (answer, code) => {
    const { server } = await authing({ token: () => answer });
    const { reader, writer } = server.connect();
    expect(await reader.organization('northwind').catch(problemOf)).toMatchObject({ code });
    const written = await writer.renameOrganization('a', 'b').catch(problemOf);
    expect(written).toMatchObject({ code, effect: 'none' });
  });

  it('of an administrator works for the pool that the token names, or the one that was entered', async () => {
    const { server, asked } = await authing();
    const address = { host: server.host, accessKeyId: 'ak_admin', organizationCode: 'northwind' };
    await server.connect({ address }).reader.organization('northwind');
    const given = { ...address, userPoolId: '64a0c0ffee00000000000009' };
    await server.connect({ address: given }).reader.organization('northwind');
    expect(asked.map((it) => it.headers['x-authing-userpool-id'])).toEqual([
      POOL,
      '64a0c0ffee00000000000009',
    ]);
  });

  it('of an administrator without any pool is a problem for a person', async () => {
    const { server } = await authing({
      token: () => ok({ access_token: 'opaque', expires_in: 60 }),
    });
    const address = { host: server.host, accessKeyId: 'ak_admin', organizationCode: 'northwind' };
    const got = await server.connect({ address }).reader.organization('n').catch(problemOf);
    expect(got).toMatchObject({ code: 'TARGET_POOL_UNKNOWN', kind: 'config' });
  });
});

describe('a reply that contradicts itself', () => {
  it.each([
    [{ status: 500, body: { statusCode: 200, message: '', data: null } }],
    [{ status: 502, body: { statusCode: 409, apiCode: 2026, message: 'exists' } }],
  ])('%j decides nothing about a write', async (answer) => {
    const { server } = await authing({ answer: () => answer });
    const { writer } = server.connect();
    const got = await writer.renameOrganization('a', 'b').catch(problemOf);
    expect(got).toMatchObject({ code: 'TARGET_UNAVAILABLE', effect: 'unknown' });
  });
});

describe('limits', () => {
  it('at most five calls are under way, each after the limiter said yes with its name', async () => {
    let underWay = 0;
    let most = 0;
    const { server } = await authing();
    const names: string[] = [];
    const { reader, transport } = server.connect({
      limiter: (name) => {
        names.push(name);
        return Promise.resolve();
      },
    });
    await reader.organization('northwind');
    const send = transport.send.bind(transport);
    transport.send = async (exchange) => {
      underWay += 1;
      most = Math.max(most, underWay);
      return send(exchange).finally(() => (underWay -= 1));
    };
    await Promise.all(Array.from({ length: 30 }, () => reader.organization('northwind')));
    expect(most).toBe(5);
    expect(names.filter((it) => it === 'get-organization')).toHaveLength(31);
    expect(reader.calls.targetReads).toBe(31);
  });

  it('the window for sending is asked after the limiter, so that waiting cannot make a write late', async () => {
    const { server, asked } = await authing();
    let open = true;
    const { writer } = server.connect({
      window: () => open,
      limiter: async (name) => {
        if (name === 'update-organization') open = false;
      },
    });
    const got = await writer.renameOrganization('a', 'b').catch(problemOf);
    expect(got).toMatchObject({ code: 'TARGET_WRITE_NOT_SENT', effect: 'none', kind: 'transient' });
    expect(asked).toEqual([]);
  });
});

describe('an abort', () => {
  it('ends a read with the signal’s reason, wherever it waits', async () => {
    const { server } = await authing();
    const never = new Promise<void>(() => undefined);
    const reason = new Error('cancelled');
    const places = [
      server.connect({
        limiter: (name, signal) => (name === 'get-organization' ? held(signal) : Promise.resolve()),
      }),
      server.connect({
        tokens: { get: () => never.then(() => null), set: () => Promise.resolve() },
      }),
      server.connect({ concurrency: 0 }),
    ];
    function held(signal?: AbortSignal): Promise<void> {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
    for (const { reader } of places) {
      const controller = new AbortController();
      const reading = reader.organization('northwind', controller.signal);
      setTimeout(() => controller.abort(reason), 20);
      await expect(reading).rejects.toBe(reason);
      await expect(reader.organization('northwind', controller.signal)).rejects.toBe(reason);
    }
  });
});

describe('what leaves the client', () => {
  it('no error shows secret, token, body or a person', async () => {
    const person = {
      key: 'corp:1',
      fields: { name: '林小红', phone: '13800138000' },
      departmentIds: [],
    };
    for (const answer of [
      refused(409, '手机号 13800138000 已被绑定', 2035),
      refused(500, 'failed for ada@northwind.example'),
      { status: 200, body: '<html>13800138000</html>' },
      { body: '', lost: true },
    ]) {
      const { server } = await authing({ answer: () => answer });
      const { writer } = server.connect();
      const results = await writer.createPeople([person]);
      const shown = inspect(results, { depth: 9 });
      for (const secret of [SECRET, tokenFor(POOL, 1), '13800138000', '林小红', 'ada@']) {
        expect(shown).not.toContain(secret);
      }
      const error: unknown = await writer
        .renameOrganization('a', '林小红')
        .catch((it: unknown) => it);
      const printed = `${inspect(error, { depth: 9, showHidden: false })} ${JSON.stringify(error)}`;
      for (const secret of [SECRET, tokenFor(POOL, 1), '林小红'])
        expect(printed).not.toContain(secret);
      await server.close();
    }
  });
});
