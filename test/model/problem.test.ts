/** Problems and their words: every code says what happened, what it means and what to do, and leaks nothing. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isUncertain, linkId } from '../../model/link.ts';
import type { Link } from '../../model/link.ts';
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import type { ProblemCode } from '../../model/problem.ts';
import { say } from '../../model/say.ts';
import { problemWords } from '../../model/words.ts';

const codes = Object.keys(problemWords) as ProblemCode[];

describe('a problem', () => {
  it.each(codes)('%s has its words in both languages, filled with what is known', (code) => {
    const it = problem(code, { object: { kind: 'person', id: 'u-1' }, vendorCode: '60020' });
    for (const language of ['en', 'zh'] as const) {
      const { what, means, remedy } = say(it, language);
      for (const sentence of [what, means, remedy]) {
        expect(sentence.length).toBeGreaterThan(3);
        expect(sentence).not.toMatch(/\{\w+\}|undefined|\[object/);
      }
    }
    expect(say(it, 'zh').what).toMatch(/[一-鿿]/);
    expect(say(it, 'en').what).not.toMatch(/[一-鿿]/);
  });

  it('shows what is known of its details, and a question mark for what nobody knows', () => {
    const code = codes.find((it) => problemWords[it].en.what.includes('{address}'));
    if (!code) throw new Error('no code names an address');
    expect(say(problem(code), 'en').what).toContain('?');
    expect(say(problem(code, { address: '192.0.2.7' }), 'en').what).toContain('192.0.2.7');
  });

  it('has a time for the next try only where one was given', () => {
    expect(problem('SOURCE_RATE_LIMITED', {}, { retryAfterMs: 0 }).retryAfterMs).toBe(0);
    expect(problem('SOURCE_RATE_LIMITED')).not.toHaveProperty('retryAfterMs');
  });

  it('travels through thrown errors, and any other error is a bug without its text', () => {
    const it = problem('TARGET_UNAVAILABLE', { vendorCode: '500' }, { effect: 'unknown' });
    const error = new ProblemError(it);
    expect(problemOf(error)).toBe(it);
    expect(error.message).toBe('TARGET_UNAVAILABLE (500)');
    const bug = problemOf(new Error('token=canary'));
    expect(bug.code).toBe('BUG_UNEXPECTED');
    expect(inspect(new ProblemError(bug))).not.toContain('canary');
  });
});

describe('a link', () => {
  const link = (opened: number, settled: number, claimed: boolean) =>
    ({
      ...{ opened, settled },
      claim: claimed ? { token: 't', until: new Date(0) } : null,
    }) as Link;

  it('is uncertain when a claim ended without a settlement, and only then', () => {
    expect(isUncertain(link(0, 0, false))).toBe(false);
    expect(isUncertain(link(1, 1, false))).toBe(false);
    expect(isUncertain(link(2, 1, true))).toBe(false);
    expect(isUncertain(link(2, 1, false))).toBe(true);
    expect(isUncertain(link(3, 1, true))).toBe(true);
  });

  it('has an id that tells departments from people', () => {
    expect(linkId('acme', 'department', '7')).not.toBe(linkId('acme', 'person', '7'));
  });
});
