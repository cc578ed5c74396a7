/** What became of people whose writes were sent, and the right to send them. */
import type { ItemResult, TargetWriter } from '../connectors/target.ts';
import type { TargetPerson } from '../model/directory.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from '../model/run.ts';
import type { Claims } from '../store/claims.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import type { PersonWork } from './person-work.ts';

export type Fate =
  | { outcome: Outcome; targetId: string }
  /** `partly`: other fields or departments of the person may have been written before. */
  | { refused: Problem; partly?: boolean }
  /** Not created but found: it was there before, in departments that were not sent. */
  | 'found'
  | 'unclear'
  | 'released';

/** The right to write while the claims last. */
export interface Channel {
  writer: TargetWriter;
  /** May a write still be sent after waiting so many milliseconds? */
  may: (ms: number) => boolean;
  /** Those of whom something is written. */
  begun: Set<PersonWork>;
}

export function channelOf(pass: Pass, claims: Claims): Channel {
  const may = (ms: number): boolean =>
    !pass.signal.aborted && claims.remainingMs() - ms > pass.times.longestWriteMs;
  return { may, writer: pass.writer(() => may(0)), begun: new Set() };
}

/** A refusal that is not about the person's data (a throttle, a missing right) is not the person's end. */
export function refusal(why: Problem): Fate {
  // Deleted by hand behind our back: the claim is left to expire, and the next writer reads by key first.
  if (why.code === 'DATA_PERSON_GONE') return 'unclear';
  return why.kind === 'data' ? { refused: why } : 'released';
}

export function isDone(fate: Fate | undefined): fate is Extract<Fate, { outcome: Outcome }> {
  return typeof fate === 'object' && 'outcome' in fate;
}

/** One batch call; results by position. A whole call that failed without effect releases its works. */
export async function inBatch(
  pass: Pass,
  works: PersonWork[],
  channel: Channel,
  fates: Map<PersonWork, Fate>,
  outcome: Outcome,
  call: () => Promise<ItemResult<TargetPerson>[]>,
): Promise<ItemResult<TargetPerson>[]> {
  const { may } = channel;
  // Not sent any more: the claim is given back and the works are taken up again.
  if (!may(0)) return [];
  const results = await persist(pass, call, undefined, may);
  works.forEach((work, at) => {
    const result = results[at];
    if (result?.outcome === 'done') {
      channel.begun.add(work);
      fates.set(work, { outcome, targetId: result.value.id });
    } else if (result?.outcome === 'refused') fates.set(work, refusal(result.problem));
    else fates.set(work, 'unclear');
  });
  return results;
}
