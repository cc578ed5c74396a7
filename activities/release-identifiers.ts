/** Takes login identifiers from people who do not have them at the source any more, each under their own claim. */
import type { PersonFields, TargetPerson } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import type { Link, Prints } from '../model/link.ts';
import { problemOf } from '../model/problem.ts';
import { IDENTIFIERS, canSignIn, leaveOut } from '../plan/identifiers.ts';
import type { Identifier } from '../plan/identifiers.ts';
import type { Settlement } from '../store/claims.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { channelOf } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import { compareAgain } from './person-work.ts';
import type { PersonWork } from './person-work.ts';
import { keyOf, printsOf } from './staged.ts';

/** `busy`: not now; `kept`: the target does not let the values go. */
export type Released = 'done' | 'busy' | 'kept';

/** The holder is claimed by the same writer: their own work goes on from what the account is left with. */
export async function releaseMate(
  pass: Pass,
  mate: PersonWork,
  from: {
    account: TargetPerson;
    fields: Identifier[];
    channel: Channel;
    fates: Map<PersonWork, Fate>;
  },
): Promise<Released> {
  const { account, fields, channel, fates } = from;
  const key = keyOf(pass, mate.person.id);
  try {
    const left = await erase(pass, channel, account, fields, key);
    if (left === null) return 'busy';
    channel.begun.add(mate);
    if (mate.base) mate.base = { ...mate.base, prints: afterwards(pass, mate.base.prints, left) };
    compareAgain(mate);
    return 'done';
  } catch (error) {
    const it = problemOf(error);
    if (it.effect === 'unknown') fates.set(mate, 'unclear');
    return refused(error);
  }
}

/** Somebody else: their link is claimed for the fresh read that says what they want. */
export async function releaseOther(
  pass: Pass,
  of: {
    holder: { id: string; wants: PersonFields | null };
    link: Link | null;
    number: number;
    account: TargetPerson;
    fields: Identifier[];
  },
): Promise<Released> {
  const { holder, number, account, fields } = of;
  const request = {
    kind: 'person' as const,
    sourceId: holder.id,
    number,
    exists: of.link !== null,
  };
  const claims = await pass.links.claim(pass.connection.id, [request], pass.times.claimMs);
  const link = claims.won.get(linkId(pass.connection.id, 'person', holder.id));
  if (!link) return 'busy';
  // Given back as it was: the read is not applied by this, only the values are gone.
  let settlement: Settlement = { link, number: link.applied, set: {}, mark: null };
  let end: Released = 'done';
  try {
    // Claim, then plan: another writer may have changed the account until now.
    const ids = [account.id];
    const [now] = await persist(pass, () => pass.reader.people(ids, 'user_id', pass.signal));
    const still = fields.filter((field) => now?.fields[field] === account.fields[field]);
    if (now && still.length > 0) {
      const key = keyOf(pass, holder.id);
      const left = await erase(pass, channelOf(pass, claims), now, still, key);
      if (left) settlement = withoutThem(pass, settlement, { now, left, wants: holder.wants });
      else end = 'busy';
    }
  } catch (error) {
    // It may still happen: the claim is left to run out, and the next writer reads by key.
    if (problemOf(error).effect === 'unknown') return 'busy';
    await pass.links.settle(claims.token, [settlement]);
    return refused(error);
  }
  await pass.links.settle(claims.token, [settlement]);
  return end;
}

/** The link remembers what the account had; who has another value now is handed over to get it. */
function withoutThem(
  pass: Pass,
  settlement: Settlement,
  of: { now: TargetPerson; left: PersonFields; wants: PersonFields | null },
): Settlement {
  const { link } = settlement;
  const before = printsOf(pass.key, of.now.fields);
  const wanted = of.wants ? printsOf(pass.key, of.wants) : {};
  const gone = IDENTIFIERS.filter((field) => before[field] && !of.left[field]);
  const had = Object.fromEntries(gone.map((field) => [field, before[field] ?? '']));
  const next = gone.some((field) => wanted[field] && wanted[field] !== link.omitted?.[field]);
  return {
    ...settlement,
    set: { prints: afterwards(pass, link.prints, of.left), had: { ...link.had, ...had } },
    unclear: isUncertain(link),
    ...(next ? { handOver: true } : {}),
  };
}

/** What the account has afterwards; null when the claim would not outlive the write. */
async function erase(
  pass: Pass,
  channel: Channel,
  account: TargetPerson,
  fields: Identifier[],
  key: string,
): Promise<PersonFields | null> {
  if (!channel.may(0)) return null;
  const left = leaveOut(account.fields, fields);
  const username = canSignIn(left) ? undefined : key;
  const call = (): Promise<void> => channel.writer.releaseIdentifiers(account.id, fields, username);
  await persist(pass, call, undefined, channel.may);
  return username === undefined ? left : { ...left, username };
}

function refused(error: unknown): Released {
  const it = problemOf(error);
  if (it.effect === 'unknown') return 'busy';
  if (it.kind === 'data') return 'kept';
  throw error;
}

/** Prints of what is left of an account, in place of those it had. */
function afterwards(pass: Pass, prints: Prints, left: PersonFields): Prints {
  const { phone: _phone, email: _email, username: _username, ...rest } = prints;
  const { phone, email, username } = printsOf(pass.key, left);
  return {
    ...rest,
    ...(phone ? { phone } : {}),
    ...(email ? { email } : {}),
    ...(username ? { username } : {}),
  };
}
