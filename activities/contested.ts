/** Login identifiers that others have at the target: who keeps them, who lets them go, who goes without. */
import type { PersonFields, TargetPerson } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { problemOf } from '../model/problem.ts';
import { IDENTIFIERS, canSignIn, judge, kept, leaveOut } from '../plan/identifiers.ts';
import type { Holder, Identifier, Omission } from '../plan/identifiers.ts';
import { sourceIdOf } from '../plan/keys.ts';
import { persist, sideBySide } from './pass.ts';
import type { Pass } from './pass.ts';
import type { Channel, Fate } from './person-fates.ts';
import { compareAgain } from './person-work.ts';
import type { PersonWork } from './person-work.ts';
import { releaseMate, releaseOther } from './release-identifiers.ts';
import { keyOf, printsOf, stage } from './staged.ts';

/** Holders looked into side by side. */
const WIDTH = 6;

/** Somebody who should have a value that an account has. */
interface Contest {
  work: PersonWork;
  field: Identifier;
  value: string;
}

/** Everyone who contests values of one account. */
interface Dispute {
  account: TargetPerson;
  contests: Contest[];
}

/** Identifiers that are to be written for the person. */
export function claimed(work: PersonWork): Identifier[] {
  return IDENTIFIERS.filter(
    (field) =>
      Boolean(work.person.fields[field]) &&
      (work.base === null || work.difference.fields.includes(field)),
  );
}

/** Takes values away from what is to be written; the last way to sign in is replaced by the person's key. */
export function goWithout(
  pass: Pass,
  work: PersonWork,
  omissions: Omission[],
  fates: Map<PersonWork, Fate>,
): void {
  const { person } = work;
  const fields = leaveOut(
    person.fields,
    omissions.map((it) => it.field),
  );
  if (work.base === null && !canSignIn(fields)) {
    const last = omissions.find((it) => it.field === 'username');
    if (last) return void fates.set(work, { refused: last.problem });
    fields.username = keyOf(pass, person.id);
  }
  const prints = { ...person.prints, ...printsOf(pass.key, { username: fields.username }) };
  for (const { field, problem } of omissions) {
    const print = person.prints[field];
    if (!print) continue;
    delete prints[field];
    work.omitted = { ...work.omitted, [field]: print };
    work.omissions.push(problem);
  }
  work.person = { ...person, fields, prints };
  compareAgain(work);
}

/**
 * Looks who has at the target what these people should have, and settles it: a holder who has the value at
 * the source no more lets it go, any other keeps it and the claimant goes without. Whoever cannot be
 * settled now is given a fate.
 * @param batch everybody claimed together with them
 */
export async function settleContests(
  pass: Pass,
  works: PersonWork[],
  batch: PersonWork[],
  channel: Channel,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  if (works.length === 0) return;
  const disputes = await disputesOf(pass, works);
  const omissions = new Map<PersonWork, Omission[]>();
  await sideBySide(WIDTH, () => {
    const dispute = disputes.pop();
    if (!dispute) return Promise.resolve(null);
    return Promise.resolve(async () => {
      const ends = await settle(pass, dispute, batch, channel, fates);
      dispute.contests.forEach(({ work }, at) => {
        const end = ends[at];
        if (end === 'busy') fates.set(work, 'released');
        else if (end) omissions.set(work, [...(omissions.get(work) ?? []), end]);
      });
    });
  });
  for (const [work, some] of omissions) if (!fates.has(work)) goWithout(pass, work, some, fates);
}

/** One read for each kind of identifier. */
async function disputesOf(pass: Pass, works: PersonWork[]): Promise<Dispute[]> {
  const disputes = new Map<string, Dispute>();
  for (const field of IDENTIFIERS) {
    const claimants = works.filter((work) => claimed(work).includes(field));
    const values = [...new Set(claimants.map((work) => work.person.fields[field] ?? ''))];
    if (values.length === 0) continue;
    const accounts = await persist(pass, () => pass.reader.people(values, field, pass.signal));
    for (const account of accounts) {
      const dispute = disputes.get(account.id) ?? { account, contests: [] };
      for (const work of claimants) {
        const value = work.person.fields[field] ?? '';
        const own = account.key === keyOf(pass, work.person.id);
        if (own || account.fields[field] !== value) continue;
        dispute.contests.push({ work, field, value });
        disputes.set(account.id, dispute);
      }
    }
  }
  return [...disputes.values()];
}

/** What a contest comes to: free now, gone without, or to be taken up again. */
type End = Omission | null | 'busy';

async function settle(
  pass: Pass,
  { account, contests }: Dispute,
  batch: PersonWork[],
  channel: Channel,
  fates: Map<PersonWork, Fate>,
): Promise<End[]> {
  const owner = await ownerOf(pass, account, batch);
  const { holder } = owner;
  const ends: End[] = contests.map(({ work, field, value }) =>
    judge(work.person.id, field, value, holder),
  );
  const free = contests.filter((_, at) => ends[at] === null).map((it) => it.field);
  if (free.length === 0 || !('mate' in owner)) return ends;
  const fields = [...new Set(free)];
  const released = owner.mate
    ? await releaseMate(pass, owner.mate, { account, fields, channel, fates })
    : await releaseOther(pass, { ...owner, account, fields });
  if (released === 'done') return ends;
  return ends.map((end, at) => {
    const contest = contests[at];
    if (end !== null || !contest) return end;
    return released === 'busy' ? 'busy' : kept(contest.work.person.id, contest.field, holder.id);
  });
}

type Owner =
  | { holder: Extract<Holder, { kind: 'foreign' }> }
  | {
      holder: Extract<Holder, { kind: 'linked' }>;
      /** The holder's own work, when the same writer has claimed it. */
      mate: PersonWork | null;
      link: Link | null;
      /** Number of the read that says what the holder wants. */
      number: number;
    };

/** Whose account it is, and what the source wants for its owner now. */
async function ownerOf(pass: Pass, account: TargetPerson, batch: PersonWork[]): Promise<Owner> {
  const { keyFormat, source, id: connection } = pass.connection;
  const id = account.key === null ? null : sourceIdOf(keyFormat, source.corpId, account.key);
  if (id === null) return { holder: { kind: 'foreign', id: account.id } };
  const link = (await pass.links.get(connection, 'person', [id])).get(id) ?? null;
  // Our key on an account that is not the one we made or adopted is no proof that it is ours.
  const elsewhere = link !== null && link.targetId !== null && link.targetId !== account.id;
  if (elsewhere) return { holder: { kind: 'foreign', id: account.id } };
  const mate = batch.find((work) => work.person.id === id);
  if (mate) {
    const holder = { kind: 'linked' as const, id, wants: mate.wants };
    return { holder, mate, link, number: mate.person.number };
  }
  const { number } = await pass.links.next(connection);
  const wants = await readWants(pass, id, number, account);
  return { holder: { kind: 'linked', id, wants }, mate: null, link, number };
}

/** Null when gone; who cannot be read or used keeps what they have. */
async function readWants(
  pass: Pass,
  id: string,
  number: number,
  account: TargetPerson,
): Promise<PersonFields | null> {
  try {
    const found = await persist(pass, () => pass.source.person(id, pass.signal));
    if (found === 'gone') return null;
    const staged = stage(pass, found, number);
    return staged.problem ? account.fields : staged.fields;
  } catch (error) {
    if (problemOf(error).kind !== 'data') throw error;
    return account.fields;
  }
}
