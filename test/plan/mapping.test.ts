/** Mapping: what the source has becomes what the target should have, one situation each. */
import { describe, expect, it } from 'vitest';
import type { SourcePerson } from '../../model/directory.ts';
import { settingsSchema } from '../../api/settings-schema.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import type { Mapping } from '../../model/settings.ts';
import { mapDepartment, mapPerson } from '../../plan/mapping.ts';

const person = (more: Partial<SourcePerson> = {}): SourcePerson => ({
  id: 'u-1',
  name: '小红',
  departmentIds: ['1'],
  active: true,
  ...more,
});

const { mapping } = DEFAULT_SETTINGS;
const all = (
  more: Partial<SourcePerson>,
  by: Mapping = mapping,
  defined = Object.keys(by.custom),
) => mapPerson(person(more), 'corp:u-1', by, defined);
const fields = (more: Partial<SourcePerson>) => {
  const mapped = all(more);
  if ('problem' in mapped) throw new Error(mapped.problem.code);
  return mapped.person.fields;
};
/** Settings as they are given, with the defaults beside them. */
const mapped = (settings: object, more: Partial<SourcePerson>, defined?: string[]) => {
  const managers = 'custom' in settings && 'boss' in (settings.custom as object);
  const given = { mapping: settings, managers };
  const made = all(more, settingsSchema.parse(given).mapping, defined);
  if ('problem' in made) throw new Error(made.problem.code);
  return made.person;
};

describe('a person', () => {
  it.each([
    ['13800000001', '86', '+86', '13800000001'],
    ['13800000001', undefined, '+86', '13800000001'],
    ['138 0000-0001', '86', '+86', '13800000001'],
    ['91234567', '852', '+852', '91234567'],
    ['+852-91234567', '86', '+852', '91234567'],
    [' +852-91234567', '86', '+852', '91234567'],
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
    expect(Object.keys(made).sort()).toEqual(['name', 'nickname', 'username']);
  });

  it('loses control characters and unpaired surrogates, and keeps every other character', () => {
    expect(fields({ name: ' 小\u0000红\ud800 👩‍👧 עברית ' }).name).toBe('小 红� 👩‍👧 עברית');
  });

  it('without a name is a problem of its own', () => {
    const made = all({ name: ' \u0007 ' });
    expect(made).toMatchObject({ problem: { code: 'DATA_NAME_MISSING', kind: 'data' } });
  });

  it('has each department once', () => {
    const made = all({ departmentIds: ['2', '3', '2'] });
    expect(made).toMatchObject({ person: { departmentIds: ['2', '3'] } });
  });

  it('keeps the avatar’s address', () => {
    expect(fields({ avatar: 'https://a.example/x.jpg' }).photo).toBe('https://a.example/x.jpg');
  });
});

describe('a person under settings of their own', () => {
  const source = {
    ...{ name: '小红', mobile: '13800000001', email: 'p@example.com', orgEmail: 'o@example.com' },
    ...{ title: '工程师', jobNumber: 'E1', workPlace: '杭州', telephone: '0571-1' },
    ...{ hiredAt: 1609430400000, unionId: 'union', managerId: 'u-2' },
  };

  it('has each field from the first named that is not empty, and none from nowhere', () => {
    const rules = {
      name: { from: ['title', 'name'] },
      nickname: { from: [] },
      email: { from: ['email', 'orgEmail'] },
      address: { from: ['remark', 'telephone'] },
    };
    expect(mapped({ fields: rules }, source).fields).toEqual({
      ...{ name: '工程师', phone: '13800000001', phoneCountryCode: '+86' },
      ...{ email: 'p@example.com', address: '0571-1' },
    });
    const nameless = mapped({ fields: rules }, { ...source, title: '' });
    expect(nameless.fields.name).toBe('小红');
  });

  it('without phone and e-mail in the mapping signs in with the key', () => {
    const rules = { phone: { from: [] }, email: { from: [] } };
    expect(mapped({ fields: rules }, source).fields).toEqual({
      ...{ name: '小红', nickname: '小红', username: 'corp:u-1', address: '杭州' },
    });
  });

  const custom = {
    number: { from: ['jobNumber'], label: 'Number' },
    hired: { from: ['hiredAt'], label: 'Hired' },
    boss: { from: ['managerId'], label: 'Manager' },
    remark: { from: ['remark'], label: 'Remark', whenEmpty: 'clear' },
  };

  it('has custom fields as text, a day as the day it is in China', () => {
    expect(mapped({ custom }, source).fields.custom).toEqual({
      ...{ number: 'E1', hired: '2021-01-01', boss: 'u-2' },
    });
  });

  it('has the day in China from its first to its last millisecond', () => {
    const day = 24 * 3_600_000;
    const hired = (hiredAt: number) => mapped({ custom }, { ...source, hiredAt }).fields.custom;
    expect(hired(1609430400000 + day - 1)).toMatchObject({ hired: '2021-01-01' });
    expect(hired(1609430400000 + day)).toMatchObject({ hired: '2021-01-02' });
    expect(hired(1609430400000 - 1)).toMatchObject({ hired: '2020-12-31' });
  });

  it('has no custom field that the target does not have', () => {
    const made = mapped({ custom }, { ...source, blank: ['remark'] }, ['hired']);
    expect(made.fields.custom).toEqual({ hired: '2021-01-01' });
    expect(made.cleared).toEqual([]);
  });

  it('loses only what is to be cleared and what the source itself calls empty', () => {
    const rules = { address: { from: ['workPlace', 'remark'], whenEmpty: 'clear' } };
    const settings = { fields: rules, custom };
    const { workPlace: _, ...rest } = source;
    expect(mapped(settings, rest).cleared).toEqual([]);
    expect(mapped(settings, { ...rest, blank: ['workPlace'] }).cleared).toEqual([]);
    expect(mapped(settings, { ...rest, blank: ['workPlace', 'remark', 'email'] }).cleared).toEqual([
      'address',
      'custom:remark',
    ]);
    expect(mapped({ custom: {} }, { ...rest, blank: ['workPlace', 'remark'] }).cleared).toEqual([]);
    const nowhere = { address: { from: [], whenEmpty: 'clear' as const } };
    const unfilled = { ...mapping, fields: { ...mapping.fields, ...nowhere } };
    expect(all(source, unfilled)).toMatchObject({ person: { cleared: [] } });
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
    expect(mapDepartment({ id: '7', name: ' ' }, '1', '旧名').name).toBe('旧名');
    expect(mapDepartment({ id: '7', name: '新名' }, '1', '旧名').name).toBe('新名');
  });
});
