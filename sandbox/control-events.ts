/** The control API's routes over events: subscriptions, what was sent, bursts of one's own, Stream connections. */
import { z } from 'zod';
import { companyOf } from './control-companies.ts';
import { BadRequest, checked } from './control-server.ts';
import type { Route } from './control-server.ts';
import { EVENT_TYPES } from './dingtalk/book-events.ts';
import { findApp } from './dingtalk/credentials.ts';
import type { FoundApp } from './dingtalk/credentials.ts';
import { callbackFault } from './dingtalk/registration.ts';
import type { Frame } from './frame.ts';

const eventsSchema = z.strictObject({
  /** CorpId; the first company when left out. */
  company: z.string().optional(),
  events: z
    .array(
      z.strictObject({
        type: z.string().min(1),
        userIds: z.array(z.string()).optional(),
        deptIds: z.array(z.number().int()).optional(),
        labelIds: z.array(z.number().int()).optional(),
      }),
    )
    .min(1),
});

const callbackSchema = z.strictObject({
  url: z.string(),
  token: z.string(),
  aesKey: z.string(),
  /** All types when left out. */
  tags: z.array(z.string()).default(EVENT_TYPES),
  /** Whom messages name: the appKey when left out, as with the console. */
  receiver: z.string().optional(),
});

export function eventRoutes(frame: Frame): Route[] {
  const { core } = frame.dingtalk;
  return [
    {
      method: 'POST',
      path: '/dingtalk/events',
      handle({ body }) {
        const { company, events } = checked(eventsSchema, body);
        const meant = companyOf(frame, company);
        for (const { type, ...more } of events) {
          const named = Object.entries(more).filter(([, value]) => value !== undefined);
          core.events.tell(meant, { type, ...Object.fromEntries(named) });
        }
        return { sent: events.length };
      },
    },
    { method: 'GET', path: '/dingtalk/events', handle: () => ({ events: core.events.sent() }) },
    {
      method: 'PUT',
      path: '/apps/:appKey/callback',
      handle: ({ names, body }) => subscribe(frame, names.appKey, body),
    },
    {
      method: 'DELETE',
      path: '/apps/:appKey/callback',
      handle({ names }) {
        delete appOf(frame, names.appKey).app.callback;
        frame.changed('dingtalk');
      },
    },
    { method: 'GET', path: '/dingtalk/stream', handle: () => core.stream.connections() },
    {
      method: 'POST',
      path: '/dingtalk/stream/disconnect',
      handle({ body }) {
        const asked = z.strictObject({
          appKey: z.string().optional(),
          abrupt: z.boolean().default(false),
        });
        const { appKey, abrupt } = checked(asked, body);
        return { disconnected: core.stream.disconnect(appKey, abrupt) };
      },
    },
  ];
}

function appOf(frame: Frame, appKey = ''): FoundApp {
  const found = findApp(frame.dingtalk.core.companies, appKey);
  if (!found) throw new BadRequest(`there is no app ${appKey}`, 404);
  return found;
}

/** As the console does when its form is saved: it knocks first, and keeps nothing that does not answer. */
async function subscribe(frame: Frame, appKey: string | undefined, body: unknown): Promise<object> {
  const { app } = appOf(frame, appKey);
  const { receiver = app.appKey, ...asked } = checked(callbackSchema, body);
  const callback = { ...asked, receiver };
  const wrong = callbackFault(callback);
  if (wrong) throw new BadRequest(`DingTalk would refuse this with ${wrong}`);
  const fault = await frame.dingtalk.core.events.check(callback);
  if (fault) throw new BadRequest(`url地址访问异常,错误原因为:${fault}`);
  app.callback = callback;
  frame.changed('dingtalk');
  return { url: callback.url, receiver, tags: callback.tags };
}
