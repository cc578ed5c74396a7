/** Custom fields before they are used: which of the mapping's the target has, and defining the others when asked to. */
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';

export interface CustomFields {
  defined: string[];
  /** What is missing, or why it could not be defined. */
  problem?: Problem;
}

/** Keys of the mapping's custom fields that the target has. Asks nothing when the mapping names none. */
export async function definedFields(pass: Pass): Promise<string[]> {
  const wanted = Object.keys(pass.connection.settings.mapping.custom);
  if (wanted.length === 0) return [];
  const have = await persist(pass, () => pass.reader.customFields(pass.signal));
  return wanted.filter((key) => have.includes(key));
}

/** The same, after those that are missing have been defined, where the settings say so. */
export async function prepareFields(pass: Pass): Promise<CustomFields> {
  const { custom, defineCustomFields } = pass.connection.settings.mapping;
  const defined = await definedFields(pass);
  const missing = Object.entries(custom).filter(([key]) => !defined.includes(key));
  if (missing.length === 0) return { defined };
  const field = missing.map(([key]) => key).join(', ');
  if (!defineCustomFields) return { defined, problem: problem('CUSTOM_FIELDS_MISSING', { field }) };
  const fields = missing.map(([key, { label }]) => ({ key, label, type: 'STRING' as const }));
  const writer = pass.writer(() => !pass.signal.aborted);
  try {
    await persist(pass, () => writer.defineCustomFields(fields));
  } catch (error) {
    const why = error instanceof ProblemError ? error.problem : null;
    if (why?.code !== 'TARGET_CUSTOM_FIELD_REFUSED') throw error;
    return { defined, problem: problem(why.code, { ...why.detail, field }) };
  }
  return { defined: Object.keys(custom) };
}
