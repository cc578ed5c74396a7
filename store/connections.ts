/** Connections in MongoDB, their secrets sealed; the only place where secrets are opened. */
import { Binary } from 'mongodb';
import type { Connection, ConnectionSecrets } from '../model/connection.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
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
  /**
   * Changes settings and secrets of the connection as it was at `version`, and counts the version up.
   * Throws CONNECTION_CHANGED when somebody else was faster, CONNECTION_UNKNOWN, SECRET_UNREADABLE.
   */
  update(id: string, version: number, change: ConnectionChange): Promise<Connection>;
  /** Wraps the keys of all connections by the master key of today; returns how many it had to change. */
  rewrap(): Promise<{ changed: number; all: number }>;
  /**
   * With its key, so that nothing sealed with it can be read any more, and with its links. Returns how
   * many objects at the target nobody follows from now on. Same failures as `update`.
   */
  remove(id: string, version: number): Promise<{ departments: number; people: number }>;
}

/** What is left out stays; null takes away. */
export interface ConnectionChange {
  set?: Partial<Omit<Connection, 'id' | 'version' | 'createdAt' | 'keyFormat' | 'ca'>> & {
    ca?: string | null;
  };
  secrets?: Partial<Omit<ConnectionSecrets, 'targetProxy'>> & { targetProxy?: string | null };
}

const place = (id: string): string => `connections/${id}/secrets`;

function toConnection(document: ConnectionDocument): Connection {
  const { _id, key: _key, secrets: _secrets, ...connection } = document;
  // A connection stored before a setting was there goes on as it did.
  return { ...connection, id: _id, settings: { ...DEFAULT_SETTINGS, ...document.settings } };
}

/** The root is the organisation itself, which is counted by nobody. */
async function countPresent(c: Collections, connection: string) {
  const present = { connection, state: 'present' as const };
  const [departments, people] = await Promise.all([
    c.links.countDocuments({ ...present, kind: 'department', sourceId: { $ne: ROOT_DEPARTMENT } }),
    c.links.countDocuments({ ...present, kind: 'person' }),
  ]);
  return { departments, people };
}

/** A compare-and-set on the version, with the secrets sealed anew when any is given. */
function updater(c: Collections, vault: Vault, find: (id: string) => Promise<ConnectionDocument>) {
  return async (id: string, version: number, { set = {}, secrets }: ConnectionChange) => {
    const found = await find(id);
    const { ca, ...rest } = set;
    const $set: Partial<ConnectionDocument> = { ...rest, ...(ca ? { ca } : {}) };
    if (secrets && Object.keys(secrets).length > 0) {
      const key = vault.openKey(found.key.buffer, id);
      const old = key.open(found.secrets.buffer, place(id)) as ConnectionSecrets;
      const { targetProxy, ...merged } = { ...old, ...secrets };
      const proxy = targetProxy == null ? {} : { targetProxy };
      $set.secrets = new Binary(key.seal({ ...merged, ...proxy }, place(id)));
    }
    const after = await guard(() =>
      c.connections.findOneAndUpdate(
        { _id: id, version },
        { $set, $inc: { version: 1 }, ...(ca === null ? { $unset: { ca: '' } } : {}) },
        { returnDocument: 'after' },
      ),
    );
    if (!after) throw new ProblemError(problem('CONNECTION_CHANGED'));
    return after;
  };
}

/** Everything that was kept for a connection beside its document. */
async function forget(c: Collections, id: string): Promise<void> {
  await c.links.deleteMany({ connection: id });
  await c.tokens.deleteMany({ _id: { $in: [`${id}/source`, `${id}/target`] } });
  for (const it of [c.callbacks, c.inbox, c.events]) await it.deleteMany({ connection: id });
  await c.feeds.deleteOne({ _id: id });
}

/** The connections of a database. */
export function createConnections(c: Collections, vault: Vault): Connections {
  const find = async (id: string): Promise<ConnectionDocument> => {
    const found = await guard(() => c.connections.findOne({ _id: id }));
    if (!found) throw new ProblemError(problem('CONNECTION_UNKNOWN'));
    return found;
  };
  const update = updater(c, vault, find);
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
        // Another company may have had this id: its links would be taken for ours.
        await forget(c, connection.id);
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
    async rewrap() {
      const all = await guard(() => c.connections.find({}).toArray());
      let changed = 0;
      for (const { _id, key } of all) {
        const wrapped = vault.rewrap(key.buffer, _id);
        if (wrapped === null) continue;
        // Another process may have wrapped it, or removed the connection; both are as good.
        await guard(() =>
          c.connections.updateOne({ _id, key }, { $set: { key: new Binary(wrapped) } }),
        );
        changed++;
      }
      return { changed, all: all.length };
    },
    update: async (id, version, change) => toConnection(await update(id, version, change)),
    async remove(id, version) {
      await find(id);
      return guard(async () => {
        const left = await countPresent(c, id);
        const gone = await c.connections.deleteOne({ _id: id, version });
        if (gone.deletedCount === 0) throw new ProblemError(problem('CONNECTION_CHANGED'));
        await forget(c, id);
        return left;
      });
    },
  };
}
