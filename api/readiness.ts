/** Whether what the API depends on is there: the database, Temporal, and workers that ask for work. */
import type { Client } from '@temporalio/client';
import { BULK_QUEUE, SYNC_QUEUE } from '../workflows/messages.ts';
import { inTime } from './limits.ts';

export interface Dependency {
  name: 'database' | 'temporal' | 'worker_bulk' | 'worker_sync';
  state: 'up' | 'down' | 'unknown';
  /** How long it took to answer. */
  ms: number | null;
  /** Workers: when one asked for work last, ISO 8601. */
  seenAt: string | null;
}

const ANSWER_MS = 2_000;
/** A waiting worker asks again after a minute at the latest, so one that was not seen for longer is gone. */
const SEEN_MS = 75_000;
/** Whoever asks more often is told the same again: the address is open to everybody who reaches it. */
const REMEMBERED_MS = 1_000;

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's interface. */
const WORKFLOW_TASKS = 1;

async function timed(name: 'database' | 'temporal', ask: () => Promise<unknown>) {
  const started = performance.now();
  const up = await inTime(ask(), ANSWER_MS).then(
    () => true,
    () => false,
  );
  const ms = up ? Math.round(performance.now() - started) : null;
  return { name, state: up ? 'up' : 'down', ms, seenAt: null } satisfies Dependency;
}

async function worker(
  client: Client,
  name: 'worker_bulk' | 'worker_sync',
  queue: string,
): Promise<Dependency> {
  const { namespace } = client.options;
  const asked = client.workflowService.describeTaskQueue({
    ...{ namespace, taskQueue: { name: queue }, taskQueueType: WORKFLOW_TASKS },
  });
  try {
    const { pollers } = await inTime(asked, ANSWER_MS);
    const seen = (pollers ?? []).map(({ lastAccessTime: at }) =>
      at ? Number(at.seconds) * 1000 + Math.round((at.nanos ?? 0) / 1e6) : 0,
    );
    const last = Math.max(0, ...seen);
    const state = Date.now() - last < SEEN_MS ? 'up' : 'down';
    return { name, state, ms: null, seenAt: last > 0 ? new Date(last).toISOString() : null };
  } catch {
    return { name, state: 'unknown', ms: null, seenAt: null };
  }
}

/** Asks all of them side by side, at most once a second. @param ping asks the database anything */
export function watchDependencies(
  client: Client,
  ping: () => Promise<unknown>,
): () => Promise<Dependency[]> {
  let asked: { answer: Promise<Dependency[]>; until: number } | null = null;
  const ask = () =>
    Promise.all([
      timed('database', ping),
      timed('temporal', () => client.workflowService.getSystemInfo({})),
      worker(client, 'worker_bulk', BULK_QUEUE),
      worker(client, 'worker_sync', SYNC_QUEUE),
    ]);
  return () => {
    if (!asked || asked.until < Date.now()) {
      asked = { answer: ask(), until: Date.now() + REMEMBERED_MS };
    }
    return asked.answer;
  };
}

/** Runs can be taken without a worker, not without a database; without Temporal they wait in the list. */
export function readinessOf(all: Dependency[]): 'ready' | 'degraded' | 'not_ready' {
  const down = all.filter((it) => it.state !== 'up').map((it) => it.name);
  if (down.includes('database') || down.includes('temporal')) return 'not_ready';
  return down.length > 0 ? 'degraded' : 'ready';
}
