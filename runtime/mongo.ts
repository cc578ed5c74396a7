/** The way to MongoDB, with options that a replica set and the one-machine fallback both honour. */
import { MongoClient, MongoServerError } from 'mongodb';
import type { Db, MongoClientOptions } from 'mongodb';
import type { Config } from './config.ts';
import { untilReached } from './patience.ts';
import type { Patience } from './patience.ts';

export interface Mongo {
  client: MongoClient;
  db: Db;
  close: () => Promise<void>;
}

/** Hosts of the address without user, password and options. */
export function mongoHosts(uri: string): string {
  return uri.replace(/^mongodb(\+srv)?:\/\/([^@/]*@)?/, '').replace(/[/?].*$/s, '');
}

const options: MongoClientOptions = {
  appName: 'orgsync',
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  // A reply that never comes must not hold a writer longer than a claim lives.
  socketTimeoutMS: 20_000,
  maxPoolSize: 20,
  minPoolSize: 1,
  maxIdleTimeMS: 60_000,
  compressors: ['none'],
  ignoreUndefined: true,
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'local' },
};

/** A single server has no numbered transactions and refuses retryable writes; a replica set and a router have them. */
async function takesRetryableWrites(uri: string): Promise<boolean> {
  const client = new MongoClient(uri, { ...options, retryWrites: false, maxPoolSize: 1 });
  try {
    await client.connect();
    // The legacy spelling of "hello": the fallback server knows only this one.
    const reply = await client.db('admin').command({ isMaster: 1 });
    return typeof reply.setName === 'string' || reply.msg === 'isdbgrid';
  } finally {
    await client.close();
  }
}

/** MongoDB: 18 AuthenticationFailed, 13 Unauthorized; Atlas answers 8000 for both. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof MongoServerError) || ![13, 18, 8000].includes(Number(error.code))) {
    return undefined;
  }
  return 'refused the user or its password. What to do: correct MONGODB_URI.';
}

/**
 * Connects, waiting for a server that is not up yet.
 * @throws {StartFault} when it stays away or refuses the user.
 */
export async function connectMongo(
  config: Pick<Config, 'mongo'>,
  patience: Patience,
): Promise<Mongo> {
  const { uri, database } = config.mongo;
  const client = await untilReached(
    {
      what: `MongoDB at ${mongoHosts(uri)}`,
      remedy: 'Start one with "npm run demo", or set MONGODB_URI to the one that runs.',
      refusal,
      try: async () => {
        const retryWrites = await takesRetryableWrites(uri);
        return new MongoClient(uri, { ...options, retryWrites }).connect();
      },
    },
    patience,
  );
  return { client, db: client.db(database), close: () => client.close() };
}
