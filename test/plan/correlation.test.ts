/** Who is who, decided from what was found: one account of nobody's, or a person decides. */
import { describe, expect, it } from 'vitest';
import { correlate, correlateDepartment } from '../../plan/correlation.ts';
import type { Candidate, Match } from '../../plan/correlation.ts';
import type { CorrelationRule } from '../../model/settings.ts';

const self = { connection: 'acme', sourceId: 'u-1', key: 'corp:u-1' };
const account = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ id, key: null, status: 'Activated', owner: null, ...more },
});
const match = (rule: CorrelationRule, ...candidates: Candidate[]): Match => ({
  ...{ rule, candidates, shared: false },
});
const conflict = (code: string) => ({ is: 'conflict', code: `CORRELATION_${code}` });

describe('a person without link and key', () => {
  it.each<[string, Match[], object]>([
    ['nothing is found', [match('email'), match('mobile')], { is: 'create' }],
    [
      'a shared value finds nothing',
      [{ ...match('email'), shared: true }, match('mobile', account('a'))],
      { is: 'adopt', id: 'a' },
    ],
    ['one account fits', [match('email', account('a'))], { is: 'adopt', id: 'a' }],
    [
      'all rules find the same',
      [match('email', account('a')), match('mobile', account('a'))],
      { is: 'adopt', id: 'a' },
    ],
    [
      'two accounts fit one rule',
      [match('jobNumber', account('a'), account('b'))],
      { ...conflict('SEVERAL'), rules: ['jobNumber'] },
    ],
    [
      'two rules find two accounts',
      [match('email', account('a')), match('mobile', account('b'))],
      { ...conflict('SEVERAL'), rules: ['email', 'mobile'] },
    ],
    [
      'somebody else at the source has the value',
      [{ ...match('email', account('a')), shared: true }],
      conflict('SHARED'),
    ],
    [
      'somebody else has one of two values that find one account',
      [{ ...match('email', account('a')), shared: true }, match('mobile', account('a'))],
      { ...conflict('SHARED'), rules: ['email', 'mobile'] },
    ],
    [
      'the account is another person’s',
      [match('email', account('a', { owner: { connection: 'acme', sourceId: 'u-2' } }))],
      conflict('LINKED'),
    ],
    [
      'the account is another connection’s',
      [match('email', account('a', { owner: { connection: 'other', sourceId: 'u-1' }, key: 'k' }))],
      { ...conflict('ELSEWHERE'), connection: 'other' },
    ],
    [
      'the account bears a foreign key',
      [match('email', account('a', { key: 'hr:7' }))],
      conflict('FOREIGN_KEY'),
    ],
    [
      'the account is suspended',
      [match('email', account('a', { status: 'Suspended' }))],
      conflict('INACTIVE'),
    ],
    [
      'the account bears our own key, whatever else fits',
      [match('email', account('b')), match('mobile', account('a', { key: self.key }))],
      { is: 'own', id: 'a' },
    ],
    [
      'the account was reserved for this very person before',
      [match('email', account('a', { owner: { connection: 'acme', sourceId: 'u-1' } }))],
      { is: 'adopt', id: 'a' },
    ],
  ])('when %s', (_, matches, decision) => {
    expect(correlate(self, matches)).toMatchObject(decision);
  });
});

describe('a department that is not linked', () => {
  const candidate = (id: string, more: object = {}) => ({ id, key: null, owner: null, ...more });
  const mine = { owner: { connection: 'acme', sourceId: '7' } };
  const theirs = { owner: { connection: 'other', sourceId: '7' } };
  const conflict = (code: string) => ({ is: 'conflict', code: `DEPARTMENT_${code}` });

  it.each([
    ['nothing stands there', [], { is: 'create' }],
    ['one of nobody’s stands there', [candidate('a')], { is: 'adopt', id: 'a' }],
    ['another of ours stands there', [candidate('a', mine)], { is: 'create' }],
    ['one of ours and one of nobody’s', [candidate('a', mine), candidate('b')], { id: 'b' }],
    ['two of nobody’s', [candidate('a'), candidate('b')], conflict('SEVERAL')],
    ['one with a key or code', [candidate('a', { key: 'x' })], conflict('FOREIGN_KEY')],
    [
      'one of another connection',
      [candidate('a', { ...theirs, key: 'x' })],
      { ...conflict('ELSEWHERE'), connection: 'other' },
    ],
  ])('when %s', (_, found, decision) => {
    expect(correlateDepartment('acme', found)).toMatchObject(decision);
  });
});
