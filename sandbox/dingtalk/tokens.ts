/** Access tokens: the same value again while it is valid, its lifetime renewed; a new one afterwards. */
import { createHash, randomBytes } from 'node:crypto';

export interface Token {
  value: string;
  appKey: string;
  /** Host that gave it out. */
  host: 'oapi' | 'api';
  expiresAt: number;
  /** Short digest for the request log, so that the log never shows a token. */
  id: string;
}

export interface Tokens {
  /** @param shared one token for both hosts. */
  issue(appKey: string, host: Token['host'], shared: boolean, ttlMs: number, now: number): Token;
  find(value: string): Token | undefined;
  /** Forgets the token at once: 40014. */
  revoke(value: string): void;
  /** Ends the lifetime of all tokens of an app, or of all apps. */
  expire(appKey: string | undefined, now: number): number;
  list(): Token[];
  restore(tokens: Token[]): void;
}

export function createTokens(): Tokens {
  const byValue = new Map<string, Token>();
  const current = new Map<string, Token>();

  function issue(
    appKey: string,
    host: Token['host'],
    shared: boolean,
    ttlMs: number,
    now: number,
  ): Token {
    const slot = shared ? appKey : `${appKey}\n${host}`;
    const held = current.get(slot);
    if (held && held.expiresAt > now && byValue.has(held.value)) {
      held.expiresAt = now + ttlMs;
      return held;
    }
    const value = randomBytes(16).toString('hex');
    const id = createHash('sha256').update(value).digest('hex').slice(0, 8);
    const token: Token = { value, appKey, host, expiresAt: now + ttlMs, id };
    byValue.set(value, token);
    current.set(slot, token);
    return token;
  }

  return {
    issue,
    find: (value) => byValue.get(value),
    revoke: (value) => void byValue.delete(value),
    expire(appKey, now) {
      let ended = 0;
      for (const token of byValue.values()) {
        if ((appKey === undefined || token.appKey === appKey) && token.expiresAt > now) {
          token.expiresAt = now;
          ended += 1;
        }
      }
      return ended;
    },
    list: () => [...byValue.values()],
    restore(tokens) {
      byValue.clear();
      current.clear();
      for (const token of tokens) {
        byValue.set(token.value, token);
        current.set(token.appKey, token);
        current.set(`${token.appKey}\n${token.host}`, token);
      }
    },
  };
}
