/** One access token per app: shared by all workers, fetched by one caller at a time, replaced when it was refused. */

export interface Token {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Where all workers keep the token of one app; what it holds is a secret and is sealed by whoever stores it. */
export interface SharedToken {
  get(): Promise<Token | null>;
  set(token: Token): Promise<void>;
}

export interface TokenCache {
  get(signal?: AbortSignal): Promise<string>;
  /** A token to use instead of the one that was refused; many callers with the same one cause one fetch. */
  replace(refused: string, signal?: AbortSignal): Promise<string>;
}

/** DingTalk: refresh about ten minutes before the end; shorter lives keep the same share. */
const MARGIN_MS = 10 * 60_000;

/** `fetch` asks the vendor for a token; while one is valid it answers with the same again. */
export function createTokenCache(
  shared: SharedToken,
  fetch: () => Promise<Token>,
  now: () => number = Date.now,
): TokenCache {
  let held: { token: string; useUntil: number } | null = null;
  let flight: Promise<string> | null = null;

  function keep(token: Token): string {
    const left = token.expiresAt - now();
    held = { token: token.token, useUntil: token.expiresAt - Math.min(MARGIN_MS, left / 10) };
    return token.token;
  }

  async function obtain(refused: string | null): Promise<string> {
    // A store that is down costs a fetch and nothing else.
    const other = await shared.get().catch(() => null);
    if (other && other.token !== refused && other.expiresAt - now() > MARGIN_MS) return keep(other);
    const fresh = await fetch();
    await shared.set(fresh).catch(() => undefined);
    return keep(fresh);
  }

  function fly(refused: string | null): Promise<string> {
    // No caller's signal ends the fetch, as others wait for it too.
    flight ??= obtain(refused).finally(() => (flight = null));
    return flight;
  }

  return {
    async get(signal) {
      if (held && now() < held.useUntil) return held.token;
      return withSignal(fly(null), signal);
    },
    async replace(refused, signal) {
      if (held && held.token !== refused && now() < held.useUntil) return held.token;
      // A fetch that is under way may have begun before anybody knew of the refusal.
      if (flight) {
        const token = await withSignal(flight, signal);
        if (token !== refused) return token;
      }
      held = null;
      return withSignal(fly(refused), signal);
    },
  };
}

function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
