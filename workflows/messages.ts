/** What can be asked of workflows, and the names under which they are started. */
import { defineQuery } from '@temporalio/workflow';
import type { RunScope, RunStage, RunTrigger } from '../model/run.ts';

/** Queue of passes over organisations; single objects have another, so that imports never starve events. */
export const BULK_QUEUE = 'bulk';
export const SYNC_QUEUE = 'sync';

export interface ImportInput {
  run: string;
  connection: string;
  trigger: RunTrigger;
  scope: RunScope;
  /** Events after which the history is continued as new. */
  continueAfterEvents: number;
  /** Department names stay out of summaries when true. */
  hideNames: boolean;
}

export interface ImportProgress {
  run: string;
  stage: RunStage;
  /** Departments and people that the lanes have reported so far. */
  departmentsRead: number;
  peopleRead: number;
  peopleApplied: number;
}

/** Where a running import stands. */
export const progress = defineQuery<ImportProgress>('progress');

/** One import or reconciliation of a connection at a time: the id is the lock. */
export function importWorkflowId(connection: string): string {
  return `import/${connection}`;
}
