/** Sends the writes for claimed people: creates and updates in batches, memberships by department. */
import { isUncertain } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from '../model/run.ts';
import { pick } from '../plan/diff.ts';
import { isIdentifierTaken, sharedInBatch } from '../plan/identifiers.ts';
import type { Omission } from '../plan/identifiers.ts';
import type { ItemResult, NewPerson, PersonChange } from '../connectors/target.ts';
import type { TargetPerson } from '../model/directory.ts';
import type { Claims, Settlement } from '../store/links.ts';
import { claimed, goWithout, settleContests } from './contested.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { releaseAdoptions } from './correlate.ts';
import { readBases } from './person-base.ts';
import { channelOf, isDone, refusal } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import { keyOf } from './staged.ts';
import { markOf } from './person-work.ts';
import type { PersonWork } from './person-work.ts';
import { memberships } from './send-memberships.ts';

export interface Sent {
  /** Works with a definite end; the others are unclear and keep their claim until it expires. */
  settlements: Settlement[];
  /** Claims given back without an end, because nothing was sent. */
  released: Settlement[];
  /** What settled people go without; several for one person. */
  omissions: Problem[];
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
  const sent: Sent = { settlements: [], released: [], omissions: [] };
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
    if (isDone(fate)) sent.omissions.push(...work.omissions);
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
  await create(pass, creates, channel, targets, fates);
  const taken = await takeOver(pass, creates, targets, fates);
  const changes = [...works.filter((work) => !fates.has(work)), ...taken];
  await change(pass, changes, channel, targets, fates);
}

/** Whoever exists already under our key is taken over: read, compared, changed like all others. */
async function takeOver(
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

const isKeyTaken = (fate: Fate | undefined): boolean =>
  fate === 'found' ||
  (typeof fate === 'object' &&
    'refused' in fate &&
    (fate.refused.code === 'DATA_KEY_TAKEN' || fate.refused.code === 'DATA_IDENTIFIER_TAKEN'));

async function create(
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

/** One batch call; results by position. A whole call that failed without effect releases its works. */
async function inBatch(
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

async function change(
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

/** Creating and changing fields end with one write; departments come after. */
function isEnded(work: PersonWork, fate: Fate | undefined): boolean {
  const { enter, leave } = work.difference;
  const more = work.base !== null && enter.length + leave.length > 0;
  return isDone(fate) ? !more : fate !== undefined;
}

/** Who is in several departments is met several times; what the run did to them counts, not what came last. */
function more(earlier: Outcome | null, outcome: Outcome): Outcome {
  if (earlier === 'created' || earlier === 'adopted') return earlier;
  const changed = earlier === 'updated' || earlier === 'moved';
  return changed && outcome === 'unchanged' ? earlier : outcome;
}

function releaseOf({ link }: PersonWork, begun: boolean): Settlement {
  return { link, number: link.applied, set: {}, mark: null, ...(begun ? { unclear: true } : {}) };
}

function settlementOf(
  pass: Pass,
  work: PersonWork,
  fate: Exclude<Fate, string>,
  begun: boolean,
): Settlement {
  const { link, person } = work;
  if ('refused' in fate) {
    const mark = markOf(pass, work, 'failed', fate.refused);
    const partly = fate.partly === true || begun ? { unclear: true } : {};
    return { link, number: person.number, set: {}, mark, ...partly };
  }
  const earlier = link.run?.id === pass.place.run ? link.run.outcome : null;
  const mark = markOf(pass, work, more(earlier, fate.outcome));
  // Removals wait for the safeguard: who would leave a department stays in it, and it is listed.
  const held = pass.leaving === 'hold' ? work.difference.leave : [];
  if (mark && held.length > 0) mark.held = held;
  const departments = [...new Set([...work.departments, ...held])];
  // What the source leaves empty stays as it is at the target, so it stays known as well.
  const prints = { ...work.base?.prints, ...person.prints };
  return {
    link,
    number: person.number,
    set: {
      ...{ targetId: fate.targetId, state: 'present', prints, departments },
      ...(work.adopts ? { adopted: true } : {}),
      ...omittedOf(work),
    },
    mark,
  };
}

/** What the person goes without is remembered until they have it. */
function omittedOf({ link, omitted }: PersonWork): Settlement['set'] {
  const any = Object.keys(omitted).length + Object.keys(link.omitted ?? {}).length > 0;
  return any ? { omitted } : {};
}
