/** Connections in MongoDB, their secrets sealed; the only place where secrets are opened. */
import { Binary } from 'mongodb';
import type { Connection, ConnectionSecrets } from '../model/connection.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { Collections, ConnectionDocument } from './documents.ts';
import { guard, isDuplicateKey } from './database.ts';
import type { ConnectionKey, Vault } from './vault.ts';

export interface OpenConnection {
  connection: Connection;
  secrets: ConnectionSecrets;
  key: ConnectionKey;
}

export interface Connections {
  /** Throws CONNECTION_EXISTS. */
  create(connection: Connection, secrets: ConnectionSecrets): Promise<void>;
  /** Throws CONNECTION_UNKNOWN. */
  get(id: string): Promise<Connection>;
  list(): Promise<Connection[]>;
  /** With secrets; for processes that call vendors. Throws CONNECTION_UNKNOWN, SECRET_UNREADABLE. */
  open(id: string): Promise<OpenConnection>;
  replaceSecrets(id: string, secrets: ConnectionSecrets): Promise<void>;
}

const place = (id: string): string => `connections/${id}/secrets`;

function toConnection(document: ConnectionDocument): Connection {
  const { _id, key: _key, secrets: _secrets, ...connection } = document;
  // A connection stored before a setting was there goes on as it did.
  return { ...connection, id: _id, settings: { ...DEFAULT_SETTINGS, ...document.settings } };
}

/** The connections of a database. */
export function createConnections(c: Collections, vault: Vault): Connections {
  const find = async (id: string): Promise<ConnectionDocument> => {
    const found = await guard(() => c.connections.findOne({ _id: id }));
    if (!found) throw new ProblemError(problem('CONNECTION_UNKNOWN'));
    return found;
  };
  return {
    async create(connection, secrets) {
      const wrapped = vault.createKey(connection.id);
      const key = vault.openKey(wrapped, connection.id);
      const document = {
        ...connection,
        _id: connection.id,
        key: new Binary(wrapped),
        secrets: new Binary(key.seal(secrets, place(connection.id))),
      };
      await guard(async () => {
        try {
          await c.connections.insertOne(document);
        } catch (error) {
          if (isDuplicateKey(error)) throw new ProblemError(problem('CONNECTION_EXISTS'));
          throw error;
        }
      });
    },
    async get(id) {
      return toConnection(await find(id));
    },
    async list() {
      const found = await guard(() => c.connections.find({}).toArray());
      return found.map(toConnection).sort((a, b) => a.id.localeCompare(b.id));
    },
    async open(id) {
      const found = await find(id);
      const key = vault.openKey(found.key.buffer, id);
      const secrets = key.open(found.secrets.buffer, place(id)) as ConnectionSecrets;
      return { connection: toConnection(found), secrets, key };
    },
    async replaceSecrets(id, secrets) {
      const found = await find(id);
      const key = vault.openKey(found.key.buffer, id);
      const sealed = new Binary(key.seal(secrets, place(id)));
      await guard(() =>
        c.connections.updateOne({ _id: id }, { $set: { secrets: sealed }, $inc: { version: 1 } }),
      );
    },
  };
}
