/** Who of several claimants of a login identifier gets it, and what a person who goes without it is left with. */
import type { ObjectRef, PersonFields } from '../model/directory.ts';
import type { Prints } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';

/** Unique over a whole user pool, whoever made the account. */
export const IDENTIFIERS = ['phone', 'email', 'username'] as const;
export type Identifier = (typeof IDENTIFIERS)[number];

/** A value that a person goes without, and why. */
export interface Omission {
  field: Identifier;
  problem: Problem;
}

/** One person of a batch, in fingerprints. */
export interface Claimant {
  id: string;
  /** As the source has the person now. */
  wants: Prints;
  /** As the target is known to have the person. */
  has: Prints;
}

/**
 * Values that several people of a batch claim: who has the value at the target keeps it, else the one
 * whose id comes first gets it. The others go without it, by source id.
 */
export function sharedInBatch(claimants: Claimant[]): Map<string, Omission[]> {
  const omissions = new Map<string, Omission[]>();
  for (const field of IDENTIFIERS) {
    const byValue = new Map<string, Claimant[]>();
    for (const one of claimants) {
      const print = one.wants[field];
      // What the mapping empties has an empty print.
      if (print) byValue.set(print, [...(byValue.get(print) ?? []), one]);
    }
    for (const [print, several] of byValue) {
      const [first, ...rest] = several.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
      for (const { id } of rest) {
        const omission = { field, problem: shared(id, field, first?.id ?? '') };
        omissions.set(id, [...(omissions.get(id) ?? []), omission]);
      }
      function rank(one: Claimant): number {
        return one.has[field] === print ? 0 : 1;
      }
    }
  }
  return omissions;
}

/** Who has a value at the target that somebody else should have. */
export type Holder =
  /** An account that this connection neither made nor adopted, by its system id. */
  | { kind: 'foreign'; id: string }
  /** Somebody of this connection, by source id; `wants` is what a fresh read says, null when gone. */
  | { kind: 'linked'; id: string; wants: PersonFields | null };

/** An omission for the claimant; or null when the holder must let the value go. */
export function judge(
  claimant: string,
  field: Identifier,
  value: string,
  holder: Holder,
): Omission | null {
  if (holder.kind === 'foreign') {
    return { field, problem: made(TAKEN[field], claimant, field, holder.id) };
  }
  if (holder.wants?.[field] !== value) return null;
  return { field, problem: shared(claimant, field, holder.id) };
}

const TAKEN: Record<Identifier, ProblemCode> = {
  phone: 'DATA_PHONE_TAKEN',
  email: 'DATA_EMAIL_TAKEN',
  username: 'DATA_USERNAME_TAKEN',
};

/** Whether a refusal is about an identifier that somebody else has; which one may not be said. */
export function isIdentifierTaken(code: ProblemCode): boolean {
  return code === 'DATA_IDENTIFIER_TAKEN' || Object.values(TAKEN).includes(code);
}

const shared = (id: string, field: Identifier, holder: string): Problem =>
  made('DATA_IDENTIFIER_SHARED', id, field, holder);

/** The holder does not have the value at the source any more, and the target does not let it be erased. */
export const kept = (claimant: string, field: Identifier, holder: string): Omission => ({
  field,
  problem: made('DATA_IDENTIFIER_KEPT', claimant, field, holder),
});

function made(code: ProblemCode, id: string, field: Identifier, holder: string): Problem {
  const object: ObjectRef = { kind: 'person', id };
  return problem(code, { object, field, holder });
}

/** The fields without some identifiers; a country code goes with its phone. */
export function leaveOut(fields: PersonFields, omitted: Identifier[]): PersonFields {
  const { phone, phoneCountryCode, email, username, ...rest } = fields;
  const kept: PersonFields = rest;
  if (phone !== undefined && !omitted.includes('phone')) {
    kept.phone = phone;
    if (phoneCountryCode !== undefined) kept.phoneCountryCode = phoneCountryCode;
  }
  if (email !== undefined && !omitted.includes('email')) kept.email = email;
  if (username !== undefined && !omitted.includes('username')) kept.username = username;
  return kept;
}

/** Authing needs one of the three for every account. */
export function canSignIn(fields: PersonFields): boolean {
  return IDENTIFIERS.some((field) => Boolean(fields[field]));
}

/** What is to be compared of a person who goes without some values: exactly those, no other value. */
export function withoutOmitted(prints: Prints, omitted: Prints | undefined): Prints {
  const rest = Object.entries(prints).filter(([field, print]) => omitted?.[field] !== print);
  return Object.fromEntries(rest);
}
