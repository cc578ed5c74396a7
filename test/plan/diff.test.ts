/** Differences: what has to change, and nothing else. */
import { describe, expect, it } from 'vitest';
import { diffDepartment, diffPerson, flatten, isEqual, pick } from '../../plan/diff.ts';

describe('a person’s difference', () => {
  const base = { prints: { name: 'a', phone: 'p' }, departments: ['1', '2'] };

  it('is empty for who is equal', () => {
    expect(isEqual(diffPerson(base, base))).toBe(true);
  });

  it('names changed and new fields, sorted, and never one the source leaves empty', () => {
    const desired = { prints: { name: 'b', email: 'e' }, departments: ['1', '2'] };
    expect(diffPerson(desired, base).fields).toEqual(['email', 'name']);
  });

  it('makes a username only for who has neither phone nor e-mail at the target', () => {
    const desired = { prints: { name: 'a', username: 'k' }, departments: [] };
    const against = (prints: Record<string, string>) =>
      diffPerson(desired, { prints, departments: [] }).fields;
    expect(against({ name: 'a' })).toEqual(['username']);
    expect(against({ name: 'a', phone: 'p' })).toEqual([]);
    expect(against({ name: 'a', email: 'e', username: 'other' })).toEqual([]);
    expect(against({ name: 'b', username: 'other' })).toEqual(['name', 'username']);
  });

  it('takes what is to be emptied for equal where nothing is', () => {
    const emptied = { prints: { address: '' }, departments: [] };
    expect(diffPerson(emptied, { prints: {}, departments: [] }).fields).toEqual([]);
    const has = { prints: { address: 'x' }, departments: [] };
    expect(diffPerson(emptied, has).fields).toEqual(['address']);
  });

  it('names departments to enter and to leave', () => {
    const difference = diffPerson({ prints: {}, departments: ['2', '3'] }, base);
    expect(difference).toMatchObject({ enter: ['3'], leave: ['1'] });
    expect(isEqual(difference)).toBe(false);
  });
});

describe('fields', () => {
  const fields = {
    name: '小红',
    nickname: '',
    phone: '1380',
    phoneCountryCode: '+86',
    custom: { job: 'A1', level: 3, remote: false },
  };

  it('side by side hold phone and country code as one value, and custom fields by name', () => {
    expect(flatten(fields)).toEqual({
      name: '小红',
      phone: '+86 1380',
      'custom:job': 'A1',
      'custom:level': '3',
      'custom:remote': 'false',
    });
    expect(flatten({ phone: '1380' })).toStrictEqual({ phone: '+86 1380' });
  });

  it('picked by name are in the shape in which they are sent', () => {
    expect(pick(fields, ['phone', 'custom:level', 'custom:none'])).toEqual({
      phone: '1380',
      phoneCountryCode: '+86',
      custom: { level: 3 },
    });
    expect(pick(fields, ['name'])).toEqual({ name: '小红' });
    expect(pick({ phone: '1380' }, ['phone'])).toEqual({
      phone: '1380',
      phoneCountryCode: undefined,
    });
    expect(pick({}, ['custom:job'])).toEqual({});
  });
});

describe('a department’s difference', () => {
  it('tells a rename from a move', () => {
    const desired = { id: '7', parentId: '1', name: '研发部' };
    expect(diffDepartment(desired, { name: '研发部', parentId: '1' })).toEqual({
      rename: false,
      move: false,
    });
    expect(diffDepartment(desired, { name: '旧', parentId: '2' })).toEqual({
      rename: true,
      move: true,
    });
  });
});
