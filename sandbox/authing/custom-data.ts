/** Checks customData against the fields that were defined for people or departments (reference 3.3). */
import { Failure, badParameter } from './envelope.ts';
import { isObject } from './parameters.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { CustomField } from './records.ts';

/** "customData must be less than 1024 characters": 1,025 were seen refused (reference 3.3). */
const CUSTOM_DATA_LENGTH = 1024;

export type CustomData = Readonly<Record<string, unknown>>;

export const fieldKey = (targetType: string, key: string): string => `${targetType}:${key}`;

/**
 * The customData after a write, or undefined when the call does not speak of it.
 * @param before the data to merge into, for an update
 */
export function customDataIn(
  call: Call,
  targetType: 'USER' | 'DEPARTMENT',
  params: Parameters,
  before?: CustomData,
): CustomData | undefined {
  const given = params['customData'];
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw badParameter('customData');
  checkLength(call, given);
  const { settings } = call;
  const merge = before !== undefined && settings.customDataUpdate === 'merge';
  const next = new Map<string, unknown>(merge ? Object.entries(before) : []);
  for (const [key, value] of Object.entries(given)) {
    const field = call.pool.customFields.get(fieldKey(targetType, key));
    if (field === undefined) {
      if (settings.unknownCustomData === 'refuse') throw badParameter('customData');
    } else if (value === null) {
      if (settings.nullInUpdate === 'clear') next.delete(key);
    } else {
      if (settings.customDataTypes === 'refuse' && !fits(field, value)) {
        throw badParameter('customData');
      }
      next.set(key, value);
    }
  }
  return Object.fromEntries(next);
}

function checkLength(call: Call, data: Record<string, unknown>): void {
  const whole = call.settings.customDataLimit === 'whole';
  const counted = whole ? [JSON.stringify(data)] : Object.values(data);
  if (counted.some((it) => typeof it === 'string' && it.length >= CUSTOM_DATA_LENGTH)) {
    throw new Failure(400, 'customData must be less than 1024 characters');
  }
}

/** Whether a value has the type of its field. ENUM values outside the options pass, as Authing's own test shows. */
export function fits(field: CustomField, value: unknown): boolean {
  switch (field.dataType) {
    case 'NUMBER':
      return typeof value === 'number';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string';
  }
}
