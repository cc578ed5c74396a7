/** What the control API answers: fields here are a promise; the document and the tests hold replies against them. */
import { z } from 'zod';
import { SOURCE_STEPS, TARGET_STEPS } from '../model/diagnosis.ts';
import { EVENT_OUTCOMES, EVENT_WAYS } from '../model/event.ts';
import { RUN_STATUSES, RUN_TRIGGERS } from '../model/run.ts';

export const time = z.string().meta({ format: 'date-time' });
export const count = z.number().int().min(0);
/** Every shape with a name of its own in the document. */
export const shapes = z.registry<{ id: string }>();
export const named = <T extends z.ZodType>(id: string, description: string, schema: T): T => {
  const described = schema.describe(description);
  shapes.add(described, { id });
  return described;
};

export const objectShape = named(
  'Object',
  'A person or department, by its id at DingTalk.',
  z.strictObject({ kind: z.enum(['person', 'department']), id: z.string() }),
);

export const problemShape = named(
  'Problem',
  'What went wrong, in the words of the caller’s language.',
  z.strictObject({
    code: z.string().describe('stable; search for it'),
    kind: z
      .enum(['config', 'transient', 'data', 'bug'])
      .describe(
        'config: a person must act; transient: tried again; data: this object only; bug: ours',
      ),
    object: objectShape.nullable(),
    message: z.string().describe('what happened'),
    means: z.string(),
    remedy: z.string().describe('what to do'),
    who: z.enum(['administrator', 'ourselves', 'operator', 'vendor']).describe('who acts'),
    vendorCode: z.string().optional(),
    vendorMessage: z.string().optional(),
    requestId: z.string().optional().describe('of the vendor’s reply'),
    tries: count.optional().describe('how often it was met in this run'),
    at: time.optional().describe('when it was met last'),
  }),
);

export const refusalShape = named(
  'Refusal',
  'A request that was not carried out, as RFC 9457 wants it.',
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: count,
    code: z.string(),
    kind: z.string(),
    who: z.string(),
    what: z.string(),
    means: z.string(),
    remedy: z.string(),
    detail: z.record(z.string(), z.unknown()),
    instance: z.string().optional().describe('the request, as the log names it'),
    run: z.string().nullable().optional().describe('the run that is in the way'),
  }),
);

const address = z.string();

export const connectionShape = named(
  'Connection',
  'One company at DingTalk and one organisation at Authing; secrets are never shown.',
  // Loose: settings that an edition adds are shown as they are.
  z.looseObject({
    id: z.string(),
    name: z.string(),
    source: z.strictObject({
      ...{ corpId: z.string(), appKey: z.string(), oapi: address, api: address },
    }),
    target: z.strictObject({
      ...{ host: address, accessKeyId: z.string(), organizationCode: z.string() },
      ...{ userPoolId: z.string().optional(), organizationName: z.string().optional() },
    }),
    ca: z.string().optional(),
    keyFormat: z.string(),
    rates: z.strictObject({
      sourcePerSecond: z.number(),
      egressPerSecond: z.number(),
      targetPerSecond: z.number(),
    }),
    createdAt: time,
    version: count.describe('also the ETag'),
  }),
);

export const connectionsShape = named(
  'Connections',
  'All connections.',
  z.strictObject({ connections: z.array(connectionShape) }),
);

const departmentCounts = {
  ...{ read: count, created: count, updated: count, moved: count },
  ...{ unchanged: count, removed: count, failed: count },
};

const runFields = {
  id: z.string().describe('sorts by time'),
  workflowId: z
    .string()
    .describe('in Temporal; empty for a retry: each of its objects has a workflow of its own'),
  connection: z.string(),
  trigger: z.enum(RUN_TRIGGERS),
  by: z.string().optional().describe('name of the token that started it'),
  scope: z.looseObject({ kind: z.string() }),
  planning: z.boolean().optional().describe('it only plans, under its own id'),
  plan: z.string().optional().describe('the plan it carries out'),
  retries: z.string().optional().describe('of a retry: the run whose failed objects it takes up'),
  status: z.enum(RUN_STATUSES),
  stage: z.enum(['waiting', 'read', 'plan', 'apply', 'verify', 'done']),
  startedAt: time,
  endedAt: time.nullable(),
  asked: z.enum(['pause', 'cancel']).nullable().describe('of the run, and perhaps not yet reached'),
  pausedAt: time.nullable(),
  counts: z.strictObject({
    departments: z.looseObject(departmentCounts),
    people: z.looseObject({ ...departmentCounts, adopted: count, suspended: count }),
  }),
  calls: z.strictObject({ source: count, targetReads: count, targetWrites: count }),
  complete: z
    .boolean()
    .describe('DingTalk was proved to be read as a whole; else nothing is planned for removal'),
  verified: z.boolean().describe('a read of Authing found it equal to the plan'),
  failure: problemShape.nullable().describe('what ended the run, when something did'),
};

export const runRow = named('RunRow', 'A run in the list.', z.looseObject(runFields));

export const next = z
  .string()
  .nullable()
  .describe('send it as `after` for the next page; null at the end');

export const runsShape = named(
  'Runs',
  'Runs, newest first.',
  z.strictObject({ runs: z.array(runRow), next }),
);

const runDepartment = named(
  'RunDepartment',
  'How far a run is with a department.',
  z.looseObject({
    id: z.string(),
    name: z.string(),
    status: z.enum(['waiting', 'reading', 'read', 'done', 'failed']),
    people: z.strictObject({
      read: count,
      written: count.describe('dealt with, also when nothing differed'),
      changed: count,
      failed: count,
    }),
  }),
);

const live = z.strictObject({
  asOf: time,
  departments: z.strictObject({
    ...{ known: count, read: count },
    complete: z.boolean().describe('every department is known'),
  }),
  people: z.strictObject({
    ...{ read: count, written: count },
    expected: count.nullable().describe('null while nothing speaks for a number'),
  }),
  perSecond: z.number().describe('people written, over the whole run'),
  secondsLeft: count.nullable().describe('until all are written; null while that would be a guess'),
  workflow: z
    .looseObject({ stage: z.string(), departmentsRead: count, peopleRead: count })
    .nullable()
    .describe('what the workflow itself says; null when no worker answers'),
  waits: z.array(
    z.strictObject({
      what: z.string().describe('the step that waits, or the limit'),
      code: z.string(),
      tries: count,
      until: time.nullable(),
    }),
  ),
});

export const runShape = named(
  'Run',
  'A run with its departments and problems.',
  z.looseObject({
    ...runFields,
    departments: z.array(runDepartment),
    problems: z.array(problemShape).describe('the first 500'),
    problemCount: count.describe('all of them'),
    live: live.nullable().describe('while it runs'),
  }),
);

export const problemsShape = named(
  'Problems',
  'Problems of a run.',
  z.strictObject({ problems: z.array(problemShape), next }),
);

export const startedRunShape = named(
  'StartedRun',
  'The run that was recorded.',
  z.strictObject({ run: z.string() }),
);

export const startedSyncShape = named(
  'StartedSync',
  'The workflow that reads the object again and writes what differs.',
  z.strictObject({ workflowId: z.string() }),
);

export const retriedShape = named(
  'Retried',
  'Objects of a run that are read again and written.',
  z.strictObject({
    run: z.string().nullable().describe('the run it is; null when there is nothing to retry'),
    connection: z.string(),
    objects: z.array(objectShape.extend({ workflowId: z.string() })),
  }),
);

export const objectStateShape = named(
  'ObjectState',
  'Whether an object is being synchronised on its own, and what is wrong with it.',
  z.strictObject({
    state: z.enum(['running', 'settled', 'held', 'failed', 'unknown']),
    problems: z.array(problemShape),
  }),
);

export const directoryShape = named(
  'Directory',
  'The organisation as Authing has it now.',
  z.looseObject({
    organization: z.looseObject({ name: z.string(), rootId: z.string() }),
    departments: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    rootPeople: z.array(z.string()),
    cut: z.boolean().describe('people are listed for the first departments only'),
  }),
);

export const diagnosisShape = named(
  'Diagnosis',
  'Both sides of a connection, step by step, as a worker sees them.',
  z.strictObject({
    connection: z.string(),
    at: time,
    verdict: z.enum(['healthy', 'needs_attention', 'broken']),
    steps: z.array(
      z.strictObject({
        side: z.enum(['source', 'target']),
        name: z.enum([...SOURCE_STEPS, ...TARGET_STEPS]),
        status: z.enum(['ok', 'warning', 'failed', 'not_checked']),
        ms: z.number(),
        facts: z.looseObject({}),
        problem: problemShape.nullable(),
      }),
    ),
  }),
);

const tokenShape = named(
  'Token',
  'A token for this API, without the token itself.',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    createdAt: time,
    expiresAt: time.nullable(),
    usedAt: time.nullable().describe('to the hour'),
  }),
);

export const tokensShape = named(
  'Tokens',
  'All tokens.',
  z.strictObject({ tokens: z.array(tokenShape) }),
);

export const newTokenShape = named(
  'NewToken',
  'A token that was made; it is shown this once.',
  tokenShape.extend({ token: z.string() }),
);

export const removedShape = named(
  'Removed',
  'What was removed, and what stays.',
  z.strictObject({
    removed: z.string(),
    stays: z
      .strictObject({ departments: count, people: count })
      .optional()
      .describe('objects in Authing that this connection wrote and that nobody follows any more'),
  }),
);

export const rewrappedShape = named(
  'Rewrapped',
  'Keys of connections that were wrapped anew, and how many there are.',
  z.strictObject({ changed: count, all: count }),
);

export const healthShape = named(
  'Health',
  'The process answers.',
  z.strictObject({ status: z.literal('ok') }),
);

export const readinessShape = named(
  'Readiness',
  'Whether what the API depends on is there.',
  z.strictObject({
    status: z
      .enum(['ready', 'degraded', 'not_ready'])
      .describe('degraded: runs are taken and wait; not_ready: answered with 503'),
    dependencies: z.array(
      z.strictObject({
        name: z.enum(['database', 'temporal', 'worker_bulk', 'worker_sync']),
        state: z.enum(['up', 'down', 'unknown']),
        ms: z.number().nullable().describe('how long it took to answer'),
        seenAt: time.nullable().describe('workers: when one asked for work last'),
      }),
    ),
  }),
);

export const versionShape = named(
  'Version',
  'What runs here.',
  z.strictObject({ name: z.string(), version: z.string(), node: z.string() }),
);

export const eventShape = named(
  'Event',
  'What DingTalk told us, and what became of it.',
  z.strictObject({
    id: z.string(),
    connection: z.string(),
    type: z.string().describe('in DingTalk’s words'),
    way: z.enum(EVENT_WAYS),
    objects: z.array(objectShape),
    open: z.array(objectShape).describe('those that have not settled since'),
    happenedAt: time.nullable(),
    receivedAt: time,
    appliedAt: time.nullable(),
    outcome: z.enum(EVENT_OUTCOMES),
    problem: problemShape.nullable(),
    workflows: z.array(z.string()).describe('where the course of each object is to be read'),
  }),
);

export const eventsShape = named(
  'Events',
  'The newest events.',
  z.strictObject({
    events: z.array(eventShape),
    waiting: z.strictObject({
      count,
      oldest: time.nullable().describe('when the oldest of them arrived'),
    }),
  }),
);

export const callbackShape = named(
  'Callback',
  'What is to be entered in DingTalk’s console; it is shown this once.',
  z.strictObject({
    path: z.string().describe('behind the public address of the receiver'),
    receiver: z.enum(['appKey', 'corpId']),
    token: z.string(),
    aesKey: z.string(),
  }),
);
