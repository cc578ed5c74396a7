/** What a run would do, worked out and stored: to be looked at, and applied later as it stands. */
import type { DepartmentId, ObjectKind } from './directory.ts';
import type { Problem } from './problem.ts';
import type { RunScope } from './run.ts';

/** `adopt`: an account that was there is taken over; `change`: fields of a person; `enter`: departments; `lead`: heads of a department; `held`: taking away; `refused`: cannot be written, with a reason. */
export const PLAN_CHANGES = [
  'create',
  'adopt',
  'rename',
  'move',
  'change',
  'enter',
  'lead',
  'held',
  'refused',
] as const;
export type PlanChange = (typeof PLAN_CHANGES)[number];

/** Changes that applying the plan writes. */
export const WRITTEN_CHANGES: readonly PlanChange[] = [
  'create',
  'adopt',
  'rename',
  'move',
  'change',
  'enter',
  'lead',
];

export type PlanCounts = Record<ObjectKind, Record<PlanChange | 'read', number>>;

export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** Kept sealed: it says who somebody is. */
export interface PlanDetail {
  /** The object as it will be called. */
  name: string;
  fields: FieldChange[];
  /** Ids of departments at the source. */
  enter: DepartmentId[];
  leave: DepartmentId[];
  problem?: Problem;
}

/** One object of a plan; without changes it was met and is as it should be. */
export interface PlanItem {
  kind: ObjectKind;
  id: string;
  /** Number of the read that it was planned from; 0 for what was not met. */
  number: number;
  /** Fingerprint of what the target had: when it has something else, the item is out of date. */
  before: string;
  /** The same of the heads a department has, where they are to change. */
  leaders?: string;
  changes: PlanChange[];
}

export interface Plan {
  /** That of the run that made it. */
  id: string;
  connection: string;
  /** Of the connection's document: other settings make other plans. */
  version: number;
  scope: RunScope;
  madeAt: string;
  expiresAt: string;
  /** The run that applies or has applied it: a plan is applied once. */
  appliedBy: string | null;
  counts: PlanCounts;
  /** Where its pages are, in the frontier of its run. */
  walk: { generation: number; roots: DepartmentId[]; above: DepartmentId[] };
}

/** A plan is looked at and applied within a week; then it is swept with its pages. */
export const PLAN_DAYS = 7;

export function emptyPlanCounts(): PlanCounts {
  const none = {
    read: 0,
    create: 0,
    adopt: 0,
    rename: 0,
    move: 0,
    change: 0,
    enter: 0,
    lead: 0,
    held: 0,
    refused: 0,
  };
  return { department: { ...none }, person: { ...none } };
}

/** How many objects would be written. */
export function writesOf({ counts }: Pick<Plan, 'counts'>): number {
  return (['department', 'person'] as const)
    .flatMap((kind) => WRITTEN_CHANGES.map((change) => counts[kind][change]))
    .reduce((sum, n) => sum + n, 0);
}

/** A value of a person that can be told from others, and says little: "李**", "+86 *******4321", "x***@example.com". */
export function masked(field: string, value: string | null): string | null {
  if (value === null || value === '') return value;
  const [first = ''] = [...value];
  if (field === 'email') return value.replace(/^(.)[^@]*/su, '$1***');
  if (field === 'phone') return value.replace(/\d(?=\d{4})/g, '*');
  return `${first}**`;
}
