/** Settings: what is left out has its default, what is wrong is said at once and completely. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../api/settings-schema.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';

const faults = (settings: unknown): string[] => {
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) throw new Error('accepted');
  return parsed.error.issues.map((it) => `${it.path.join('.')}: ${it.message}`);
};

describe('settings', () => {
  it.each([undefined, {}, { mapping: {} }, { mapping: { fields: { name: {} } }, scope: {} }])(
    'left out have their defaults: %j',
    (given) => {
      expect(settingsSchema.parse(given)).toEqual(DEFAULT_SETTINGS);
    },
  );

  it('of one field leave the others as they are', () => {
    const { mapping } = settingsSchema.parse({
      mapping: { fields: { nickname: { from: ['title', 'name'] } } },
    });
    expect(mapping.fields).toEqual({
      ...DEFAULT_SETTINGS.mapping.fields,
      nickname: { from: ['title', 'name'], whenEmpty: 'keep' },
    });
  });

  it('of the example file are taken, and use every setting', () => {
    const file = new URL('../../docs/settings.example.json', import.meta.url);
    const given = JSON.parse(readFileSync(file, 'utf8')) as object;
    const parsed = settingsSchema.parse(given);
    expect(parsed.mapping.fields.address).toEqual({ from: ['workPlace'], whenEmpty: 'clear' });
    expect([...Object.keys(given), 'managers'].sort()).toEqual(Object.keys(parsed).sort());
  });

  it('have all their faults said at once, each with its place', () => {
    const found = faults({
      correlation: ['mobile', 'emial'],
      maping: {},
      leaders: 'yes',
      scope: { include: [7], excluded: [] },
      mapping: {
        fields: { phone: { from: ['title'] }, email: { whenEmpty: 'clear' }, name: { from: [] } },
        custom: { 'job number': { from: ['jobNumber'], label: 'x' }, empty: { from: [] } },
      },
    });
    const text = found.join('\n');
    for (const place of [
      ...['correlation.1', 'leaders', 'scope.include.0', 'mapping.fields.phone.from.0'],
      ...['mapping.fields.email.whenEmpty', 'mapping.fields.name.from'],
      ...['mapping.custom.job number', 'mapping.custom.empty.from', 'mapping.custom.empty.label'],
    ]) {
      expect(text).toContain(`${place}: `);
    }
    expect(text).toContain('"maping" is not known, did you mean "mapping"?');
    expect(text).toContain('"excluded" is not known, did you mean "exclude"?');
    expect(text).toContain('did you mean "email"?');
  });

  it.each([
    [
      'a key that means something to JavaScript',
      '{"mapping":{"custom":{"constructor":{"from":["title"],"label":"x"}}}}',
    ],
    ['a rule named twice', '{"correlation":["email","email"]}'],
    ['job numbers that are kept nowhere', '{"correlation":["jobNumber"]}'],
    ['null for settings', '{"scope":null}'],
  ])('with %s are refused', (_, text) => {
    expect(faults(JSON.parse(text))).toHaveLength(1);
  });
});
