/** An event of the source as it is kept: which objects may have changed, never what of them or whose they are. */
import type { ObjectRef } from './directory.ts';
import type { Problem } from './problem.ts';

/** How it came: pushed by HTTP or by Stream, or found in the list of failed pushes. */
export const EVENT_WAYS = ['callback', 'stream', 'list'] as const;
export type EventWay = (typeof EVENT_WAYS)[number];

export interface SourceEvent {
  /** Equal for all copies of one event; null when nothing tells copies apart. */
  id: string | null;
  /** The source's word, for example "user_modify_org". */
  type: string;
  /** True when we know the type; events of unknown ones are counted, and nothing more. */
  known: boolean;
  /** What is to be read again. */
  objects: ObjectRef[];
  /** When it happened, milliseconds since 1970, as the source says. */
  happenedAt: number | null;
}

/**
 * `waiting`: stored, its objects' workflows were not told yet. `sent`: they were. `applied`: every object
 * has settled since. `held`: one is gone at the source, and removals are held. `failed`: one cannot be
 * applied, a person is needed. `nothing`: it names no object that concerns us. `unknown`: nor do we
 * know its type.
 */
export const EVENT_OUTCOMES = [
  'waiting',
  'sent',
  'applied',
  'held',
  'failed',
  'nothing',
  'unknown',
] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** An event as people see it. */
export interface EventRow {
  /** Unique over all connections. */
  id: string;
  connection: string;
  type: string;
  way: EventWay;
  objects: ObjectRef[];
  /** Objects that have not settled since. */
  open: ObjectRef[];
  /** ISO times. */
  happenedAt: string | null;
  receivedAt: string;
  appliedAt: string | null;
  outcome: EventOutcome;
  /** Why it is not applied, as the last try had it. */
  problem: Problem | null;
}
