/** Addresses for callbacks: a random path per connection, and the sealed secrets of its messages. */
import { randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';
import type { CallbackReceiver } from '../model/connection.ts';
import type { Connections } from './connections.ts';
import type { Collections } from './documents.ts';
import { guard } from './database.ts';

export interface CallbackAddress {
  path: string;
  receiver: CallbackReceiver;
  token: string;
  aesKey: string;
}

export interface OpenCallback extends CallbackAddress {
  connection: string;
  corpId: string;
  appKey: string;
}

export interface Callbacks {
  /** A new address for a connection, in place of the one it had. Throws CONNECTION_UNKNOWN. */
  replace(connection: string, receiver: CallbackReceiver): Promise<CallbackAddress>;
  remove(connection: string): Promise<boolean>;
  /** Null for a path that nobody was given. */
  open(path: string): Promise<OpenCallback | null>;
}

const place = (path: string): string => `callbacks/${path}/secrets`;

/** DingTalk takes letters and digits only. */
function letters(length: number): string {
  let made = '';
  while (made.length < length) made += randomBytes(64).toString('base64').replace(/[+/=]/g, '');
  return made.slice(0, length);
}

/** The callback addresses of a database. */
export function createCallbacks(c: Collections, connections: Connections): Callbacks {
  return {
    async replace(connection, receiver) {
      const { key } = await connections.open(connection);
      const path = randomBytes(16).toString('hex');
      const secrets = { token: letters(32), aesKey: letters(43) };
      const sealed = new Binary(key.seal(secrets, place(path)));
      await guard(async () => {
        await c.callbacks.insertOne({ _id: path, connection, receiver, sealed });
        await c.callbacks.deleteMany({ connection, _id: { $ne: path } });
      });
      return { path, receiver, ...secrets };
    },
    async remove(connection) {
      const { deletedCount } = await guard(() => c.callbacks.deleteMany({ connection }));
      return deletedCount > 0;
    },
    async open(path) {
      const found = await guard(() => c.callbacks.findOne({ _id: path }));
      if (!found) return null;
      const { connection, key } = await connections.open(found.connection);
      const secrets = key.open(found.sealed.buffer, place(path)) as {
        token: string;
        aesKey: string;
      };
      const { corpId, appKey } = connection.source;
      return {
        path,
        receiver: found.receiver,
        connection: connection.id,
        corpId,
        appKey,
        ...secrets,
      };
    },
  };
}
