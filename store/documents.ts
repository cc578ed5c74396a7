/** The shapes of what the database holds, collection by collection. */
import type { Binary, Collection } from 'mongodb';
import type { CallbackReceiver, Connection } from '../model/connection.ts';
import type { EventGap, EventOutcome, EventWay } from '../model/event.ts';
import type { ObjectRef } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Run, RunDepartment, RunProblem } from '../model/run.ts';
import type { Plan, PlanItem } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';

export type LaneName =
  'departments' | 'members' | 'plan' | 'applyDepartments' | 'applyPeople' | 'leaders' | 'verify';

/** Progress of one lane; only its own lane writes it. */
export interface Lane {
  /** Position in the queue of departments up to which the lane is through. */
  head: number;
  /** Departments lane only: how many departments are queued. */
  tail: number;
  done: boolean;
  /** Positions that were passed over and must be taken up again at the end. */
  deferred: number[];
  /** Lanes that look at pages in order: pages of the department at `head` that are through. Leaders lane: times through. */
  page: number;
  /** Counts the attempts that have entered the lane; what an earlier attempt still writes is refused. */
  fence: number;
  /** Members lane, once it is done: what the source said when the reading ended. */
  closing?: Closing;
}

/** The last look at the source, for the proof that it was read as a whole. */
export interface Closing {
  /** The app's scope was as at the beginning. */
  scopeKept: boolean;
  /** People of the whole company as the source counts them; null where it is not comparable. */
  counted: number | null;
}

export interface LaneDocument extends Lane {
  _id: string;
  run: string;
  generation: number;
  /** Owner's document only: when its execution began. */
  since?: number;
}

/** One department in the queue, at a fixed position: parents come before children. */
export interface QueuedDepartment {
  position: number;
  id: string;
  parentId: string | null;
  name: string;
  /** Number of the read that listed it. */
  number: number;
  depth: number;
  pages: number;
  /** Cursor of the next page to read. */
  cursor: number;
  membersDone: boolean;
  people: number;
  retries: number;
  ms: number;
}

export interface QueueDocument extends QueuedDepartment {
  _id: string;
  run: string;
  generation: number;
  /** Of the attempt that queued it. */
  fence: number;
}

export interface SeenDocument {
  _id: string;
  run: string;
  generation: number;
  fence: number;
  position: number;
  parentId: string | null;
}

/** A value that correlation compares, as a fingerprint, and who was the first to have it. */
export interface ValueDocument {
  _id: string;
  run: string;
  person: string;
  /** Somebody else has it too. */
  shared: boolean;
}

/** An account of the target, by system id, that was or is about to be taken over for a person. */
export interface AdoptionDocument {
  _id: string;
  connection: string;
  sourceId: string;
}

export interface PageDocument {
  _id: string;
  run: string;
  generation: number;
  /** Of the attempt that read it. */
  fence: number;
  /** Sealed records. */
  sealed: Binary;
  applied: boolean;
}

export interface BudgetDocument {
  _id: string;
  /** Milliseconds of database time at which the next free slot begins. */
  next: number;
  /** Nobody calls before this time: a throttle or a ban that one process met. */
  heldUntil: number;
  at: Date;
}

export interface ConnectionDocument extends Omit<Connection, 'settings'> {
  _id: string;
  /** Only those that were there when it was stored. */
  settings?: Partial<Settings>;
  /** The connection's key, wrapped by the master key. */
  key: Binary;
  /** Sealed `ConnectionSecrets`. */
  secrets: Binary;
}

export interface RunDocument extends Omit<Run, 'id'> {
  _id: string;
  /** Temporal's time (ms) at which an execution ended the run; absent when it ended without one. */
  closed?: number;
  /** What the run staged is gone. */
  swept?: true;
}

export interface RunProblemDocument extends RunProblem {
  _id: string;
  run: string;
}

/** What one batch of a run changed. */
export interface ChangesDocument {
  _id: string;
  run: string;
  connection: string;
  at: string;
  /** "{connection}/{kind}/{id}" of those it changed. */
  objects: string[];
  /** Sealed `ObjectChange`s. */
  sealed: Binary;
}

/** Departments of a run as they were at its end: a head by the run's id, and rows in pieces. */
export interface SummaryDocument {
  _id: string;
  endedAt: string;
  chunks: number;
  rows: RunDepartment[];
}

/** A token for the control API; its id is the SHA-256 of the token, which itself is nowhere. */
export interface ApiTokenDocument {
  _id: string;
  name: string;
  createdAt: Date;
  expiresAt: Date | null;
  usedAt: Date | null;
}

/** What is the same of an event while it waits and after it was sent on. */
export interface EventFacts {
  /** The connection and the event's own id. */
  _id: string;
  connection: string;
  type: string;
  known: boolean;
  way: EventWay;
  objects: ObjectRef[];
  happenedAt: Date | null;
  receivedAt: Date;
}

/** An acknowledged event that was not sent on yet; few at any time. */
export interface InboxDocument extends EventFacts {
  /** Whoever takes it out holds it until this time. */
  until: Date;
  token: string;
  tries: number;
}

export interface EventDocument extends EventFacts {
  outcome: EventOutcome;
  /** "kind/id" of objects that have not settled since; taken out one by one. */
  open: string[];
  appliedAt: Date | null;
  problem: Problem | null;
}

export interface CallbackDocument {
  /** The random part of the address. */
  _id: string;
  connection: string;
  receiver: CallbackReceiver;
  /** Sealed token and AES key. */
  sealed: Binary;
}

/** How the events of a connection come in, and since when they may not have. */
export interface FeedDocument {
  /** The connection. */
  _id: string;
  /** Who keeps the Stream open, until when. */
  token: string;
  until: Date;
  /** When the Stream was last known to be open. */
  streamAt: Date | null;
  /** Why it is not open now. */
  problem: Problem | null;
  /** When the list of failed pushes was last read to its end. */
  listAt: Date | null;
  /** Why it could not be read the last time. */
  listProblem: Problem | null;
  /** A page of it is being read: until it is stored, nobody else can read it any more. */
  reading: Date | null;
  /** The last time in which events may not have come in. */
  gap: EventGap | null;
}

/** The receivers together: when one of them was last able to store. */
export interface ReceiverDocument {
  _id: string;
  at: Date;
}

export interface PlanDocument extends Omit<Plan, 'id'> {
  _id: string;
}

export interface PlanItemDocument extends Omit<PlanItem, 'id'> {
  _id: string;
  plan: string;
  sourceId: string;
  /** Sealed `PlanDetail`. */
  sealed: Binary | null;
}

export interface Collections {
  connections: Collection<ConnectionDocument>;
  links: Collection<Link>;
  /** One counter per connection: the number of the last source read begun. */
  numbers: Collection<{ _id: string; number: number; at: Date }>;
  /** Leases: the department gate of each connection. */
  gates: Collection<{ _id: string; token: string; until: Date; wanted: boolean }>;
  budgets: Collection<BudgetDocument>;
  tokens: Collection<{ _id: string; sealed: Binary; expiresAt: Date }>;
  apiTokens: Collection<ApiTokenDocument>;
  runs: Collection<RunDocument>;
  problems: Collection<RunProblemDocument>;
  changes: Collection<ChangesDocument>;
  summaries: Collection<SummaryDocument>;
  lanes: Collection<LaneDocument>;
  queue: Collection<QueueDocument>;
  seen: Collection<SeenDocument>;
  pages: Collection<PageDocument>;
  values: Collection<ValueDocument>;
  adoptions: Collection<AdoptionDocument>;
  inbox: Collection<InboxDocument>;
  events: Collection<EventDocument>;
  callbacks: Collection<CallbackDocument>;
  feeds: Collection<FeedDocument>;
  receivers: Collection<ReceiverDocument>;
  plans: Collection<PlanDocument>;
  planItems: Collection<PlanItemDocument>;
}
