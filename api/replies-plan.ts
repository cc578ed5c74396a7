/** What the control API answers about plans; fields here are a promise. */
import { z } from 'zod';
import { PLAN_CHANGES } from '../model/plan.ts';
import type { PlanChange } from '../model/plan.ts';
import { count, named, next, problemShape, time } from './replies.ts';

const planCounts = z.strictObject({
  read: count,
  ...(Object.fromEntries(PLAN_CHANGES.map((it) => [it, count])) as Record<
    PlanChange,
    typeof count
  >),
});

export const planShape = named(
  'Plan',
  'What a run would do.',
  z.strictObject({
    id: z.string().describe('that of the run that made it'),
    connection: z.string(),
    scope: z.looseObject({ kind: z.string() }),
    madeAt: time,
    expiresAt: time,
    appliedBy: z.string().nullable().describe('the run that applied it; a plan is applied once'),
    counts: z.strictObject({ department: planCounts, person: planCounts }),
  }),
);

export const planItemsShape = named(
  'PlanItems',
  'Objects that a plan would change.',
  z.strictObject({
    items: z.array(
      z.strictObject({
        kind: z.enum(['department', 'person']),
        id: z.string(),
        name: z.string(),
        changes: z.array(z.enum(PLAN_CHANGES)),
        fields: z.array(
          z.strictObject({
            field: z.string(),
            before: z.string().nullable(),
            after: z.string().nullable(),
          }),
        ),
        enter: z.array(z.string()).describe('departments at the source'),
        leave: z.array(z.string()).describe('departments at the source; leaving is held'),
        problem: problemShape.nullable(),
      }),
    ),
    next,
  }),
);
