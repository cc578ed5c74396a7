/** A database of its own for one test file, on the run's server. */
import { randomBytes, randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { collections, ensureIndexes } from '../../store/database.ts';
import type { Collections } from '../../store/documents.ts';
import { createVault } from '../../store/vault.ts';
import type { Vault } from '../../store/vault.ts';

export interface Desk {
  c: Collections;
  db: Db;
  vault: Vault;
  masterKey: Buffer;
  close(): Promise<void>;
}

export async function openDesk(uri: string): Promise<Desk> {
  const client = await MongoClient.connect(uri, { ignoreUndefined: true });
  const db = client.db(`store_${randomUUID().slice(0, 8)}`);
  const c = collections(db);
  await ensureIndexes(c);
  const masterKey = randomBytes(32);
  return { c, db, masterKey, vault: createVault(masterKey), close: () => client.close() };
}
