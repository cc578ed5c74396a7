/** Mapping: what the source has becomes what the target should have, one situation each. */
import { describe, expect, it } from 'vitest';
import type { SourcePerson } from '../../model/directory.ts';
import { mapDepartment, mapPerson } from '../../plan/mapping.ts';

const person = (more: Partial<SourcePerson> = {}): SourcePerson => ({
  id: 'u-1',
  name: '小红',
  departmentIds: ['1'],
  active: true,
  ...more,
});

const fields = (more: Partial<SourcePerson>) => {
  const mapped = mapPerson(person(more), 'corp:u-1');
  if ('problem' in mapped) throw new Error(mapped.problem.code);
  return mapped.person.fields;
};

describe('a person', () => {
  it.each([
    ['13800000001', '86', '+86', '13800000001'],
    ['13800000001', undefined, '+86', '13800000001'],
    ['138 0000-0001', '86', '+86', '13800000001'],
    ['91234567', '852', '+852', '91234567'],
    ['+852-91234567', '86', '+852', '91234567'],
    ['13800000001', '+86', '+86', '13800000001'],
    ['13800000001', 'x', '+86', '13800000001'],
  ])('with mobile %s and state code %s has phone %s %s', (mobile, stateCode, country, phone) => {
    expect(fields({ mobile, ...(stateCode ? { stateCode } : {}) })).toMatchObject({
      phone,
      phoneCountryCode: country,
    });
  });

  it('without phone and e-mail gets the key as username, and no other does', () => {
    expect(fields({}).username).toBe('corp:u-1');
    expect(fields({ mobile: '13800000001' })).not.toHaveProperty('username');
    expect(fields({ email: 'a@example.com' })).not.toHaveProperty('username');
  });

  it('has the company mailbox before the private one, in lower case', () => {
    expect(fields({ orgEmail: 'A@Corp.example', email: 'b@example.com' }).email).toBe(
      'a@corp.example',
    );
    expect(fields({ orgEmail: ' ', email: 'B@example.com' }).email).toBe('b@example.com');
  });

  it('never has an empty field: what is empty at the source is left out', () => {
    const made = fields({ mobile: '', email: '', orgEmail: '  ', avatar: '' });
    expect(Object.values(made)).not.toContain('');
    expect(Object.keys(made).sort()).toEqual(['name', 'username']);
  });

  it('loses control characters and unpaired surrogates, and keeps every other character', () => {
    expect(fields({ name: ' 小\u0000红\ud800 👩‍👧 עברית ' }).name).toBe('小 红� 👩‍👧 עברית');
  });

  it('without a name is a problem of its own', () => {
    const mapped = mapPerson(person({ name: ' \u0007 ' }), 'k');
    expect(mapped).toMatchObject({ problem: { code: 'DATA_NAME_MISSING', kind: 'data' } });
  });

  it('has each department once', () => {
    const mapped = mapPerson(person({ departmentIds: ['2', '3', '2'] }), 'k');
    expect(mapped).toMatchObject({ person: { departmentIds: ['2', '3'] } });
  });

  it('keeps the avatar’s address', () => {
    expect(fields({ avatar: 'https://a.example/x.jpg' }).photo).toBe('https://a.example/x.jpg');
  });
});

describe('a department', () => {
  it('keeps its name, cleaned; without one its id stands in', () => {
    expect(mapDepartment({ id: '7', name: ' 研发\u0001部 ' }, '1')).toEqual({
      id: '7',
      parentId: '1',
      name: '研发 部',
    });
    expect(mapDepartment({ id: '7', name: ' ' }, '1').name).toBe('7');
  });
});
