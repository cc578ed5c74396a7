/** What the control API answers about single objects: what runs changed of them, and what happened to one; a promise. */
import { z } from 'zod';
import { RUN_OUTCOMES } from '../model/run.ts';
import { count, eventShape, named, next, objectShape, problemShape, time } from './replies.ts';

const changeShape = named(
  'Change',
  'What was written of one object; people are masked unless asked for in full.',
  z.strictObject({
    ...objectShape.shape,
    run: z.string().describe('or "sync/…" for an object that was synchronised on its own'),
    name: z.string(),
    outcome: z.enum(RUN_OUTCOMES),
    at: time,
    fields: z.array(
      z.strictObject({
        field: z.string(),
        before: z.string().nullable().describe('what Authing had'),
        after: z.string().nullable(),
      }),
    ),
    unread: z
      .literal(true)
      .optional()
      .describe('what Authing had could not be read: `before` says nothing'),
    enter: z.array(z.string()).describe('departments a person was put into, by their ids'),
  }),
);

export const changesShape = named(
  'Changes',
  'What a run wrote, object by object, in the order of writing.',
  z.strictObject({ changes: z.array(changeShape), next }),
);

export const traceShape = named(
  'Trace',
  'What happened to one person or department, over runs and events; each list newest first.',
  z.strictObject({
    object: objectShape,
    link: z
      .strictObject({
        targetId: z.string().nullable().describe('in Authing; null until a write was confirmed'),
        state: z.enum(['new', 'present', 'tombstone']),
        adopted: z.boolean().describe('it was there before and was taken over'),
        departments: z.array(z.string()).describe('of a person, as settled last'),
        parentId: z.string().nullable().describe('of a department'),
        reads: count.describe('number of the read of DingTalk that was settled last'),
      })
      .nullable()
      .describe('null: never seen'),
    state: z.enum(['running', 'settled', 'held', 'failed', 'unknown']).describe('of its own sync'),
    changes: z.array(changeShape),
    problems: z.array(problemShape.extend({ run: z.string() })),
    events: z.array(eventShape),
  }),
);
