/** Access tokens of the vendors, sealed, shared by all workers so that none asks for more than it needs. */
import { Binary } from 'mongodb';
import type { Collections } from './documents.ts';
import { guard } from './database.ts';
import type { ConnectionKey } from './vault.ts';

export interface SharedToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface TokenCache {
  get(): Promise<SharedToken | null>;
  set(value: SharedToken): Promise<void>;
}

/** @param name which of a connection's tokens, for example "source" */
export function createTokenCache(
  c: Collections,
  connection: string,
  name: string,
  key: ConnectionKey,
): TokenCache {
  const _id = `${connection}/${name}`;
  return {
    async get() {
      const found = await guard(() => c.tokens.findOne({ _id }));
      if (!found) return null;
      const token = key.open(found.sealed.buffer, `tokens/${_id}`) as string;
      return { token, expiresAt: found.expiresAt.getTime() };
    },
    async set({ token, expiresAt }) {
      const sealed = new Binary(key.seal(token, `tokens/${_id}`));
      await guard(() =>
        c.tokens.updateOne(
          { _id },
          { $set: { sealed, expiresAt: new Date(expiresAt) } },
          { upsert: true },
        ),
      );
    },
  };
}
