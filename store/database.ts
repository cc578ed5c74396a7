/** The collections of the database and their indexes, and the one way its failures become problems. */
import { MongoError } from 'mongodb';
import type { Db } from 'mongodb';
import { ProblemError, problem } from '../model/problem.ts';
import type { Collections } from './documents.ts';

/** The collections of a database; no I/O. */
export function collections(db: Db): Collections {
  return {
    connections: db.collection('connections'),
    links: db.collection('links'),
    numbers: db.collection('numbers'),
    gates: db.collection('gates'),
    budgets: db.collection('budgets'),
    tokens: db.collection('tokens'),
    apiTokens: db.collection('api_tokens'),
    runs: db.collection('runs'),
    problems: db.collection('run_problems'),
    changes: db.collection('run_changes'),
    summaries: db.collection('run_summaries'),
    lanes: db.collection('run_lanes'),
    queue: db.collection('run_departments'),
    seen: db.collection('run_seen'),
    pages: db.collection('run_pages'),
    values: db.collection('run_values'),
    adoptions: db.collection('adoptions'),
    inbox: db.collection('inbox'),
    events: db.collection('events'),
    callbacks: db.collection('callbacks'),
    feeds: db.collection('feeds'),
    receivers: db.collection('receivers'),
    plans: db.collection('plans'),
    planItems: db.collection('plan_items'),
  };
}

/** Creates the indexes; safe to repeat. What is asked often goes by `_id`, so there are few. */
export async function ensureIndexes(c: Collections): Promise<void> {
  await guard(async () => {
    await c.links.createIndex({ connection: 1, kind: 1 });
    await c.links.createIndex({ targetId: 1 });
    await c.links.createIndex({ 'claim.until': 1 }, { sparse: true });
    await c.runs.createIndex({ connection: 1, _id: -1 });
    for (const name of ['omitted.phone', 'omitted.email', 'omitted.username']) {
      await c.links.createIndex({ [name]: 1 }, { sparse: true });
    }
    await c.runs.createIndex({ connection: 1, startedAt: -1 });
    await c.runs.createIndex({ status: 1, _id: -1 });
    await c.problems.createIndex({ run: 1 });
    await c.problems.createIndex({ 'object.id': 1 }, { sparse: true });
    await c.changes.createIndex({ objects: 1 });
    await c.inbox.createIndex({ until: 1 });
    await c.events.createIndex({ connection: 1, receivedAt: -1 });
    await c.events.createIndex({ receivedAt: 1 });
    await c.events.createIndex({ 'objects.id': 1 });
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
    );
  }
}

/** True for "this _id or unique value exists already". */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoError && error.code === 11000;
}
