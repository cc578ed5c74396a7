/** Creates people in batches; whoever turns out to exist is taken over. */
import type { NewPerson } from '../connectors/target.ts';
import type { DepartmentTargets } from './department-targets.ts';
import type { Pass } from './pass.ts';
import { readBases } from './person-base.ts';
import { inBatch } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import type { PersonWork } from './person-work.ts';
import { keyOf } from './staged.ts';

export async function createPeople(
  pass: Pass,
  works: PersonWork[],
  channel: Channel,
  targets: DepartmentTargets,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  if (works.length === 0) return;
  const people: NewPerson[] = works.map((work) => ({
    key: keyOf(pass, work.person.id),
    fields: work.person.fields,
    departmentIds: work.departments.flatMap((id) => targets.of(id) ?? []),
  }));
  const results = await inBatch(pass, works, channel, fates, 'created', () =>
    channel.writer.createPeople(people),
  );
  works.forEach((work, at) => {
    const [result, wanted] = [results[at], people[at]?.departmentIds ?? []];
    if (result?.outcome !== 'done') return;
    const more = result.value.departmentIds?.some((id) => !wanted.includes(id)) ?? false;
    if (more) fates.set(work, 'found');
  });
}

/** Whoever exists already under our key is taken over: read, compared, changed like all others. */
export async function takeOver(
  pass: Pass,
  creates: PersonWork[],
  targets: DepartmentTargets,
  fates: Map<PersonWork, Fate>,
): Promise<PersonWork[]> {
  const refusals = new Map<PersonWork, Fate>();
  for (const work of creates) {
    const fate = fates.get(work);
    if (fate === undefined || !isKeyTaken(fate)) continue;
    refusals.set(work, fate);
    // Nobody is refused for an account that may be their own: when it cannot be read, they are tried again.
    fates.set(work, 'released');
  }
  const doubtful = [...refusals.keys()];
  await readBases(pass, doubtful, targets);
  for (const [work, fate] of refusals) if (!work.base) fates.set(work, fate);
  return doubtful.filter((work) => work.base);
}

export const isKeyTaken = (fate: Fate | undefined): boolean =>
  fate === 'found' ||
  (typeof fate === 'object' &&
    'refused' in fate &&
    (fate.refused.code === 'DATA_KEY_TAKEN' || fate.refused.code === 'DATA_IDENTIFIER_TAKEN'));
