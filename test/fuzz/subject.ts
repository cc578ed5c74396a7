/** What the fuzzer needs to know of one kind of reply: examples, who reads it, and what it may become. */
import type { Reply } from '../../connectors/transport.ts';

export interface Subject {
  /** Vendor and interface. */
  name: string;
  /** Documented replies as they are sent. */
  examples: string[];
  /** Lets the product read this reply. */
  read(reply: Reply): Promise<unknown>;
  /** Throws when the result is not what the port promises. */
  check(result: unknown, text: string): void;
}

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export const isText = (it: unknown): it is string => typeof it === 'string';

export const isTextList = (it: unknown): it is string[] => Array.isArray(it) && it.every(isText);

export function isFields(it: unknown): it is Record<string, unknown> {
  return typeof it === 'object' && it !== null && !Array.isArray(it);
}
