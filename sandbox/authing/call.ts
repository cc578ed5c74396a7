/** What a handler of one interface is given, and the form of an interface. */
import type { IdSource } from './ids.ts';
import type { Parameters } from './parameters.ts';
import type { Pool } from './pool.ts';
import type { Settings } from './settings.ts';

export interface Call {
  pool: Pool;
  /** Query of a GET, body of a POST. */
  params: Parameters;
  settings: Settings;
  /** Milliseconds since 1970, the same through the whole call. */
  now: number;
  random: () => number;
  ids: IdSource;
  /** Ids of the objects concerned, for the request log. */
  objects: Set<string>;
}

/** Gives the `data` of the reply, or throws a `Failure`. */
export type Handler = (call: Call) => unknown;

export interface Interface {
  method: 'GET' | 'POST';
  /** Names of query parameters that are arrays. */
  arrays?: readonly string[];
  handle: Handler;
}

export const IS_SUCCESS = { success: true };
