/** Login identifiers: of several claimants one gets the value, and nobody is left without a way to sign in unnoticed. */
import { describe, expect, it } from 'vitest';
import type { PersonFields } from '../../model/directory.ts';
import type { Prints } from '../../model/link.ts';
import type { Claimant, Holder, Identifier } from '../../plan/identifiers.ts';
import {
  canSignIn,
  isIdentifierTaken,
  judge,
  leaveOut,
  sharedInBatch,
  withoutOmitted,
} from '../../plan/identifiers.ts';

describe('people of one batch who claim one value', () => {
  const claimant = (id: string, wants: Prints, has: Prints = {}): Claimant => ({ id, wants, has });
  const without = (...claimants: Claimant[]): Record<string, [Identifier, string | undefined][]> =>
    Object.fromEntries(
      [...sharedInBatch(claimants)].map(([id, omissions]) => [
        id,
        omissions.map(({ field, problem }) => {
          expect(problem).toMatchObject({ code: 'DATA_IDENTIFIER_SHARED' });
          expect(problem.detail).toMatchObject({ object: { kind: 'person', id }, field });
          return [field, problem.detail.holder];
        }),
      ]),
    );

  it('all go without it but who has it at the target, whatever the order', () => {
    const [a, b, c] = [
      claimant('a', { email: 'x' }),
      claimant('b', { email: 'x' }, { email: 'x' }),
      claimant('c', { email: 'x' }, { email: 'old' }),
    ];
    const expected = { a: [['email', 'b']], c: [['email', 'b']] };
    expect(without(a, b, c)).toEqual(expected);
    expect(without(b, c, a)).toEqual(expected);
    expect(without(c, a, b)).toEqual(expected);
  });

  it('nobody of whom has it give it to the first by source id, whatever the order', () => {
    const some = ['c', 'a', 'b'].map((id) => claimant(id, { phone: 'x' }));
    const expected = { b: [['phone', 'a']], c: [['phone', 'a']] };
    expect(without(...some)).toEqual(expected);
    expect(without(...some.reverse())).toEqual(expected);
  });

  it('may miss several values, each for a reason of its own', () => {
    const some = [
      claimant('a', { phone: 'p' }),
      claimant('b', { email: 'e' }),
      claimant('c', { phone: 'p', email: 'e', username: 'u' }),
    ];
    const missed = [
      ['phone', 'a'],
      ['email', 'b'],
    ];
    expect(without(...some)).toEqual({ c: missed });
  });

  it('do not meet where the values differ, are other fields’, or are to be emptied', () => {
    expect(without(claimant('a', { email: 'x' }), claimant('b', { email: 'y' }))).toEqual({});
    expect(without(claimant('a', { email: 'x' }), claimant('b', { phone: 'x' }))).toEqual({});
    expect(without(claimant('a', { email: '' }), claimant('b', { email: '' }))).toEqual({});
    expect(without(claimant('a', { name: 'x' }), claimant('b', { name: 'x' }))).toEqual({});
  });
});

describe('who has a value that somebody else should have', () => {
  const verdict = (holder: Holder, field: Identifier = 'phone') =>
    judge('u-1', field, 'x', holder)?.problem;
  const linked = (wants: PersonFields | null): Holder => ({ kind: 'linked', id: 'u-2', wants });

  it('keeps it when the account is nobody’s of ours, and is named', () => {
    const holder: Holder = { kind: 'foreign', id: 'account' };
    for (const [field, code] of [
      ['phone', 'DATA_PHONE_TAKEN'],
      ['email', 'DATA_EMAIL_TAKEN'],
      ['username', 'DATA_USERNAME_TAKEN'],
    ] as const) {
      const detail = { field, holder: 'account', object: { kind: 'person', id: 'u-1' } };
      expect(verdict(holder, field)).toMatchObject({ code, detail });
    }
  });

  it('keeps it as one of ours while the source says that it is theirs', () => {
    const found = verdict(linked({ phone: 'x' }));
    expect(found).toMatchObject({ code: 'DATA_IDENTIFIER_SHARED', detail: { holder: 'u-2' } });
  });

  it('lets it go when they have another now, none, or are gone', () => {
    expect(verdict(linked({ phone: 'y' }))).toBeUndefined();
    expect(verdict(linked({ email: 'x' }))).toBeUndefined();
    expect(verdict(linked(null))).toBeUndefined();
  });
});

it('a refusal is about an identifier, whether it says which or not', () => {
  const codes = ['DATA_IDENTIFIER_TAKEN', 'DATA_PHONE_TAKEN', 'DATA_EMAIL_TAKEN'] as const;
  expect(codes.every(isIdentifierTaken)).toBe(true);
  expect(isIdentifierTaken('DATA_USERNAME_TAKEN')).toBe(true);
  expect(isIdentifierTaken('DATA_KEY_TAKEN')).toBe(false);
  expect(isIdentifierTaken('DATA_REFUSED')).toBe(false);
});

describe('fields without some identifiers', () => {
  const all = {
    ...{ name: 'n', phone: '138', phoneCountryCode: '+86', email: 'a@example.com', username: 'u' },
    custom: { job: '1' },
  };
  const { phone: _phone, phoneCountryCode: _code, ...noPhone } = all;
  const { email: _email, ...noEmail } = all;
  const { username: _username, ...noUsername } = all;

  it('lack exactly those; a country code goes with its phone', () => {
    expect(leaveOut(all, [])).toStrictEqual(all);
    expect(leaveOut(all, ['phone'])).toStrictEqual(noPhone);
    expect(leaveOut(all, ['email'])).toStrictEqual(noEmail);
    expect(leaveOut(all, ['username'])).toStrictEqual(noUsername);
    const { name, custom } = all;
    expect(leaveOut(all, ['phone', 'email', 'username'])).toStrictEqual({ name, custom });
  });

  it('have none that were not there', () => {
    expect(leaveOut({ name: 'n' }, [])).toStrictEqual({ name: 'n' });
    expect(leaveOut({ phone: '138' }, [])).toStrictEqual({ phone: '138' });
  });

  it('let somebody sign in while one is left', () => {
    expect(canSignIn({ phone: '138' })).toBe(true);
    expect(canSignIn({ email: 'a@example.com' })).toBe(true);
    expect(canSignIn({ username: 'u' })).toBe(true);
    expect(canSignIn({ name: 'n', phone: '' })).toBe(false);
  });

  it('are compared without the values somebody goes without, and with any other', () => {
    const prints = { name: 'n', phone: 'p' };
    expect(withoutOmitted(prints, { phone: 'p' })).toStrictEqual({ name: 'n' });
    expect(withoutOmitted(prints, { phone: 'older' })).toStrictEqual(prints);
    expect(withoutOmitted(prints, undefined)).toStrictEqual(prints);
  });
});
