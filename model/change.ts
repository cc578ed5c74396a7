/** What was written of one object: field by field, before and after. */
import type { DepartmentId, ObjectKind } from './directory.ts';
import type { FieldChange } from './plan.ts';
import type { Outcome } from './run.ts';

/** Kept sealed: it says who somebody is. */
export interface ObjectChange {
  kind: ObjectKind;
  /** At the source. */
  id: string;
  /** As the object is called since. */
  name: string;
  outcome: Outcome;
  at: string;
  fields: FieldChange[];
  /** What the target had could not be read: `before` says nothing. */
  unread?: true;
  /** People only: departments they were put into. */
  enter: DepartmentId[];
}

/** Outcomes that stand for something written. */
export const WRITTEN_OUTCOMES: readonly Outcome[] = ['created', 'adopted', 'updated', 'moved'];
