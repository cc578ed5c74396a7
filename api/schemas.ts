/** What callers of the API may send. */
import { z } from 'zod';
import { DEFAULT_RATES } from '../model/connection.ts';
import { RUN_STATUSES, RUN_TRIGGERS } from '../model/run.ts';
import { settingsSchema } from './settings-schema.ts';

const host = z
  .string()
  .trim()
  .regex(/^https:\/\/[^\s/@]+$/, 'expected https://host or https://host:port');

/** Calls a second; 0 means no limit. */
const rate = z.number().min(0).max(10_000);

const name = z.string().trim().min(1).max(100);
const word = z.string().trim().min(1).max(100);
const secret = z.string().trim().min(1).max(300);
/** The word "none" must be said; an absent proxy is a mistake. */
const sourceProxy = z.string().trim().min(1).max(500);
const rates = z.strictObject({
  sourcePerSecond: rate,
  egressPerSecond: rate,
  targetPerSecond: rate,
});
/** PEM. */
const ca = z.string().max(200_000);

export const newConnection = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      'expected lower-case letters, digits and dashes, at most 40',
    ),
  name,
  source: z.strictObject({
    corpId: word,
    appKey: word,
    appSecret: secret,
    proxy: sourceProxy,
    oapi: host.default('https://oapi.dingtalk.com'),
    api: host.default('https://api.dingtalk.com'),
  }),
  target: z.strictObject({
    host: host.default('https://api.authing.cn'),
    accessKeyId: word,
    accessKeySecret: secret,
    userPoolId: word.optional(),
    organizationCode: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,63}$/, 'expected letters, digits, dashes and underscores'),
    organizationName: name.optional(),
    proxy: z.string().trim().min(1).max(500).optional(),
  }),
  ca: ca.optional(),
  keyFormat: z
    .string()
    .max(100)
    // Without the company, keys of other tools and other companies in the pool would be taken for ours.
    .refine(
      (it) => it.split('{id}').length === 2 && it.includes('{corpId}'),
      'must contain {corpId}, and {id} once',
    )
    .default('{corpId}:{id}'),
  rates: rates.default(DEFAULT_RATES),
  settings: settingsSchema,
});

/**
 * What may be changed later. Company, user pool, organisation and key format may not: they say which
 * objects are ours, so a connection to others is another connection.
 */
export const connectionChange = z
  .strictObject({
    name,
    source: z
      .strictObject({ appKey: word, appSecret: secret, proxy: sourceProxy, oapi: host, api: host })
      .partial(),
    target: z
      .strictObject({ host, accessKeyId: word, accessKeySecret: secret })
      .partial()
      .extend({
        proxy: z.string().trim().min(1).max(500).nullable().optional().describe('null: none'),
      }),
    rates: rates.partial(),
    settings: z
      .record(z.string(), z.unknown())
      .describe('merged: what is left out stays, null takes a setting back to its default'),
    ca: ca.nullable().describe('null: only those that every machine trusts'),
  })
  .partial();

export type ConnectionChange = z.infer<typeof connectionChange>;

export type NewConnection = z.infer<typeof newConnection>;

const importScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('organization') }),
  z.strictObject({ kind: z.literal('branch'), departmentId: z.string().regex(/^\d{1,20}$/) }),
]);

/** An import takes the whole organisation, or a department with everything below it; or it carries out a plan. */
export const newImport = z
  .union([
    z.strictObject({
      scope: importScope.default({ kind: 'organization' }),
      mode: z
        .enum(['import', 'plan'])
        .default('import')
        .describe('plan: says what would change, and changes nothing'),
    }),
    z.strictObject({ plan: z.string().min(1).max(60).describe('carries out this plan, once') }),
  ])
  .default({ scope: { kind: 'organization' }, mode: 'import' });

/** Words behind commas, for example "failed,cancelled". */
const oneOrMore = <T extends string>(words: readonly [T, ...T[]]) =>
  z
    .string()
    .transform((it) => it.split(','))
    .pipe(z.array(z.enum(words)).min(1))
    .optional()
    .describe(`one or more of ${words.join(', ')}, with commas between them`);

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(500)
  .default(50)
  .describe('at most so many at once');

const after = z.string().min(1).max(400).optional().describe('`next` of the page before this one');

/** A part of a list. */
export const pageQuery = z.strictObject({ limit, after });

const people = z
  .enum(['masked', 'full'])
  .default('masked')
  .describe('full: names and identifiers as they are, and the log says who asked');

/** A part of a list that has people in it. */
export const peopleQuery = pageQuery.extend({ people });

export const runsQuery = pageQuery.extend({
  connection: z.string().max(40).optional(),
  status: oneOrMore(RUN_STATUSES),
  trigger: oneOrMore(RUN_TRIGGERS),
});

export const eventsQuery = z.object({
  connection: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Whom DingTalk's messages name: the app for subscriptions made in its console, the company for those by API. */
export const newCallback = z
  .strictObject({ receiver: z.enum(['appKey', 'corpId']).default('appKey') })
  .default({ receiver: 'appKey' });

/** One object at the source. */
export const objectRef = z.strictObject({
  kind: z.enum(['person', 'department']),
  id: z.string().min(1).max(200),
});

/** The same, and how much of it is shown. */
export const traceQuery = objectRef.extend({ people });

export const newToken = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, 'expected a word of at most 40 signs'),
  days: z.number().int().min(1).max(3650).optional().describe('left out: never expires'),
});
