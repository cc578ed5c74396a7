/** All single faults of a world: every request, every way in which it can go wrong. */
import type { Fault } from './faults.ts';
import type { Kind } from './simulation.ts';

const TARGET = ['throttled', 'unsent', 'refused', 'lost', 'half', 'late'] as const;
const SOURCE = ['broken', 'throttled', 'empty', 'cut'] as const;

/** @param requests how many of each kind the world makes without faults */
export function singleFaults(requests: Record<Kind, number>): Fault[] {
  const faults: Fault[] = [];
  for (let nth = 1; nth <= requests.target; nth++) {
    for (const what of TARGET) faults.push({ kind: 'target', nth, what, ms: 29_500, waits: false });
  }
  for (let nth = 1; nth <= requests.source; nth++) {
    for (const what of SOURCE) faults.push({ kind: 'source', nth, what });
  }
  for (const kind of ['target', 'source', 'store'] as const) {
    for (let nth = 1; nth <= requests[kind]; nth++) {
      // A database answers in the same moment: before and after what it does are all there is.
      const moments =
        kind === 'store' ? (['sent', 'effect'] as const) : (['sent', 'effect', 'reply'] as const);
      for (const moment of moments) {
        faults.push({ kind: 'kill', at: { kind, nth, moment }, restartMs: 500 });
        if (kind === 'store' && moment === 'sent') continue;
        faults.push({ kind: 'freeze', at: { kind, nth, moment }, ms: 45_000 });
      }
    }
  }
  for (let nth = 1; nth <= requests.store; nth++) {
    for (const lost of ['before', 'after'] as const) faults.push({ kind: 'store', nth, lost });
  }
  return faults;
}
