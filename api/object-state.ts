/** How the synchronisation of a single object stands, asked of Temporal and of the store. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ObjectRef } from '../model/directory.ts';
import type { RunProblem } from '../model/run.ts';
import { syncWorkflowId } from '../workflows/messages.ts';
import type { StartParts } from './start-import.ts';

export interface ObjectState {
  state: 'running' | 'settled' | 'held' | 'failed' | 'unknown';
  /** What went wrong since its workflow began. */
  problems: RunProblem[];
  /** When its workflow ended; null while it runs, or when there is none. */
  endedAt: Date | null;
}

export async function objectState(
  { client, runs }: Pick<StartParts, 'client' | 'runs'>,
  connection: string,
  object: ObjectRef,
): Promise<ObjectState> {
  const handle = client.workflow.getHandle(syncWorkflowId(connection, object));
  let state: ObjectState['state'] = 'unknown';
  let since = '';
  let endedAt: Date | null = null;
  try {
    const { status, startTime, closeTime } = await handle.describe();
    since = startTime.toISOString();
    endedAt = closeTime ?? null;
    if (status.name === 'RUNNING') state = 'running';
    else if (status.name !== 'COMPLETED') state = 'failed';
    else state = (await handle.result()) === 'held' ? 'held' : 'settled';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  // Problems of single objects are kept under a name of their own; older ones belong to earlier tries.
  const listed = await runs.problemsOf(`sync/${connection}`, object);
  return { state, endedAt, problems: listed.filter((it) => it.at >= since) };
}
