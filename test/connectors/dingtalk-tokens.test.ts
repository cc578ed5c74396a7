/** One token for all: one fetch for many callers, one refresh for many refusals, shared among workers. */
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../model/problem.ts';
import { createPace } from '../../connectors/dingtalk/pace.ts';
import { createTokenCache } from '../../connectors/dingtalk/tokens.ts';
import { desk, tokenAnswer } from './dingtalk-desk.ts';
import type { SharedToken, Token } from '../../connectors/dingtalk/tokens.ts';

const refusal = (code: number): string =>
  JSON.stringify({ errcode: 88, sub_code: String(code), errmsg: `[subcode=${code},submsg=x]` });

function sharedToken(
  held: Token | null = null,
): SharedToken & { held: Token | null; sets: number } {
  const it = {
    held,
    sets: 0,
    get: async () => it.held,
    set: async (token: Token) => {
      it.held = token;
      it.sets += 1;
    },
  };
  return it;
}

/** A vendor that knows which token is good, and a source whose reads need it. */
function vendorOf(goodToken: string, options: Parameters<typeof desk>[0] = {}) {
  const it = desk(options);
  const state = { good: goodToken, code: 40014 };
  it.answers['gettoken'] = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return JSON.stringify({ ...tokenAnswer, access_token: state.good });
  };
  it.answers['topapi/user/count'] = (exchange) =>
    exchange.query?.['access_token'] === state.good
      ? '{"errcode":0,"result":{"count":1}}'
      : refusal(state.code);
  const fetches = (): number => it.sent.filter((one) => one.name === 'gettoken').length;
  return { it, state, fetches };
}

describe('a token', () => {
  it('is fetched once for fifty callers', async () => {
    const { it, fetches } = vendorOf('t1');
    await Promise.all(Array.from({ length: 50 }, () => it.source.peopleCount()));
    expect(fetches()).toBe(1);
    expect(it.sent).toHaveLength(51);
  });

  it('that is refused to fifty callers at once is replaced once, and every call ends well', async () => {
    for (const code of [40014, 42001, 40001]) {
      const { it, state, fetches } = vendorOf('t1');
      await it.source.peopleCount();
      Object.assign(state, { good: 't2', code });
      const counts = await Promise.all(Array.from({ length: 50 }, () => it.source.peopleCount()));
      expect(counts).toEqual(Array(50).fill(1));
      expect(fetches()).toBe(2);
      // Fifty refused calls and fifty repeated ones.
      expect(it.source.calls).toEqual({ source: 101, tokens: 2 });
    }
  });

  it('that was replaced by somebody else is taken from the store instead of fetched', async () => {
    const shared = sharedToken();
    const { it, state, fetches } = vendorOf('t1', { tokens: shared });
    await it.source.peopleCount();
    state.good = 't2';
    shared.held = { token: 't2', expiresAt: Date.now() + 7_200_000 };
    await it.source.peopleCount();
    expect(fetches()).toBe(1);
  });

  it('of another worker is used from the start, and an own one is put there', async () => {
    const shared = sharedToken({ token: 't1', expiresAt: Date.now() + 7_200_000 });
    const first = vendorOf('t1', { tokens: shared });
    await first.it.source.peopleCount();
    expect(first.fetches()).toBe(0);
    shared.held = null;
    const second = vendorOf('t1', { tokens: shared });
    await second.it.source.peopleCount();
    expect(second.fetches()).toBe(1);
    expect(shared.held).toMatchObject({ token: 't1' });
  });

  it('does without the store when it is down', async () => {
    const down = async (): Promise<never> => Promise.reject(new Error('down'));
    const { it } = vendorOf('t1', { tokens: { get: down, set: down } });
    expect(await it.source.peopleCount()).toBe(1);
  });

  it('that stays refused after one change is a problem that waits, and no endless circle', async () => {
    const { it, state, fetches } = vendorOf('t1');
    it.answers['topapi/user/count'] = () => refusal(state.code);
    await expect(it.source.peopleCount()).rejects.toMatchObject({
      problem: { code: 'SOURCE_TOKEN_REJECTED', kind: 'transient', retryAfterMs: 5000 },
    });
    expect(fetches()).toBe(2);
    state.code = 40001;
    await expect(it.source.peopleCount()).rejects.toMatchObject({
      problem: { code: 'SOURCE_CREDENTIALS_REJECTED', kind: 'config' },
    });
  });

  it('is fetched for all, so that one caller who gives up does not stop the others', async () => {
    const { it, fetches } = vendorOf('t1');
    const controller = new AbortController();
    const first = it.source.peopleCount(controller.signal);
    const second = it.source.peopleCount();
    controller.abort(new Error('given up'));
    await expect(first).rejects.toThrow('given up');
    expect(await second).toBe(1);
    expect(fetches()).toBe(1);
  });

  it('that could not be fetched is fetched by the next caller', async () => {
    const { it } = vendorOf('t1');
    const good = it.answers['gettoken'];
    it.answers['gettoken'] = () => '{"errcode":-1,"errmsg":"系统繁忙"}';
    await expect(it.source.peopleCount()).rejects.toThrow('SOURCE_UNAVAILABLE');
    it.answers['gettoken'] = good;
    expect(await it.source.peopleCount()).toBe(1);
  });
});

describe('the life of a token', () => {
  async function livesOf(seconds: number): Promise<number> {
    let now = 1_000_000;
    let fetched = 0;
    const cache = createTokenCache(
      sharedToken(),
      async () => ({ token: `t${(fetched += 1)}`, expiresAt: now + seconds * 1000 }),
      () => now,
    );
    const start = now;
    await cache.get();
    while (fetched === 1) {
      now += 1000;
      await cache.get();
    }
    return (now - start) / 1000;
  }

  it('ends ten minutes early, and a short one keeps a tenth', async () => {
    expect(await livesOf(7200)).toBe(6600);
    expect(await livesOf(60)).toBe(54);
  });

  it('is not believed when it is longer than two hours', async () => {
    const shared = sharedToken();
    const it = desk({ tokens: shared, now: () => 0 });
    it.answers['gettoken'] = () => JSON.stringify({ ...tokenAnswer, expires_in: 7_200_000 });
    await it.source.token();
    expect(shared.held?.expiresAt).toBe(7_200_000);
  });
});

describe('the pair of key and secret', () => {
  it('that is wrong is a matter for a person, and does not appear in the problem', async () => {
    for (const code of [40096, 40089, 40001, 40014]) {
      const it = desk();
      it.answers['gettoken'] = () =>
        JSON.stringify({ errcode: code, errmsg: '不合法的appKey或appSecret' });
      const error: unknown = await it.source.token().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProblemError);
      const { problem } = error as ProblemError;
      expect(problem).toMatchObject({
        code: 'SOURCE_CREDENTIALS_REJECTED',
        kind: 'config',
        detail: { vendorCode: String(code), interface: 'gettoken' },
      });
      expect(JSON.stringify(problem)).not.toMatch(/canary|dingsimappkey/);
    }
  });

  it('is proved for the company with a call of its own', async () => {
    const it = desk();
    it.answers['v1.0/oauth2/{corpId}/token'] = () => '{"access_token":"x","expires_in":7200}';
    await it.source.proveCompany();
    expect(it.sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://api.dingtalk.example/v1.0/oauth2/dingsimcorp0001/token',
      body: { client_id: 'dingsimappkey00000001', grant_type: 'client_credentials' },
    });
  });

  it('whose token is no token, is not used', async () => {
    for (const token of [undefined, '', 'a b', 'a\r\nb', 7]) {
      const it = desk();
      it.answers['gettoken'] = () => JSON.stringify({ errcode: 0, access_token: token });
      await expect(it.source.token()).rejects.toThrow('SOURCE_REPLY_UNREADABLE');
    }
  });
});

describe('the pace of one process', () => {
  it('lets a lone call pass at once, spreads many, and keeps interfaces apart', async () => {
    const pace = createPace(5);
    const start = performance.now();
    await pace('a');
    await pace('b');
    expect(performance.now() - start).toBeLessThan(190);
    await Promise.all(Array.from({ length: 2 }, () => pace('a')));
    expect(performance.now() - start).toBeGreaterThanOrEqual(398);
  });

  it('is left by an abort with the reason given', async () => {
    const pace = createPace(0.1);
    await pace('a');
    const controller = new AbortController();
    const waiting = pace('a', controller.signal);
    controller.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
  });
});
