/** The course of one request: ban, token calls, then token, address, standing, permission, limits, endpoint. */
import type { SandboxReply, SandboxRequest } from '../exchange.ts';
import type { Endpoint, Spoil } from './call.ts';
import type { App } from './company.ts';
import type { Core } from './core.ts';
import { findApp, tokenInterface } from './credentials.ts';
import type { FoundApp } from './credentials.ts';
import { departmentEndpoints } from './departments.ts';
import { banReply, business, requestId, toReply } from './envelope.ts';
import type { Answer } from './envelope.ts';
import {
  addressAllowed,
  addressRefused,
  apiPath,
  checkLimits,
  checkPermission,
  checkStanding,
  checkToken,
  hostOf,
  observedAddress,
} from './gateway.ts';
import type { Host } from './gateway.ts';
import { newEndpoints } from './leavers.ts';
import { memberEndpoints } from './members.ts';
import { personEndpoints } from './people.ts';
import { registrationEndpoints } from './registration.ts';
import { streamOpening } from './stream-opening.ts';

const oapiEndpoints: Record<string, Endpoint> = {
  ...departmentEndpoints,
  ...memberEndpoints,
  ...personEndpoints,
  ...registrationEndpoints,
};

/** How a fault bends one call. */
export interface Bend {
  spoil?: Spoil;
  /** The app as the vendor takes it for this call. */
  app?(app: App): App;
}

/** Answers a request; commits nothing but tokens and counters, for all interfaces here read. */
export function respond(core: Core, request: SandboxRequest, bend: Bend): SandboxReply {
  if (core.limits.banned(observedAddress(request), core.clock.now())) {
    return banReply(core.switches);
  }
  const host = hostOf(request);
  const reply = tokenCall(core, request, host) ?? streamOpening(core, request, host);
  if (reply) return reply;
  const endpoint = (host === 'oapi' ? oapiEndpoints : newEndpoints)[request.path];
  if (!endpoint) return unknownPath(request, host);
  return endpointCall(core, { request, host, endpoint, bend });
}

function tokenCall(core: Core, request: SandboxRequest, host: Host): SandboxReply | null {
  const { switches, clock, companies } = core;
  const token = tokenInterface(request.path);
  if (!token || (request.path === '/gettoken') !== (host === 'oapi')) return null;
  const now = clock.now();
  const appKey = token.appKeyOf(request);
  const perSecond = Number(switches.tokenCallsPerSecond);
  const asked = { host, appKey, path: request.path, perSecond };
  const found = switches.tokenAllowListChecked ? findApp(companies, appKey) : null;
  const answer =
    checkLimits(asked, core, now) ??
    (found ? checkAddress(core, request, host, found) : null) ??
    token.answer(request, core, now);
  const reply = toReply(answer, switches);
  if (answer.kind === 'plain') reply.code = codeOf(answer.body);
  return { ...reply, app: appKey };
}

function codeOf(json: string): string {
  const parsed = JSON.parse(json) as { errcode?: number };
  return String(parsed.errcode ?? 0);
}

function checkAddress(
  core: Core,
  request: SandboxRequest,
  host: Host,
  { app, company }: FoundApp,
): Answer | null {
  const address = observedAddress(request);
  if (!addressAllowed(app.allowList, address, core.switches)) {
    return addressRefused(host, address, app.appKey);
  }
  if (!crowded(core, address, company.corpId)) return null;
  const message = '此IP使用CorpId及CorpSecret调用接口的CorpId个数超过限制';
  return { kind: 'gateway', code: '90017', message };
}

function crowded(core: Core, address: string, corpId: string): boolean {
  const most = Number(core.switches.companiesPerAddress);
  if (most <= 0) return false;
  const seen = core.callers.get(address) ?? new Set<string>();
  core.callers.set(address, seen);
  if (!seen.has(corpId) && seen.size >= most) return true;
  seen.add(corpId);
  return false;
}

interface Authorised {
  request: SandboxRequest;
  host: Host;
  endpoint: Endpoint;
  bend: Bend;
}

function endpointCall(core: Core, asked: Authorised): SandboxReply {
  const { request, host, endpoint, bend } = asked;
  const { switches, random, epoch, events } = core;
  const now = core.clock.now();
  const token = checkToken(request, host, core, now);
  if ('kind' in token) return toReply(token, switches);
  const found = findApp(core.companies, token.appKey);
  if (!found) {
    return toReply({ kind: 'gateway', code: '40014', message: '不合法的access_token' }, switches);
  }
  const { company } = found;
  const app = bend.app ? bend.app(found.app) : found.app;
  const perSecond = Number(switches.appCallsPerSecond);
  const limited = { host, appKey: app.appKey, path: request.path, perSecond };
  const parameters =
    endpoint.method === 'GET' ? Object.fromEntries(request.query) : (request.body ?? {});
  const spoil = bend.spoil ? { spoil: bend.spoil } : {};
  const answer =
    checkAddress(core, request, host, found) ??
    checkStanding(company, app) ??
    checkPermission(host, app, endpoint.permission) ??
    checkLimits(limited, core, now) ??
    checkMethod(request, endpoint) ??
    endpoint.answer({ company, app, parameters, now, switches, random, epoch, events, ...spoil });
  const caller = { app: `${app.appKey}#${token.id}` };
  if (!('then' in answer)) return { ...toReply(answer, switches), ...caller };
  const later = answer.then((it) => ({ ...toReply(it, switches), ...caller, wrote: true }));
  // A fault that hurries the vendor gets what a busy one says.
  return { ...toReply(business('-1'), switches), ...caller, later };
}

function checkMethod(request: SandboxRequest, endpoint: Endpoint): Answer | null {
  if (request.method === endpoint.method) return null;
  return business(endpoint.method === 'GET' ? '43001' : '43002');
}

/** Both as probed live: 22 on the old host, 404 inside HTTP 200 on the new one. */
function unknownPath(request: SandboxRequest, host: Host): SandboxReply {
  if (host === 'api') {
    return { body: { errcode: 404, errmsg: '请求的URI地址不存在' }, code: '404' };
  }
  const message = `不合法ApiName，ApiName = ${apiPath(request.path)}`;
  const body = {
    errcode: 22,
    sub_msg: message,
    errmsg: `Invalid method[submsg=${message}]`,
    request_id: requestId(),
  };
  return { body, code: '22' };
}
