/** What Authing will store for the fields we send, so that a comparison cannot differ for ever. */
import type { PersonFields } from '../../model/directory.ts';

/** Authing assumes mainland China where no country code is given (field comment of phoneCountryCode). */
const DEFAULT_COUNTRY_CODE = '+86';

const TEXT_FIELDS = [
  'name',
  'nickname',
  'username',
  'phone',
  'phoneCountryCode',
  'email',
  'photo',
  'address',
] as const;

/**
 * The same fields without surrounding blanks and empty values, the e-mail address in lower case (Authing
 * returns it so). Right for some of a person's fields as well as for all: nothing is added.
 */
export function tidy(fields: PersonFields): PersonFields {
  const tidied: PersonFields = {};
  for (const name of TEXT_FIELDS) {
    const value = fields[name]?.trim();
    if (value) tidied[name] = name === 'email' ? value.toLowerCase() : value;
  }
  const custom = Object.entries(fields.custom ?? {})
    .map(([key, value]) => [key, typeof value === 'string' ? value.trim() : value] as const)
    .filter(([, value]) => value !== '');
  if (custom.length > 0) tidied.custom = Object.fromEntries(custom);
  return tidied;
}

/**
 * All of a person's fields as Authing stores and returns them: tidied, with the default country code
 * beside a phone number, and no country code without one (Authing refuses it: "phone cannot be empty").
 * Compare `canonical(wanted)` with `canonical(stored)`. Not for a part of the fields.
 *
 * @param defined keys of the custom fields that exist; others cannot be stored and are left out.
 */
export function canonical(fields: PersonFields, defined?: ReadonlySet<string>): PersonFields {
  const whole = tidy(fields);
  if (whole.phone) whole.phoneCountryCode ??= DEFAULT_COUNTRY_CODE;
  else delete whole.phoneCountryCode;
  if (defined) keepDefined(whole, defined);
  return whole;
}

/** Takes out custom values whose field is not defined: Authing ignores or refuses them. */
export function keepDefined(fields: PersonFields, defined: ReadonlySet<string>): void {
  const kept = Object.entries(fields.custom ?? {}).filter(([key]) => defined.has(key));
  if (kept.length > 0) fields.custom = Object.fromEntries(kept);
  else delete fields.custom;
}

/** Whether the stored fields show everything that was sent; fields that were not sent do not matter. */
export function shows(stored: PersonFields, sent: PersonFields): boolean {
  const have = tidy(stored);
  const want = tidy(sent);
  for (const name of TEXT_FIELDS) {
    if (want[name] === undefined) continue;
    const fallback = name === 'phoneCountryCode' && have.phone ? DEFAULT_COUNTRY_CODE : undefined;
    if ((have[name] ?? fallback) !== want[name]) return false;
  }
  return Object.entries(want.custom ?? {}).every(
    // Custom values are kept as text by some field types.
    ([key, value]) =>
      have.custom?.[key] !== undefined && String(have.custom[key]) === String(value),
  );
}
