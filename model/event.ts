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
 * know its type. `missed`: no event, but a time in which some may not have come in.
 */
export const EVENT_OUTCOMES = [
  'waiting',
  'sent',
  'applied',
  'held',
  'failed',
  'nothing',
  'unknown',
  'missed',
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

/** A time in which events may not have come in. */
export interface EventGap {
  way: EventWay;
  from: Date;
  to: Date;
  /** `list`: the list of failed pushes has what was missed. `pass`: only reading everything finds it. */
  cure: 'list' | 'pass';
  /** The run that reads everything. */
  run: string | null;
}

/** What a run is asked for when events were missed. */
export const EVENT_PASS = { trigger: 'event', scope: { kind: 'organization' } } as const;

/**
 * Longer gaps are cured by nothing that DingTalk sends again: of the Stream it is documented nowhere how
 * long it tries; callbacks are tried for 40 s, and then stand in a list for at least three minutes.
 */
export const GAP_MAX_MS = { stream: 30_000, callback: 180_000, list: 600_000 } as const;
