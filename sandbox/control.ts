/** The control API's routes over the frame: state, log, faults, proxies, companies, settings, clock. */
import { z } from 'zod';
import { authingRoutes } from './control-authing.ts';
import { dingtalkRoutes } from './control-dingtalk.ts';
import { eventRoutes } from './control-events.ts';
import { BadRequest, checked } from './control-server.ts';
import type { Route } from './control-server.ts';
import { CERTIFICATE_KINDS, PROXY_KINDS, REPLY_KINDS } from './faults.ts';
import type { FaultRule } from './faults.ts';
import type { Frame } from './frame.ts';
import type { Proxy } from './proxy.ts';

export function controlRoutes(frame: Frame): Route[] {
  return [
    {
      method: 'GET',
      path: '/state',
      handle: () => ({
        dingtalk: frame.dingtalk.snapshot(),
        authing: frame.authing.snapshot(),
      }),
    },
    { method: 'GET', path: '/state/dingtalk', handle: () => frame.dingtalk.snapshot() },
    { method: 'GET', path: '/state/authing', handle: () => frame.authing.snapshot() },
    ...settingsRoutes(frame),
    ...logRoutes(frame),
    ...faultRoutes(frame),
    ...proxyRoutes(frame),
    ...clockRoutes(frame),
    ...dingtalkRoutes(frame),
    ...eventRoutes(frame),
    ...authingRoutes(frame),
  ];
}

function vendorOf(frame: Frame, side: string | undefined): Frame['dingtalk'] | Frame['authing'] {
  if (side === 'dingtalk') return frame.dingtalk;
  if (side === 'authing') return frame.authing;
  throw new BadRequest(`there is no side ${side}; there are dingtalk and authing`, 404);
}

function settingsRoutes(frame: Frame): Route[] {
  const path = '/settings/:side';
  return [
    { method: 'GET', path, handle: ({ names }) => vendorOf(frame, names.side).settings() },
    {
      method: 'PUT',
      path,
      handle({ names, body }) {
        const vendor = vendorOf(frame, names.side);
        const change = checked(z.record(z.string(), z.unknown()), body);
        try {
          vendor.configure(change);
        } catch (error) {
          throw new BadRequest(error instanceof Error ? error.message : String(error));
        }
        frame.changed('frame');
        return vendor.settings();
      },
    },
  ];
}

function logRoutes(frame: Frame): Route[] {
  const { log } = frame;
  return [
    {
      method: 'GET',
      path: '/log',
      handle({ query }) {
        const filter: Record<string, string | number> = {};
        for (const name of ['side', 'interface']) {
          const value = query.get(name);
          if (value !== null) filter[name] = value;
        }
        for (const name of ['since', 'after']) {
          const value = query.get(name);
          if (value === null) continue;
          if (!/^\d+$/.test(value)) throw new BadRequest(`${name} is a whole number`);
          filter[name] = Number(value);
        }
        return { entries: log.find(filter), dropped: log.dropped() };
      },
    },
    { method: 'GET', path: '/log/counts', handle: () => log.counts() },
    { method: 'DELETE', path: '/log', handle: () => log.clear() },
  ];
}

const faultSchema = z.strictObject({
  side: z.enum(['dingtalk', 'authing', 'proxy']),
  kind: z.string(),
  interface: z.string().optional(),
  count: z.number().int().min(1).nullable().optional(),
  rate: z.number().min(0).max(1).optional(),
  skip: z.number().int().min(0).optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

function faultRoutes(frame: Frame): Route[] {
  return [
    { method: 'GET', path: '/faults', handle: () => frame.faults.list() },
    {
      method: 'POST',
      path: '/faults',
      handle({ body }): FaultRule {
        const asked = checked(faultSchema, body);
        const kinds = faultKinds(frame, asked.side);
        if (!kinds.includes(asked.kind)) {
          throw new BadRequest(
            `no fault ${asked.kind} for ${asked.side}; there are ${kinds.join(', ')}`,
          );
        }
        if (asked.kind === 'refuse' && (asked.count ?? asked.skip ?? asked.rate) !== undefined) {
          throw new BadRequest('a refusing proxy refuses until the rule is deleted');
        }
        const connects = (CERTIFICATE_KINDS as readonly string[]).includes(asked.kind);
        return frame.faults.add(connects ? { ...asked, interface: 'connect' } : asked);
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      handle: () => ({ removed: frame.faults.remove() }),
    },
    {
      method: 'DELETE',
      path: '/faults/:id',
      handle: ({ names }) => ({ removed: frame.faults.remove(Number(names.id)) }),
    },
  ];
}

function faultKinds(frame: Frame, side: FaultRule['side']): string[] {
  if (side === 'proxy') return [...PROXY_KINDS];
  const own = Object.keys(frame[side].ownFaults ?? {});
  return [...REPLY_KINDS, ...CERTIFICATE_KINDS, ...own];
}

const proxySchema = z.strictObject({
  egress: z.string().min(1),
  user: z.string().min(1).optional(),
  password: z.string().optional(),
});

const shown = ({ id, url, egress }: Proxy): { id: number; url: string; egress: string } => ({
  id,
  url,
  egress,
});

function proxyRoutes(frame: Frame): Route[] {
  return [
    { method: 'GET', path: '/proxies', handle: () => [...frame.proxies.values()].map(shown) },
    {
      method: 'POST',
      path: '/proxies',
      handle: async ({ body }) => shown(await frame.openProxy(checked(proxySchema, body))),
    },
    {
      method: 'DELETE',
      path: '/proxies/:id',
      async handle({ names }) {
        const proxy = frame.proxies.get(Number(names.id));
        if (!proxy) throw new BadRequest(`there is no proxy ${names.id}`, 404);
        await proxy.stop();
        frame.proxies.delete(proxy.id);
        frame.changed('frame');
      },
    },
  ];
}

function clockRoutes(frame: Frame): Route[] {
  const { clock } = frame;
  return [
    {
      method: 'GET',
      path: '/clock',
      handle: () => ({ now: clock.now(), aheadMs: clock.ahead() }),
    },
    {
      method: 'POST',
      path: '/clock',
      handle({ body }) {
        const { advanceMs } = checked(z.strictObject({ advanceMs: z.number().min(0) }), body);
        clock.advance(advanceMs);
        frame.changed('frame');
        return { now: clock.now(), aheadMs: clock.ahead() };
      },
    },
  ];
}
