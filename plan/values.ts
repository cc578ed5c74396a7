/** Single values of a person of the source in the form in which they are compared and written. */
import type { PersonFields, SourceField, SourcePerson } from '../model/directory.ts';

// C0 and C1 controls; the target shows names to people and into other systems.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text without control characters and unpaired surrogates, trimmed; undefined when nothing is left. */
export function cleanText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cleaned = text.toWellFormed().replace(CONTROLS, ' ').trim();
  return cleaned === '' ? undefined : cleaned;
}

/**
 * Mobile number and country code as the target keeps them: digits only, country code with a plus.
 * DingTalk gives `state_code` without a plus and leaves it out for some accounts; then it is 86,
 * unless the number itself begins with "+NN-" as numbers of other countries do.
 */
export function phoneOf({
  mobile,
  stateCode,
}: Pick<SourcePerson, 'mobile' | 'stateCode'>):
  Required<Pick<PersonFields, 'phone' | 'phoneCountryCode'>> | undefined {
  const text = mobile?.trim() ?? '';
  const prefixed = /^\+(\d{1,4})-(.+)$/.exec(text);
  const digits = (prefixed?.[2] ?? text).replace(/[^\d]/g, '');
  if (digits === '') return undefined;
  const country = (prefixed?.[1] ?? stateCode ?? '86').replace(/[^\d]/g, '') || '86';
  return { phone: digits, phoneCountryCode: `+${country}` };
}

/** The first of these fields that is not empty, as text; e-mail addresses as the target stores them. */
export function firstOf(person: SourcePerson, from: SourceField[]): string | undefined {
  for (const field of from) {
    const value = valueOf(person, field);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueOf(person: SourcePerson, field: SourceField): string | undefined {
  if (field === 'hiredAt') return dateOf(person.hiredAt);
  const value = cleanText(person[field]);
  // Authing stores addresses in lower case; sending them so keeps a second pass quiet.
  return field === 'email' || field === 'orgEmail' ? value?.toLowerCase() : value;
}

/** DingTalk's days begin at midnight in China, which has one time zone and no summer time. */
function dateOf(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  const there = new Date(milliseconds + 8 * 3_600_000);
  return Number.isNaN(there.getTime()) ? undefined : there.toISOString().slice(0, 10);
}
