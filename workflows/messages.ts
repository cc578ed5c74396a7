/** What can be asked of workflows, and the names under which they are started. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ObjectRef } from '../model/directory.ts';
import type { RunScope, RunStage, RunTrigger } from '../model/run.ts';

/** Queue of passes over organisations; single objects have another, so that imports never starve events. */
export const BULK_QUEUE = 'bulk';
export const SYNC_QUEUE = 'sync';

export interface ImportInput {
  run: string;
  connection: string;
  trigger: RunTrigger;
  scope: RunScope;
  /** Only plans, and writes nothing at the target. */
  planning?: boolean;
  /** The plan it carries out. */
  plan?: string;
  /** Events after which the history is continued as new. */
  continueAfterEvents: number;
  /** Department names stay out of summaries when true. */
  hideNames: boolean;
}

export interface ImportProgress {
  run: string;
  stage: RunStage;
  paused: boolean;
  /** Departments and people that the lanes have reported so far. */
  departmentsRead: number;
  peopleRead: number;
  peopleApplied: number;
}

/** Where a running import stands. */
export const progress = defineQuery<ImportProgress>('progress');

/** What is asked of the run has changed in the store: a paused workflow looks again. */
export const steered = defineSignal('steered');

/** One import or reconciliation of a connection at a time: the id is the lock. */
export function importWorkflowId(connection: string): string {
  return `import/${connection}`;
}

export interface SyncInput {
  connection: string;
  object: ObjectRef;
  /** At least the source's staleness: a read that begins so long after an event sees what it told. */
  confirmDelayMs: number;
  /** Ids of events that have not settled yet, carried over to a new history. */
  events?: string[];
}

/** Something may have changed about the object; carries ids of events, never what changed. */
export const touched = defineSignal<[string[]]>('touched');

/** One writer of rounds per object: the id is the lock. */
export function syncWorkflowId(connection: string, { kind, id }: ObjectRef): string {
  return `sync/${connection}/${kind}/${id}`;
}

export function diagnosisWorkflowId(connection: string): string {
  return `diagnose/${connection}`;
}

/** One reader of the list of failed pushes per connection: the id is the lock. */
export function recoveryWorkflowId(connection: string): string {
  return `recover/${connection}`;
}

/** Somebody wants the list to be read now. */
export const look = defineSignal('look');
