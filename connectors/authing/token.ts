/** The management token: fetched once for all callers and workers, renewed before it dies or when it is refused. */

/** A token and the time, in milliseconds since 1970, until which it is to be used. */
export interface StoredToken {
  token: string;
  expiresAt: number;
}

/** Where all workers of a connection keep its token; how it is sealed is the store's business. */
export interface TokenCache {
  get(): Promise<StoredToken | null>;
  set(token: StoredToken): Promise<void>;
}

export interface Tokens {
  /** A token that should work. */
  current(): Promise<string>;
  /** Another token than the one that was just refused; many callers at once cause one request. */
  renew(rejected: string): Promise<string>;
}

/** Share of a token's life after which a new one is fetched (7,200 s by default, docs get-management-token). */
const USED_SHARE = 0.9;

export function createTokens(options: {
  fetch: () => Promise<{ token: string; livesMs: number }>;
  cache?: TokenCache;
  now: () => number;
}): Tokens {
  const { fetch, cache, now } = options;
  let held: StoredToken | null = null;
  let underWay: Promise<string> | null = null;

  const usable = (it: StoredToken | null, rejected?: string): it is StoredToken =>
    it !== null && it.token !== rejected && now() < it.expiresAt;

  async function find(rejected?: string): Promise<string> {
    // A cache that cannot be reached costs one more request and nothing else.
    const shared = await cache?.get().catch(() => null);
    if (shared && usable(shared, rejected)) {
      held = shared;
      return shared.token;
    }
    const asked = now();
    const fresh = await fetch();
    held = { token: fresh.token, expiresAt: asked + Math.floor(fresh.livesMs * USED_SHARE) };
    await cache?.set(held).catch(() => undefined);
    return held.token;
  }

  function search(rejected?: string): Promise<string> {
    underWay ??= find(rejected).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function once(rejected?: string): Promise<string> {
    if (usable(held, rejected)) return held.token;
    const got = await search(rejected);
    // A search that began before the token was refused may bring the same one.
    return got === rejected && !usable(held, rejected) ? search(rejected) : got;
  }

  return { current: () => once(), renew: (rejected) => once(rejected) };
}

/**
 * The user pool that a token is for, from its claim `scoped_userpool_id` (read so by Authing's Java, Go and
 * Python clients), or null. The token is not verified: it comes straight from its issuer.
 */
export function poolOf(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const pool =
      typeof claims === 'object' && claims !== null && 'scoped_userpool_id' in claims
        ? claims.scoped_userpool_id
        : null;
    return typeof pool === 'string' && /^[\w-]{1,64}$/.test(pool) ? pool : null;
  } catch {
    return null;
  }
}
