/** How the synchronisation of a single object stands, asked of Temporal and of the store. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ObjectRef } from '../model/directory.ts';
import type { Language } from '../model/words.ts';
import { syncWorkflowId } from '../workflows/messages.ts';
import type { ApiParts } from './parts.ts';
import { viewListed } from './run-view.ts';

type State = 'running' | 'settled' | 'held' | 'failed' | 'unknown';

export async function objectState(
  { client, runs }: Pick<ApiParts, 'client' | 'runs'>,
  connection: string,
  object: ObjectRef,
  language: Language,
) {
  const handle = client.workflow.getHandle(syncWorkflowId(connection, object));
  let state: State = 'unknown';
  let since = '';
  try {
    const { status, startTime } = await handle.describe();
    since = startTime.toISOString();
    if (status.name === 'RUNNING') state = 'running';
    else if (status.name !== 'COMPLETED') state = 'failed';
    else state = (await handle.result()) === 'held' ? 'held' : 'settled';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  // Problems of single objects are kept under a name of their own; older ones belong to earlier tries.
  const listed = await runs.problemsOf(`sync/${connection}`, object);
  const problems = listed.filter((it) => it.at >= since);
  return { state, problems: problems.map((it) => viewListed(it, language)) };
}
