/** What callers of the API may say about a connection's settings; everything left out has its default. */
import { z } from 'zod';
import type { SourceField } from '../model/directory.ts';
import { nearest } from '../model/nearest.ts';
import {
  CLEARABLE,
  CORRELATION_RULES,
  CUSTOM_SOURCES,
  DEFAULT_SETTINGS,
  EVENT_CHOICES,
  FIELD_SOURCES,
} from '../model/settings.ts';
import type { MappedField, Settings } from '../model/settings.ts';

const { mapping: defaults } = DEFAULT_SETTINGS;

/** An object of known keys only; a key that is not known is a fault that names the one that was meant. */
function strict<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape);
  const unknown = (key: string): string => {
    const near = nearest(key, known);
    return `"${key}" is not known${near === null ? '' : `, did you mean "${near}"?`}`;
  };
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map(unknown).join('; ') : undefined,
  });
}

/** A list without repetition, of words that are known. */
function listOf<T extends string>(words: readonly T[]) {
  const expected = `expected one of ${words.join(', ')}`;
  const wrong = (input: unknown): string => {
    const near = typeof input === 'string' ? nearest(input, [...words]) : null;
    return near === null ? expected : `${expected}; did you mean "${near}"?`;
  };
  const word = z.enum(words as [T, ...T[]], { error: (issue) => wrong(issue.input) });
  return distinct(z.array(word));
}

function distinct<T extends string>(list: z.ZodArray<z.ZodType<T>>) {
  return list.refine((it) => new Set(it).size === it.length, 'must not name anything twice');
}

function fieldRule<K extends MappedField>(field: K) {
  const rule = defaults.fields[field];
  const sources: readonly SourceField[] = FIELD_SOURCES[field];
  const from = listOf(sources).default(rule.from);
  const whenEmpty = CLEARABLE.includes(field)
    ? z.enum(['keep', 'clear']).default(rule.whenEmpty)
    : z.literal('keep', 'only "keep": this field cannot be cleared').default('keep');
  return strict({
    from: field === 'name' ? from.refine((it) => it.length > 0, 'people need a name') : from,
    whenEmpty,
  }).default(rule);
}

const fields = strict({
  name: fieldRule('name'),
  nickname: fieldRule('nickname'),
  phone: fieldRule('phone'),
  email: fieldRule('email'),
  photo: fieldRule('photo'),
  address: fieldRule('address'),
}).default(defaults.fields);

const customKey = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'expected a letter, then letters, digits and underscores')
  .refine((key) => !(key in {}), 'is a word of JavaScript');

const customRule = strict({
  from: listOf<SourceField>(CUSTOM_SOURCES).min(1),
  whenEmpty: z.enum(['keep', 'clear']).default('keep'),
  label: z.string().trim().min(1).max(50),
});

const departments = distinct(
  z.array(z.string().regex(/^[1-9]\d{0,14}$/, 'expected the id of a department, in quotes')),
);

/** Settings as they may be given; parsed, they are complete. */
export const settingsSchema = strict({
  mapping: strict({
    fields,
    custom: z.record(customKey, customRule).default(defaults.custom),
    defineCustomFields: z.boolean().default(defaults.defineCustomFields),
  }).default(defaults),
  correlation: listOf(CORRELATION_RULES).default(DEFAULT_SETTINGS.correlation),
  adoptDepartmentsByPath: z.boolean().default(DEFAULT_SETTINGS.adoptDepartmentsByPath),
  leaders: z.boolean().default(DEFAULT_SETTINGS.leaders),
  managers: z.boolean().default(DEFAULT_SETTINGS.managers),
  scope: strict({
    include: departments.default(DEFAULT_SETTINGS.scope.include),
    exclude: departments.default(DEFAULT_SETTINGS.scope.exclude),
  }).default(DEFAULT_SETTINGS.scope),
  events: z.enum(EVENT_CHOICES).default(DEFAULT_SETTINGS.events),
  hideNames: z.boolean().default(DEFAULT_SETTINGS.hideNames),
})
  .superRefine(rulesHaveTheirFields)
  .default(DEFAULT_SETTINGS) satisfies z.ZodType<Settings>;

/**
 * Settings with some of them changed, as RFC 7396 merges: what is left out stays, objects are merged, lists are
 * replaced, and null takes a setting back to its default. Throws ZodError.
 */
export function mergedSettings(before: Settings, patch: Record<string, unknown>): Settings {
  const whole = z.object({ settings: settingsSchema });
  return whole.parse({ settings: merged(before, patch) }).settings;
}

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it);

function merged(before: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const kept = isObject(before) ? Object.entries(before) : [];
  const stays = kept.filter(([name]) => !Object.hasOwn(patch, name));
  const changed = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const old = kept.find(([it]) => it === name)?.[1];
      return [name, merged(old, value)] as const;
    });
  // Made from entries, because a field may be called "__proto__".
  return Object.fromEntries([...stays, ...changed]);
}

/** Accounts are found by the field that the mapping fills; Authing has none of its own for job numbers. */
function rulesHaveTheirFields(settings: Settings, context: z.RefinementCtx): void {
  const { fields, custom } = settings.mapping;
  const comesFrom = (field: SourceField): boolean =>
    Object.values(custom).some((it) => it.from[0] === field);
  const lacks = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const rules = new Set(settings.correlation);
  if (rules.has('email') && fields.email.from.length === 0)
    lacks('correlation', 'email needs the field email in the mapping');
  if (rules.has('mobile') && fields.phone.from.length === 0)
    lacks('correlation', 'mobile needs the field phone in the mapping');
  if (rules.has('jobNumber') && !comesFrom('jobNumber'))
    lacks('correlation', 'jobNumber needs a custom field in the mapping that comes from jobNumber');
  if (settings.managers !== comesFrom('managerId'))
    lacks('managers', 'goes together with a custom field in the mapping that comes from managerId');
}
