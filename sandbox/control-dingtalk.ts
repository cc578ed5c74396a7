/** The control API's routes over DingTalk: companies, apps, tokens, bans, and changes of an address book. */
import { z } from 'zod';
import { makeCompany } from './companies.ts';
import { companyOf } from './control-companies.ts';
import { BadRequest, checked } from './control-server.ts';
import type { Route } from './control-server.ts';
import type { BookChange } from './dingtalk/book-events.ts';
import { ChangeRefused } from './dingtalk/change.ts';
import { applyChange, changesSchema } from './dingtalk/change-requests.ts';
import { findApp } from './dingtalk/credentials.ts';
import type { Frame } from './frame.ts';

export function dingtalkRoutes(frame: Frame): Route[] {
  return [
    {
      method: 'POST',
      path: '/dingtalk/changes',
      handle: ({ body }) => changes(frame, checked(changesSchema, body)),
    },
    { method: 'POST', path: '/companies', handle: ({ body }) => addCompany(frame, body) },
    {
      method: 'PUT',
      path: '/companies/:corpId',
      handle({ names, body }) {
        const change = checked(companySchema, body);
        const company = companyOf(frame, names.corpId);
        if (change.standing) company.standing = change.standing;
        frame.changed('dingtalk');
      },
    },
    {
      method: 'PUT',
      path: '/apps/:appKey',
      handle: ({ names, body }) => changeApp(frame, names.appKey, body),
    },
    ...tokenRoutes(frame),
    ...banRoutes(frame),
  ];
}

/** Stops at the first change that DingTalk would refuse; those before it stay. */
function changes(frame: Frame, asked: z.infer<typeof changesSchema>): { ids: string[] } {
  const { core } = frame.dingtalk;
  const company = companyOf(frame, asked.company);
  const ids: string[] = [];
  try {
    for (const request of asked.changes) {
      const by = {
        company,
        switches: core.switches,
        now: core.clock.now(),
        tell: (change: BookChange) => core.events.tell(company, change),
      };
      ids.push(applyChange(by, request));
    }
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    const place = `change ${ids.length + 1} of ${asked.changes.length}`;
    throw new BadRequest(`${place}: ${error.message}; ${ids.length} before it were made`);
  } finally {
    frame.changed('dingtalk');
  }
  return { ids };
}

const companySchema = z.strictObject({
  standing: z.enum(['open', 'disabled', 'dissolved']).optional(),
});

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const newCompanySchema = z.strictObject({
  name: z.string().min(1).optional(),
  egress: z.string().min(1).optional(),
  /** Left out: the example's departments and people. */
  generator: z
    .strictObject({
      people: count,
      departments: count,
      seed: z.number().int(),
      clean: z.boolean().optional(),
      depth: count.optional(),
      emptyShare: share.optional(),
      memberships: z.number().min(1).optional(),
      bigDepartment: count.optional(),
      wideDepartment: count.optional(),
      sameNames: count.optional(),
      duplicateRate: share.optional(),
      missingRate: share.optional(),
    })
    .optional(),
});

async function addCompany(frame: Frame, body: unknown): Promise<Record<string, unknown>> {
  const asked = checked(newCompanySchema, body);
  const number = frame.dingtalk.core.companies.size + 1;
  const made = makeCompany({ ...asked, number, now: frame.clock.now() });
  frame.dingtalk.addCompany(made.data);
  frame.changed('dingtalk');
  const proxy = await frame.openProxy({ egress: made.egress });
  return {
    corpId: made.data.corpId,
    name: made.data.name,
    appKey: made.app.appKey,
    appSecret: made.app.appSecret,
    egress: made.egress,
    proxy: proxy.url,
    planted: made.planted,
  };
}

const appSchema = z.strictObject({
  appSecret: z.string().min(1).optional(),
  permissions: z.array(z.string()).optional(),
  fields: z.strictObject({ mobile: z.boolean(), email: z.boolean() }).partial().optional(),
  scope: z
    .strictObject({ departments: z.array(z.number().int()), people: z.array(z.string()) })
    .optional(),
  allowList: z.array(z.string()).max(50).optional(),
  enabled: z.boolean().optional(),
});

function changeApp(frame: Frame, appKey = '', body: unknown): unknown {
  const { fields, ...change } = checked(appSchema, body);
  const found = findApp(frame.dingtalk.core.companies, appKey);
  if (!found) throw new BadRequest(`there is no app ${appKey}`, 404);
  Object.assign(found.app, change);
  Object.assign(found.app.fields, fields);
  frame.changed('dingtalk');
  return found.app;
}

function tokenRoutes(frame: Frame): Route[] {
  const { tokens, clock } = frame.dingtalk.core;
  const schema = z.strictObject({ appKey: z.string().optional() });
  return [
    {
      method: 'POST',
      path: '/dingtalk/tokens/expire',
      handle: ({ body }) => ({ ended: tokens.expire(checked(schema, body).appKey, clock.now()) }),
    },
    {
      method: 'POST',
      path: '/dingtalk/tokens/revoke',
      handle({ body }) {
        const { appKey } = checked(schema, body);
        const revoked = tokens.list().filter((each) => !appKey || each.appKey === appKey);
        for (const token of revoked) tokens.revoke(token.value);
        return { revoked: revoked.length };
      },
    },
  ];
}

function banRoutes(frame: Frame): Route[] {
  const { limits, clock } = frame.dingtalk.core;
  const schema = z.strictObject({ address: z.string().min(1), ms: z.number().min(0) });
  return [
    { method: 'GET', path: '/dingtalk/bans', handle: () => limits.bans(clock.now()) },
    {
      method: 'POST',
      path: '/dingtalk/bans',
      handle({ body }) {
        const { address, ms } = checked(schema, body);
        limits.ban(address, clock.now(), ms);
        return limits.bans(clock.now());
      },
    },
  ];
}
