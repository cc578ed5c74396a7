/** What callers of the API may send. */
import { z } from 'zod';
import { DEFAULT_RATES } from '../model/connection.ts';
import { settingsSchema } from './settings-schema.ts';

const host = z
  .string()
  .trim()
  .regex(/^https:\/\/[^\s/@]+$/, 'expected https://host or https://host:port');

/** Calls a second; 0 means no limit. */
const rate = z.number().min(0).max(10_000);

export const newConnection = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      'expected lower-case letters, digits and dashes, at most 40',
    ),
  name: z.string().trim().min(1).max(100),
  source: z.strictObject({
    corpId: z.string().trim().min(1).max(100),
    appKey: z.string().trim().min(1).max(100),
    appSecret: z.string().trim().min(1).max(300),
    /** The word "none" must be said; an absent proxy is a mistake. */
    proxy: z.string().trim().min(1).max(500),
    oapi: host.default('https://oapi.dingtalk.com'),
    api: host.default('https://api.dingtalk.com'),
  }),
  target: z.strictObject({
    host: host.default('https://api.authing.cn'),
    accessKeyId: z.string().trim().min(1).max(100),
    accessKeySecret: z.string().trim().min(1).max(300),
    userPoolId: z.string().trim().min(1).max(100).optional(),
    organizationCode: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,63}$/, 'expected letters, digits, dashes and underscores'),
    organizationName: z.string().trim().min(1).max(100).optional(),
    proxy: z.string().trim().min(1).max(500).optional(),
  }),
  ca: z.string().max(200_000).optional(),
  keyFormat: z
    .string()
    .max(100)
    // Without the company, keys of other tools and other companies in the pool would be taken for ours.
    .refine(
      (it) => it.split('{id}').length === 2 && it.includes('{corpId}'),
      'must contain {corpId}, and {id} once',
    )
    .default('{corpId}:{id}'),
  rates: z
    .strictObject({ sourcePerSecond: rate, egressPerSecond: rate, targetPerSecond: rate })
    .default(DEFAULT_RATES),
  settings: settingsSchema,
});

export type NewConnection = z.infer<typeof newConnection>;

/** An import takes the whole organisation; a body that asks for something else is refused, not ignored. */
export const newImport = z
  .strictObject({
    scope: z.strictObject({ kind: z.literal('organization') }).default({ kind: 'organization' }),
  })
  .default({ scope: { kind: 'organization' } });

export const runsQuery = z.object({
  connection: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** One object at the source. */
export const objectRef = z.strictObject({
  kind: z.enum(['person', 'department']),
  id: z.string().min(1).max(200),
});
