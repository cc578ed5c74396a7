/** Runs the items of a batch; what one bad item means for the others is a switch (reference 5.5). */
import { Failure } from './envelope.ts';
import type { Call } from './call.ts';

export interface BatchSteps<Draft, Result> {
  /** Checks the form of an item without looking at the pool. */
  prepare: (item: unknown) => Draft;
  /** Does it, or throws with nothing done. */
  apply: (draft: Draft) => Result;
}

/** Results in the order of the items; null stands for an item that was not done, where the reply shows that. */
export function runBatch<Draft, Result>(
  call: Call,
  batch: readonly unknown[],
  { prepare, apply }: BatchSteps<Draft, Result>,
): (Result | null)[] {
  const { settings, pool } = call;
  const early =
    settings.batchValidation === 'whole' || settings.batch === 'atomic'
      ? batch.map(prepare)
      : undefined;
  const one = (item: unknown, index: number): Result =>
    apply(early === undefined ? prepare(item) : (early[index] as Draft));
  if (settings.batch === 'atomic') return pool.atomically(() => batch.map(one));

  const results: (Result | null)[] = batch.map(() => null);
  let failure: Failure | undefined;
  for (const [index, item] of batch.entries()) {
    try {
      results[index] = one(item, index);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure ??= error;
      if (settings.batch === 'stop') break;
    }
  }
  if (failure === undefined) return results;
  if (settings.partialBatchReply === 'failure') throw failure;
  if (settings.partialBatchReply === 'nulls') return results;
  return results.filter((result) => result !== null);
}

/** A list in the order of the switch `replyOrder`. */
export function inReplyOrder<T>(call: Call, list: T[]): T[] {
  if (call.settings.replyOrder === 'same') return list;
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(call.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
