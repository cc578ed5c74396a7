/** Starts or touches the workflow of single objects. */
import type { Client } from '@temporalio/client';
import type { ObjectRef } from '../model/directory.ts';
import { SYNC_QUEUE, syncWorkflowId, touched } from '../workflows/messages.ts';
import type { SyncInput } from '../workflows/messages.ts';

/**
 * Signal-with-start: one workflow per object, however often it is touched; returns the workflow id.
 * @param events ids of events that touch it, told apart from a person's wish
 */
export async function startSync(
  client: Client,
  connection: string,
  object: ObjectRef,
  confirmDelayMs: number,
  events: string[] = [],
): Promise<string> {
  const workflowId = syncWorkflowId(connection, object);
  const input: SyncInput = { connection, object, confirmDelayMs };
  await client.workflow.signalWithStart('syncObject', {
    workflowId,
    taskQueue: SYNC_QUEUE,
    args: [input],
    signal: touched,
    signalArgs: [events],
    staticSummary: `${object.kind} ${object.id}`,
  });
  return workflowId;
}
