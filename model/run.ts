/** One pass of the loop as people see it: what started it, how far it is, what it changed, what went wrong. */
import type { ObjectRef } from './directory.ts';
import type { Problem } from './problem.ts';

export const RUN_STATUSES = [
  'queued',
  'running',
  'waiting_for_approval',
  'paused',
  'succeeded',
  'partly_succeeded',
  'failed',
  'cancelled',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_TRIGGERS = ['manual', 'schedule', 'event', 'retry'] as const;

export type RunTrigger = (typeof RUN_TRIGGERS)[number];

export type RunStage = 'waiting' | 'read' | 'plan' | 'apply' | 'verify' | 'done';

/** Where a run looks: the whole organisation, or the branch below a department. */
export interface RunScope {
  kind: 'organization' | 'branch';
  departmentId?: string;
}

export interface DepartmentCounts {
  read: number;
  created: number;
  updated: number;
  moved: number;
  unchanged: number;
  removed: number;
  failed: number;
  /** Found at the target and taken over. */
  adopted: number;
}

export interface PeopleCounts extends DepartmentCounts {
  suspended: number;
}

export interface CallCounts {
  source: number;
  targetReads: number;
  targetWrites: number;
}

/** What a run did to one object; `held` is a removal that waits for the safeguard. */
export const RUN_OUTCOMES = [
  'created',
  'adopted',
  'updated',
  'moved',
  'unchanged',
  'suspended',
  'removed',
  'held',
  'failed',
] as const;

export type Outcome = (typeof RUN_OUTCOMES)[number];

export interface RunDepartment {
  id: string;
  name: string;
  status: 'waiting' | 'reading' | 'read' | 'done' | 'failed';
  /** `written`: dealt with, also when nothing differed. */
  people: { read: number; written: number; changed: number; failed: number };
}

/** A problem of one object or of the whole run, without words: these are added in the reader's language. */
export interface RunProblem {
  problem: Problem;
  object?: ObjectRef;
  tries: number;
  at: string;
}

/** What a person asked of a run that has not ended: to wait, or to end. */
export type RunWish = 'pause' | 'cancel';

export interface Run {
  id: string;
  workflowId: string;
  connection: string;
  trigger: RunTrigger;
  /** Name of the token that a person or program showed to start it. */
  by?: string;
  scope: RunScope;
  /** Only plans, and writes nothing at the target. */
  planning?: boolean;
  /** The plan it carries out. */
  plan?: string;
  /** A retry: the run whose failed objects it takes up again, each in a workflow of its own. */
  retries?: string;
  objects?: ObjectRef[];
  status: RunStatus;
  stage: RunStage;
  startedAt: string;
  endedAt: string | null;
  /** Asked for, and perhaps not yet reached: `paused` is a status of its own. */
  asked: RunWish | null;
  pausedAt: string | null;
  counts: { departments: DepartmentCounts; people: PeopleCounts };
  calls: CallCounts;
  /** True only when the source was proved to be read as a whole; else nothing is planned for removal. */
  complete: boolean;
  /** True only after a read of the target found it equal to the plan. */
  verified: boolean;
  /** The problem that ended the run, when one did. */
  failure: Problem | null;
}

/** Counts of a new run. */
export function emptyCounts(): Run['counts'] {
  const changed = { created: 0, adopted: 0, updated: 0, moved: 0, removed: 0 };
  const counts = { read: 0, ...changed, unchanged: 0, failed: 0 };
  return { departments: { ...counts }, people: { ...counts, suspended: 0 } };
}

/** A run as it is recorded before its workflow starts. @param startedAt ISO time */
export function newRun(
  id: string,
  startedAt: string,
  asked: Pick<Run, 'workflowId' | 'connection' | 'trigger' | 'scope'> & Partial<Run>,
): Run {
  return {
    ...{ status: 'queued', stage: 'waiting', endedAt: null, asked: null, pausedAt: null },
    ...{ complete: false, verified: false, failure: null },
    calls: { source: 0, targetReads: 0, targetWrites: 0 },
    counts: emptyCounts(),
    ...asked,
    id,
    startedAt,
  };
}
