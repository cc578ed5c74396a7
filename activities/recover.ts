/** Catches up on events that did not come in: from the list of failed pushes, or by a pass where no list has them. */
import { EVENT_PASS } from '../model/event.ts';
import type { EventGap, SourceEvent } from '../model/event.ts';
import { problemOf } from '../model/problem.ts';
import { newRun } from '../model/run.ts';
import type { Feeds } from '../store/feeds.ts';
import type { Events, Inbox } from '../store/inbox.ts';
import type { Runs } from '../store/runs.ts';

export interface RecoverParts {
  connection: string;
  /** Name of the workflow of passes. */
  workflowId: string;
  /** Takes a page off the list; throws ProblemError, with effect `unknown` when a page may be gone unread. */
  failedPushes: (signal: AbortSignal) => Promise<{ events: SourceEvent[]; more: boolean }>;
  feeds: Pick<Feeds, 'get' | 'beginPage' | 'endPage' | 'listFailed' | 'cured'>;
  inbox: Pick<Inbox, 'addAll'>;
  events: Pick<Events, 'missed'>;
  runs: Pick<Runs, 'newId' | 'create' | 'unfinished'>;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Recovered {
  /** Events that were on the list and not known. */
  found: number;
  /** The run that reads everything, when one was recorded. */
  run: string | null;
  /** Why the list could not be read. */
  problem: string | null;
}

/** A list that does not end within so many pages goes on a minute later. */
const PAGES_MAX = 50;
const STORE_TRIES = 5;

/** One reader at a time: the workflow's id is the lock. Safe to die in at every step. */
export async function recover(parts: RecoverParts, signal: AbortSignal): Promise<Recovered> {
  let found = 0;
  let problem: string | null = null;
  for (let pages = 0, more = true; more && pages < PAGES_MAX; pages += 1) {
    await parts.feeds.beginPage(parts.connection);
    const page = await readPage(parts, signal);
    if (typeof page === 'string') {
      problem = page;
      break;
    }
    found += await keep(parts, page.events, signal);
    more = page.more;
    await parts.feeds.endPage(parts.connection, !more);
  }
  const feed = await parts.feeds.get(parts.connection);
  const gap = feed?.gap;
  const open = gap?.cure === 'pass' && gap.run === null;
  return { found, problem, run: open ? await startPass(parts, gap) : null };
}

/** A page, or the code of the problem that kept us from it. */
async function readPage({ connection, feeds, failedPushes }: RecoverParts, signal: AbortSignal) {
  try {
    return await failedPushes(signal);
  } catch (error) {
    const it = problemOf(error);
    await feeds.listFailed(connection, it, it.effect === 'unknown' || signal.aborted);
    signal.throwIfAborted();
    return it.code;
  }
}

/** What was read is nowhere else any more, so the store is asked more than once. */
async function keep(
  { connection, inbox, sleep }: RecoverParts,
  events: SourceEvent[],
  signal: AbortSignal,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inbox.addAll(connection, events, 'list');
    } catch (error) {
      // The page is still marked as being read: the next round takes it for a gap.
      if (tries >= STORE_TRIES) throw error;
      await sleep(1_000 * tries, signal);
    }
  }
}

/** A pass that began before the gap ended may have read what changed in it too early. */
async function startPass(parts: RecoverParts, gap: EventGap): Promise<string | null> {
  const { connection, workflowId, runs, feeds, events } = parts;
  if ((await runs.unfinished(connection)).length > 0) return null;
  const asked = { connection, workflowId, ...EVENT_PASS };
  const run = newRun(runs.newId(), new Date().toISOString(), asked);
  await runs.create(run);
  await events.missed(connection, gap, run.id);
  await feeds.cured(connection, gap, run.id);
  return run.id;
}
