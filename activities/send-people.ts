/** Sends the writes for claimed people: creates and updates in batches, memberships by department. */
import type { ObjectChange } from '../model/change.ts';
import type { Problem } from '../model/problem.ts';
import { isIdentifierTaken, sharedInBatch } from '../plan/identifiers.ts';
import type { Omission } from '../plan/identifiers.ts';
import type { Claims, Settlement } from '../store/claims.ts';
import { personChange } from './change-log.ts';
import { changePeople } from './change-people.ts';
import { claimed, goWithout, settleContests } from './contested.ts';
import { releaseAdoptions } from './correlate.ts';
import { createPeople, isKeyTaken, takeOver } from './create-people.ts';
import type { DepartmentTargets } from './department-targets.ts';
import type { Pass } from './pass.ts';
import { channelOf, isDone } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import type { PersonWork } from './person-work.ts';
import { releaseOf, settlementOf } from './settle-people.ts';

export interface Sent {
  /** Works with a definite end; the others are unclear and keep their claim until it expires. */
  settlements: Settlement[];
  /** Claims given back without an end, because nothing was sent. */
  released: Settlement[];
  /** What settled people go without; several for one person. */
  omissions: Problem[];
  /** What was written of those settled. */
  changes: ObjectChange[];
  /** What ended the step although some were settled. */
  thrown?: Error;
}

/** Writes everything that differs. Nothing is sent that might still be under way when its claim is dead. */
export async function sendPeople(
  pass: Pass,
  works: PersonWork[],
  claims: Claims,
  targets: DepartmentTargets,
): Promise<Sent> {
  const fates = new Map<PersonWork, Fate>();
  const sent: Sent = { settlements: [], released: [], omissions: [], changes: [] };
  const channel = channelOf(pass, claims);
  const attempt = (some: PersonWork[]): Promise<void> =>
    write(
      pass,
      some.filter((work) => !fates.has(work)),
      channel,
      targets,
      fates,
    );
  const contest = (some: PersonWork[]): Promise<void> =>
    settleContests(pass, some, works, channel, fates);
  try {
    for (const [work, omissions] of shared(works)) goWithout(pass, work, omissions, fates);
    // Whoever went without a value before tries it only when nobody has it any more.
    await contest(works.filter((work) => wentWithout(work)));
    await attempt(works);
    const contested = works.filter((work) => isContested(fates.get(work)));
    for (const work of contested) fates.delete(work);
    await contest(contested);
    await attempt(contested);
    await endAdoptions(pass, works, fates);
  } catch (error) {
    sent.thrown = error instanceof Error ? error : new Error('not an error was thrown');
    // Begun and not ended: nothing is under way, but the link does not show what is written of them.
    for (const work of channel.begun)
      if (!isEnded(work, fates.get(work))) fates.set(work, 'released');
    // Refused because they exist, and not compared: given back, for the refusal is not their end.
    for (const work of works) {
      const fate = fates.get(work);
      if (work.base === null && fate !== 'found' && isKeyTaken(fate)) fates.delete(work);
    }
  }
  for (const work of works) {
    const fate = fates.get(work) ?? 'released';
    if (fate === 'released') sent.released.push(releaseOf(work, channel.begun.has(work)));
    else if (typeof fate === 'object')
      sent.settlements.push(settlementOf(pass, work, fate, channel.begun.has(work)));
    if (!isDone(fate)) continue;
    sent.omissions.push(...work.omissions);
    const change = personChange(work, fate.outcome);
    if (change) sent.changes.push(change);
  }
  return sent;
}

/** People of the batch who claim one value. */
function shared(works: PersonWork[]): [PersonWork, Omission[]][] {
  const claimants = works.map((work) => {
    return { id: work.person.id, wants: work.person.prints, has: work.base?.prints ?? {} };
  });
  const omissions = sharedInBatch(claimants);
  return works.flatMap((work): [PersonWork, Omission[]][] => {
    const some = omissions.get(work.person.id);
    return some ? [[work, some]] : [];
  });
}

function wentWithout(work: PersonWork): boolean {
  const { link, person } = work;
  return claimed(work).some((field) => link.omitted?.[field] === person.prints[field]);
}

function isContested(fate: Fate | undefined): boolean {
  if (typeof fate !== 'object' || !('refused' in fate)) return false;
  return isIdentifierTaken(fate.refused.code);
}

/** Creates and changes; whoever has a fate when it ends is through. */
async function write(
  pass: Pass,
  works: PersonWork[],
  channel: Channel,
  targets: DepartmentTargets,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  const creates = works.filter((work) => work.base === null);
  await createPeople(pass, creates, channel, targets, fates);
  const taken = await takeOver(pass, creates, targets, fates);
  const changes = [...works.filter((work) => !fates.has(work)), ...taken];
  await changePeople(pass, changes, channel, targets, fates);
}

/** An account that could not be taken over is free again; somebody who bears our key already is read by it. */
async function endAdoptions(
  pass: Pass,
  works: PersonWork[],
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  const refused = works.filter((work) => {
    const fate = fates.get(work);
    return work.adopts && typeof fate === 'object' && 'refused' in fate;
  });
  if (refused.length === 0) return;
  await releaseAdoptions(pass, refused);
  for (const work of refused) {
    const fate = fates.get(work);
    const isKey =
      typeof fate === 'object' && 'refused' in fate && fate.refused.code === 'DATA_KEY_TAKEN';
    if (isKey) fates.set(work, 'unclear');
  }
}

/** Creating and changing fields end with one write; departments come after. */
function isEnded(work: PersonWork, fate: Fate | undefined): boolean {
  const { enter, leave } = work.difference;
  const more = work.base !== null && enter.length + leave.length > 0;
  return isDone(fate) ? !more : fate !== undefined;
}
