/** Reads a query: `userIds[]=a&userIds[]=b` is an array, which a signature covers as JSON text (reference 1.5). */
import type { Parameters } from './parameters.ts';
import type { Settings } from './settings.ts';

export interface Query {
  /** As the interface reads it. */
  params: Parameters;
  /** As the client signed it. */
  signed: Parameters;
}

export function readQuery(
  query: URLSearchParams,
  arrays: readonly string[],
  settings: Settings,
): Query {
  const params = new Map<string, unknown>();
  const signed = new Map<string, unknown>();
  for (const [rawName, value] of query) {
    const name = rawName.replace(/\[\d*\]$/, '');
    const bracketed = name !== rawName;
    if (bracketed) append(signed, name, [value]);
    else signed.set(name, value);
    if (!bracketed && !arrays.includes(name)) params.set(name, value);
    else if (bracketed || settings.commaArrays === 'refused') append(params, name, [value]);
    else append(params, name, value.split(','));
  }
  return { params: Object.fromEntries(params), signed: Object.fromEntries(signed) };
}

function append(to: Map<string, unknown>, name: string, values: string[]): void {
  const known = to.get(name);
  to.set(name, Array.isArray(known) ? [...(known as string[]), ...values] : values);
}
