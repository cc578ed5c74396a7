/** Reads the parameters of a call, query text and JSON alike, refusing what has the wrong form. */
import { Failure, badParameter } from './envelope.ts';
import type { Settings } from './settings.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** At most 50 a page, everywhere (reference 2.3, 2.4, 3.2). */
const PAGE_LIMIT = 50;
/** At most 50 items in a documented array (reference 3.2). */
const ARRAY_LIMIT = 50;
/** Codes of 100 characters are refused; the validators' own test speaks of 64 (reference 2.3). */
const CODE_LENGTH = 64;

/** A text, or undefined when it is absent or null. */
export function text(params: Parameters, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badParameter(name);
  return value;
}

/** A text that must be there; it may be blank, but not empty. */
export function requiredText(params: Parameters, name: string): string {
  const value = text(params, name);
  if (value === undefined || value === '') throw badParameter(name);
  return value;
}

/** A flag, false when absent; queries carry it as "true" or "false". */
export function flag(params: Parameters, name: string): boolean {
  return optionalFlag(params, name) ?? false;
}

export function optionalFlag(params: Parameters, name: string): boolean | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw badParameter(name);
}

export function choice<const T extends string>(
  params: Parameters,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  const found = allowed.find((it) => it === value);
  if (found === undefined) throw badParameter(name);
  return found;
}

/** An object, empty when absent. */
export function section(params: Parameters, name: string): Parameters {
  const value = params[name];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badParameter(name);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An array with at least one item; above the limit the switch `overLimit` decides. */
export function items(
  params: Parameters,
  name: string,
  settings: Settings,
  limit: number = ARRAY_LIMIT,
): unknown[] {
  const value = params[name];
  if (!Array.isArray(value) || value.length === 0) throw badParameter(name);
  if (limit === 0 || value.length <= limit) return value as unknown[];
  if (settings.overLimit === 'truncate') return value.slice(0, limit) as unknown[];
  throw badParameter(name);
}

/** As `items`, all of them texts; repetitions count once. */
export function texts(
  params: Parameters,
  name: string,
  settings: Settings,
  limit: number = ARRAY_LIMIT,
): string[] {
  const found = new Set<string>();
  for (const item of items(params, name, settings, limit)) {
    if (typeof item !== 'string') throw badParameter(name);
    found.add(item);
  }
  return [...found];
}

/** An array of texts that may be empty or absent. */
export function optionalTexts(params: Parameters, name: string): string[] | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw badParameter(name);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw badParameter(name);
    return item;
  });
}

export interface Page {
  page: number;
  limit: number;
}

/** Page from 1, limit from 1 to 50, 10 by default; `overLimit` is the sentence for a limit above 50. */
export function pageOf(params: Parameters, overLimit?: string): Page {
  const page = wholeNumber(params, 'page', 1);
  const limit = wholeNumber(params, 'limit', 10);
  if (limit > PAGE_LIMIT) {
    throw overLimit === undefined ? badParameter('limit') : new Failure(400, overLimit);
  }
  return { page, limit };
}

function wholeNumber(params: Parameters, name: string, otherwise: number): number {
  const value = params[name];
  if (value === undefined || value === null) return otherwise;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) {
    throw badParameter(name);
  }
  return number;
}

/** One page of a list in the vendor's paging shape. */
export function paged<T>(
  all: readonly T[],
  { page, limit }: Page,
): { totalCount: number; list: T[] } {
  return { totalCount: all.length, list: all.slice((page - 1) * limit, page * limit) };
}

/**
 * A code that is being given to an organisation or a department.
 * One validator serves both: even for a department it says "organization code" (reference 2.4).
 */
export function newCode(params: Parameters, name: string, settings: Settings): string | undefined {
  const code = text(params, name);
  if (code === undefined) return undefined;
  if (code.length > CODE_LENGTH) throw badParameter(name);
  const allowed = settings.codeAlphabet === 'word' ? /^[\w-]*$/ : /^[!-~]*$/;
  if (!allowed.test(code)) throw new Failure(400, `invalid organization code: ${code}`);
  return code;
}

/** Codes that are only looked up are not checked for their alphabet (reference 2.3), but for their length. */
export function knownCode(params: Parameters, name: string): string {
  const code = text(params, name);
  if (code === undefined || code.length > CODE_LENGTH) throw badParameter(name);
  return code;
}
