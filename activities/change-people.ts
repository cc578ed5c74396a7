/** Changes people: fields in batches, then the departments they enter and leave. */
import type { PersonChange } from '../connectors/target.ts';
import { isUncertain } from '../model/link.ts';
import type { Outcome } from '../model/run.ts';
import { pick } from '../plan/diff.ts';
import type { DepartmentTargets } from './department-targets.ts';
import type { Pass } from './pass.ts';
import { inBatch, isDone } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import type { PersonWork } from './person-work.ts';
import { memberships } from './send-memberships.ts';
import { keyOf } from './staged.ts';

/** Changes fields in batches, then memberships; whoever has a fate when it ends is through. */
export async function changePeople(
  pass: Pass,
  works: PersonWork[],
  channel: Channel,
  targets: DepartmentTargets,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  for (const work of works) fates.delete(work);
  const updates = works.filter((work) => hasUpdate(work));
  if (updates.length > 0) {
    const changes: PersonChange[] = updates.map((work) => ({
      id: work.base?.targetId ?? '',
      fields: pick(work.person.fields, work.difference.fields),
      ...clearing(work),
      ...(work.adopts === 'without key' ? { key: keyOf(pass, work.person.id) } : {}),
    }));
    await inBatch(pass, updates, channel, fates, 'updated', () =>
      channel.writer.updatePeople(changes),
    );
  }
  const alive = works.filter((work) => isAlive(fates.get(work), work));
  await memberships(pass, alive, 'enter', channel, targets, fates);
  // Entering comes first, so that nobody is without a department in between.
  const inside = alive.filter((work) => !fates.has(work) || isDone(fates.get(work)));
  if (pass.leaving === 'apply') {
    await memberships(pass, inside, 'leave', channel, targets, fates);
  }
  for (const work of alive) {
    const fate = fates.get(work);
    if (fate !== undefined && !isDone(fate)) continue;
    const outcome = outcomeOf(work);
    fates.set(work, { outcome, targetId: work.base?.targetId ?? '' });
  }
}

/** Fields, or our key for an account that is taken over. */
function hasUpdate({ difference, adopts }: PersonWork): boolean {
  return difference.fields.length > 0 || adopts === 'without key';
}

/** What the mapping empties has an empty print. */
function clearing({ person, difference }: PersonWork): Pick<PersonChange, 'cleared'> {
  const cleared = difference.fields.filter((name) => person.prints[name] === '');
  return cleared.length > 0 ? { cleared } : {};
}

function outcomeOf(work: PersonWork): Outcome {
  const { fields, enter: entered, leave } = work.difference;
  if (work.adopts) return 'adopted';
  // Found under our key without a link: created by a write whose reply was lost, or by an earlier store.
  if (work.link.targetId === null) return isUncertain(work.link) ? 'created' : 'adopted';
  if (entered.length > 0) return 'moved';
  if (fields.length > 0) return 'updated';
  return leave.length > 0 ? 'held' : 'unchanged';
}

/** Memberships follow only when the fields were written, or had nothing to change. */
function isAlive(fate: Fate | undefined, work: PersonWork): boolean {
  return !hasUpdate(work) || isDone(fate);
}
