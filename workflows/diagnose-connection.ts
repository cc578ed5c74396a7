/** A diagnosis, run by a worker so that it speaks for the worker's own place in the network. */
import type { Diagnosis } from '../model/diagnosis.ts';
import { once } from './activities.ts';

/** Role: asks one worker for a diagnosis. Limit: one at a time per connection. Bounded: a single activity. */
export async function diagnoseConnection(connection: string): Promise<Diagnosis> {
  return once.diagnose.executeWithOptions({ summary: connection }, [connection]);
}
