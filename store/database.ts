/** The collections of the database, their shapes and indexes, and the one way its failures become problems. */
import { MongoError } from 'mongodb';
import type { Binary, Collection, Db } from 'mongodb';
import type { Connection } from '../model/connection.ts';
import type { Link } from '../model/link.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Run, RunProblem } from '../model/run.ts';
import type { BudgetDocument } from './budgets.ts';
import type { LaneDocument, PageDocument, QueueDocument, SeenDocument } from './frontier.ts';

export interface ConnectionDocument extends Connection {
  _id: string;
  /** The connection's key, wrapped by the master key. */
  key: Binary;
  /** Sealed `ConnectionSecrets`. */
  secrets: Binary;
}

export interface RunDocument extends Omit<Run, 'id'> {
  _id: string;
}

export interface RunProblemDocument extends RunProblem {
  _id: string;
  run: string;
}

export interface Collections {
  connections: Collection<ConnectionDocument>;
  links: Collection<Link>;
  /** One counter per connection: the number of the last source read begun. */
  numbers: Collection<{ _id: string; number: number; at: Date }>;
  /** Leases: the department gate of each connection. */
  gates: Collection<{ _id: string; token: string; until: Date }>;
  budgets: Collection<BudgetDocument>;
  tokens: Collection<{ _id: string; sealed: Binary; expiresAt: Date }>;
  runs: Collection<RunDocument>;
  problems: Collection<RunProblemDocument>;
  lanes: Collection<LaneDocument>;
  queue: Collection<QueueDocument>;
  seen: Collection<SeenDocument>;
  pages: Collection<PageDocument>;
}

/** The collections of a database; no I/O. */
export function collections(db: Db): Collections {
  return {
    connections: db.collection('connections'),
    links: db.collection('links'),
    numbers: db.collection('numbers'),
    gates: db.collection('gates'),
    budgets: db.collection('budgets'),
    tokens: db.collection('tokens'),
    runs: db.collection('runs'),
    problems: db.collection('run_problems'),
    lanes: db.collection('run_lanes'),
    queue: db.collection('run_departments'),
    seen: db.collection('run_seen'),
    pages: db.collection('run_pages'),
  };
}

/** Creates the indexes; safe to repeat. What is asked often goes by `_id`, so there are few. */
export async function ensureIndexes(c: Collections): Promise<void> {
  await guard(async () => {
    await c.links.createIndex({ connection: 1, kind: 1 });
    await c.runs.createIndex({ connection: 1, startedAt: -1 });
    await c.problems.createIndex({ run: 1 });
  });
}

/** Runs a piece of database work; a failure of the database becomes STORE_UNAVAILABLE, tried again soon. */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError || !(error instanceof MongoError)) throw error;
    // The driver's messages can quote documents; only its class name is kept.
    throw new ProblemError(
      problem(
        'STORE_UNAVAILABLE',
        { vendorCode: String(error.code ?? error.name) },
        { retryAfterMs: 1000 },
      ),
      { cause: error },
    );
  }
}

/** True for "this _id or unique value exists already". */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoError && error.code === 11000;
}
