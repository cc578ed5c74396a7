/** One authorised call as endpoints see it, and how they read its parameters. */
import type { App } from './company.ts';
import type { Company } from './directory.ts';
import type { Answer } from './envelope.ts';
import type { Events } from './events.ts';
import type { Switches } from './switches.ts';

/** What a fault makes the endpoint get wrong. */
export type Spoil = 'empty-list' | 'missing-page' | 'early-end';

export interface Call {
  company: Company;
  app: App;
  parameters: Record<string, unknown>;
  now: number;
  switches: Switches;
  random: () => number;
  /** Changes when a switch changes; what was serialised before it is stale. */
  epoch: number;
  events: Events;
  spoil?: Spoil;
}

export interface Endpoint {
  /** Permission point asked for; null for none. */
  permission: string | null;
  method: 'GET' | 'POST';
  /** A promise where the vendor has to call somebody itself before it can answer. */
  answer(call: Call): Answer | Promise<Answer>;
}

/** A whole number, also as digits in a string (forms); undefined when absent, null when it is neither. */
export function wholeNumber(value: unknown): number | null | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** A text that is not empty; null when it is absent, empty or no text. */
export function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
