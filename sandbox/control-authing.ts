/** The control API's routes over Authing: pools, keys, edits by hand, tokens, messages. */
import { z } from 'zod';
import { BadRequest, checked } from './control-server.ts';
import type { Route } from './control-server.ts';
import type { Frame } from './frame.ts';

const pool = z.string().optional();

export function authingRoutes(frame: Frame): Route[] {
  const { authing } = frame;
  return [
    { method: 'GET', path: '/authing/pools', handle: () => authing.poolIds() },
    {
      method: 'POST',
      path: '/authing/pools',
      handle({ body }) {
        const made = authing.addPool(checked(poolSchema, body));
        frame.changed('authing');
        return made;
      },
    },
    {
      method: 'POST',
      path: '/authing/keys',
      handle({ body }) {
        const { pool: poolId, ...key } = checked(keySchema, body);
        orBadRequest(() => authing.addKey(key, poolId));
        frame.changed('authing');
      },
    },
    {
      method: 'POST',
      path: '/authing/by-hand',
      handle({ body }) {
        const asked = checked(byHandSchema, body);
        const reply = orBadRequest(() => authing.byHand(asked.interface, asked.body, asked.pool));
        frame.changed('authing');
        return reply;
      },
    },
    {
      method: 'POST',
      path: '/authing/tokens/revoke',
      handle({ body }) {
        const asked = checked(z.strictObject({ pool }), body);
        orBadRequest(() => authing.revokeTokens(asked.pool));
      },
    },
    {
      method: 'GET',
      path: '/authing/notifications',
      handle: ({ query }) =>
        orBadRequest(() => authing.notifications(query.get('pool') ?? undefined)),
    },
  ];
}

const poolSchema = z.strictObject({ id: z.string().optional(), secret: z.string().optional() });

const keySchema = z.strictObject({
  pool,
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
  status: z.enum(['activated', 'revoked']).default('activated'),
  /** Null for all. */
  interfaces: z.array(z.string()).nullable().default(null),
});

const byHandSchema = z.strictObject({
  pool,
  /** For example "update-user". */
  interface: z.string().min(1),
  body: z.record(z.string(), z.unknown()),
});

function orBadRequest<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new BadRequest(error instanceof Error ? error.message : String(error));
  }
}
