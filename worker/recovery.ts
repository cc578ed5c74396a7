/** Catching up on events: what its steps need of a connection, and how its reader and its Schedule are started. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RecoverParts } from '../activities/recover.ts';
import { ProblemError } from '../model/problem.ts';
import type { Connections } from '../store/connections.ts';
import type { Collections } from '../store/documents.ts';
import { createFeeds } from '../store/feeds.ts';
import { createEvents, createInbox } from '../store/inbox.ts';
import { createRuns } from '../store/runs.ts';
import { SYNC_QUEUE, importWorkflowId, look, recoveryWorkflowId } from '../workflows/messages.ts';
import type { PartsKeeper } from './parts.ts';

export interface RecoveryOptions {
  client: Client;
  connections: Connections;
  collections: Collections;
  keeper: PartsKeeper;
}

const EVERY = '1 minute';

/** A Schedule per connection; one that is there already is as good. */
export async function scheduleRecovery(client: Client, connection: string): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: recoveryWorkflowId(connection),
      spec: { intervals: [{ every: EVERY }], jitter: '10 seconds' },
      policies: { overlap: 'SKIP', catchupWindow: EVERY },
      action: {
        type: 'startWorkflow',
        workflowType: 'wakeRecovery',
        workflowId: `wake/${connection}`,
        taskQueue: SYNC_QUEUE,
        args: [connection],
        workflowExecutionTimeout: EVERY,
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/** Whether anything sends events of the connection; null when there is no such connection. */
async function isFed({ connections, collections }: RecoveryOptions, id: string) {
  try {
    const { settings } = await connections.get(id);
    if (settings.events !== 'callback') return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'CONNECTION_UNKNOWN') return null;
    throw error;
  }
  return (await collections.callbacks.findOne({ connection: id })) !== null;
}

/** Wakes the reader of failed pushes; the Schedule of a connection that is gone ends itself here. */
export async function wakeRecovery(options: RecoveryOptions, connection: string): Promise<void> {
  const { client } = options;
  const workflowId = recoveryWorkflowId(connection);
  const fed = await isFed(options, connection);
  if (fed === null) await client.schedule.getHandle(workflowId).delete();
  if (!fed) return;
  await client.workflow.signalWithStart('recoverEvents', {
    workflowId,
    taskQueue: SYNC_QUEUE,
    args: [connection],
    signal: look,
    staticSummary: `missed events of ${connection}`,
  });
}

/** What one round of the reader needs; null when nothing sends events of the connection. */
export async function recoveryOf(
  options: RecoveryOptions,
  connection: string,
): Promise<RecoverParts | null> {
  if (!(await isFed(options, connection))) return null;
  const { collections: c, keeper } = options;
  const source = await keeper.source(connection);
  return {
    connection,
    workflowId: importWorkflowId(connection),
    failedPushes: (signal) => source.failedPushes(signal),
    feeds: createFeeds(c),
    inbox: createInbox(c),
    events: createEvents(c),
    runs: createRuns(c),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  };
}
