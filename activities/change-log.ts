/** Notes what was written, before and after, batch by batch: sealed where it is made, and opened only to be shown. */
import { WRITTEN_OUTCOMES } from '../model/change.ts';
import type { ObjectChange } from '../model/change.ts';
import type { ObjectRef } from '../model/directory.ts';
import type { Outcome } from '../model/run.ts';
import { flatten } from '../plan/diff.ts';
import type { DesiredDepartment } from '../plan/mapping.ts';
import type { ChangeBatch } from '../store/changes.ts';
import type { ConnectionKey } from '../store/vault.ts';
import type { Pass } from './pass.ts';
import type { PersonWork } from './person-work.ts';

/** What a batch is bound to: it opens nowhere else. */
const placeOf = (connection: string, id: string): string => `run_changes/${connection}/${id}`;

type Writing = Pick<Pass, 'changes' | 'connection' | 'key'> & { place: { run: string } };

/**
 * Kept before the links are settled: what was written is in the history even when its writer dies, and
 * what is written again after that stands there twice.
 */
export async function keepChanges(pass: Writing, changes: ObjectChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { connection, key, place } = pass;
  await pass.changes.put({
    ...{ run: place.run, connection: connection.id, objects: changes },
    seal: (id) => key.seal(changes, placeOf(connection.id, id)),
  });
}

/** Throws SECRET_UNREADABLE. */
function changesIn(key: ConnectionKey, { connection, id, sealed }: ChangeBatch) {
  return key.open(sealed, placeOf(connection, id)) as ObjectChange[];
}

/**
 * What the target has of those whose fields are about to be changed: links hold fingerprints alone, so it
 * is read, fifty people in a call. For the history only: it is asked once, and a read that fails, or takes
 * more than a quarter of the time in which the claim may still be written under, stops no write.
 */
export async function readBefore(pass: Pass, works: PersonWork[]): Promise<void> {
  const blind = works.filter(
    ({ base, difference }) => base && !base.fields && difference.fields.length > 0,
  );
  if (blind.length === 0) return;
  const ids = blind.flatMap((work) => work.base?.targetId ?? []);
  const longestMs = (pass.times.claimMs - pass.times.longestWriteMs) / 4;
  const found = await inTime(pass, longestMs, (signal) => read(pass, ids, signal));
  const byId = new Map(found?.map((it) => [it.id, it.fields]));
  for (const { base } of blind) {
    const fields = byId.get(base?.targetId ?? '');
    if (base && fields) base.fields = fields;
  }
}

async function read(pass: Pass, ids: string[], signal: AbortSignal) {
  await pass.mayCall();
  pass.budget.spend();
  return pass.reader.people(ids, 'user_id', signal);
}

/** Null when it fails or takes longer; a run that is cancelled meanwhile gives its claims back as always. */
async function inTime<T>(
  pass: Pass,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const over = new AbortController();
  const late = pass.clock.sleep(ms, over.signal).then(() => null);
  const asked = work(AbortSignal.any([pass.signal, over.signal])).catch(() => null);
  try {
    return await Promise.race([asked, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}

/** Null when nothing was written. */
export function personChange(work: PersonWork, outcome: Outcome): ObjectChange | null {
  if (!WRITTEN_OUTCOMES.includes(outcome)) return null;
  const { person, base, difference } = work;
  const [after, has] = [flatten(person.fields), flatten(base?.fields ?? {})];
  // Made by a write whose reply was lost: compared with itself nothing differs, and everything is new.
  const made = outcome === 'created';
  const names = made ? Object.keys(after).sort() : difference.fields;
  const unread = base && !base.fields && names.length > 0 && !made;
  return {
    ...(unread ? { unread: true } : {}),
    ...{ kind: 'person', id: person.id, name: person.fields.name ?? '', outcome },
    at: new Date().toISOString(),
    fields: names.map((field) => ({
      ...{ field, before: made ? null : (has[field] ?? null), after: after[field] ?? null },
    })),
    enter: made ? work.departments : difference.enter,
  };
}

/** Null when nothing was written. @param base what the target had, as far as it was known */
export function departmentChange(
  desired: DesiredDepartment,
  base: { name: string; parentId: string } | null,
  outcome: Outcome,
): ObjectChange | null {
  if (!WRITTEN_OUTCOMES.includes(outcome)) return null;
  const { id, name, parentId } = desired;
  // Found by its path: it has the name and the place already.
  const before = outcome === 'created' ? null : (base ?? { name, parentId });
  const fields = [
    { field: 'name', before: before?.name ?? null, after: name },
    { field: 'parent', before: before?.parentId ?? null, after: parentId },
  ].filter((it) => it.before !== it.after);
  return {
    ...{ kind: 'department', id, name, outcome, fields, enter: [] },
    at: new Date().toISOString(),
  };
}

export interface PlacedChange extends ObjectChange {
  run: string;
  /** Of this one in the run's list. */
  place: string;
}

/** Batches have up to fifty changes. */
const BATCHES = 10;

const placed = (key: ConnectionKey, batch: ChangeBatch): PlacedChange[] =>
  changesIn(key, batch).map((it, at) => {
    const place = `${batch.id.slice(batch.run.length + 1)}~${at}`;
    return { ...it, run: batch.run, place };
  });

type Reading = Pick<Pass, 'changes' | 'key'>;

/** In the order of writing. @param after the place behind which to go on */
export async function changesOfRun(
  { changes, key }: Reading,
  run: string,
  limit: number,
  after?: string,
): Promise<PlacedChange[]> {
  const [tail, at = ''] = after?.split('~') ?? [];
  const begun = tail === undefined ? undefined : `${run}/${tail}`;
  const found: PlacedChange[] = [];
  let from = begun;
  for (;;) {
    const batches = await changes.list(run, BATCHES, from);
    for (const it of batches) {
      const all = placed(key, it);
      found.push(...(it.id === begun ? all.slice(Number(at) + 1) : all));
    }
    const last = batches.at(-1);
    if (found.length >= limit || !last || batches.length < BATCHES) return found.slice(0, limit);
    // The next id there can be.
    from = `${last.id}!`;
  }
}

/** What was written of one object, newest first. */
export async function changesOf(
  { changes, key }: Reading,
  connection: string,
  object: ObjectRef,
  limit: number,
): Promise<PlacedChange[]> {
  const batches = await changes.of(connection, object, limit);
  return batches
    .flatMap((it) => placed(key, it))
    .filter((it) => it.kind === object.kind && it.id === object.id);
}
