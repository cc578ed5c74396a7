/** Whoever goes without an identifier is handed over when the one who had it has another. */
import { IDENTIFIERS } from '../plan/identifiers.ts';
import type { Problem } from '../model/problem.ts';
import type { Settlement } from '../store/claims.ts';
import type { Pass } from './pass.ts';

/**
 * Called after settling. Two writers may meet here: one has just left a value, the other has just settled
 * to go without it. Each settles first and looks at the other's link afterwards, so one of them sees it.
 */
export async function handOnFreed(
  pass: Pass,
  settled: Settlement[],
  omissions: Problem[],
): Promise<void> {
  const { id: connection } = pass.connection;
  const freed = freedBy(settled);
  if (freed.length > 0) await pass.links.handOver(connection, { omitted: freed });
  const late = await freedMeanwhile(pass, settled, omissions);
  if (late.length > 0) await pass.links.handOver(connection, { people: late });
}

/** Fingerprints that these people had, and nobody of them has now. */
function freedBy(settled: Settlement[]): string[] {
  const kept = new Set<string>();
  const left: string[] = [];
  for (const { link, set } of settled) {
    if (!set.prints) continue;
    for (const field of IDENTIFIERS) {
      const [before, now] = [link.prints[field], set.prints[field]];
      if (now) kept.add(now);
      if (before && before !== now) left.push(before);
    }
  }
  return left.filter((print) => !kept.has(print));
}

/** People of ours who go without a value that its holder has left since we looked. */
async function freedMeanwhile(
  pass: Pass,
  settled: Settlement[],
  omissions: Problem[],
): Promise<string[]> {
  const mates = new Set(settled.map(({ link }) => link.sourceId));
  const outside = omissions.flatMap(({ code, detail: { object, field, holder } }) =>
    code === 'DATA_IDENTIFIER_SHARED' && object && field && holder && !mates.has(holder)
      ? [{ id: object.id, field, holder }]
      : [],
  );
  if (outside.length === 0) return [];
  const holders = outside.map((it) => it.holder);
  const links = await pass.links.get(pass.connection.id, 'person', holders);
  return outside.flatMap(({ id, field, holder }) => {
    const mine = settled.find(({ link }) => link.sourceId === id)?.set.omitted?.[field];
    const has = links.get(holder)?.prints[field];
    return mine !== undefined && has !== undefined && has !== mine ? [id] : [];
  });
}
