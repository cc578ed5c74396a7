/** What stands before every endpoint: token, address, standing of app and company, permission, limits. */
import type { SandboxRequest } from '../exchange.ts';
import type { App } from './company.ts';
import type { Company } from './directory.ts';
import { business } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { throttleText } from './limits.ts';
import type { Limits } from './limits.ts';
import type { Switches } from './switches.ts';
import type { Token, Tokens } from './tokens.ts';

export type Host = 'oapi' | 'api';

/** The host by name; a direct call to the loopback address is sorted by its path. */
export function hostOf(request: SandboxRequest): Host {
  if (request.host.startsWith('oapi.')) return 'oapi';
  if (request.host.startsWith('api.')) return 'api';
  return request.path.startsWith('/v1.0/') ? 'api' : 'oapi';
}

/** The address DingTalk observes; a call without a proxy comes from this machine. */
export function observedAddress(request: SandboxRequest): string {
  return request.egress ?? '127.0.0.1';
}

/** "dingtalk.oapi.v2.user.list", as the vendor's own messages name interfaces. */
export function apiPath(path: string): string {
  return `dingtalk.oapi.${path.replace(/^\/(topapi\/)?/, '').replaceAll('/', '.')}`;
}

/** One `*` may stand in a pattern; 0.0.0.0 is an address nobody has, says KB:data-faq. */
export function addressAllowed(allowList: string[], address: string, switches: Switches): boolean {
  if (allowList.length === 0) return switches.emptyAllowList === 'off';
  return allowList.some((pattern) => {
    const [head = '', tail, ...more] = pattern.split('*');
    if (tail === undefined) return pattern === address;
    return more.length === 0 && address.startsWith(head) && address.endsWith(tail);
  });
}

export function addressRefused(host: Host, address: string, appKey: string): Answer {
  const message = `访问ip不在白名单之中,request ip=${address} appKey(${appKey})`;
  if (host === 'oapi') return { kind: 'gateway', code: '60020', message };
  return newError('Forbidden.AccessDenied.IpNotInWhiteList', message);
}

function newError(code: string, message: string, more?: Record<string, unknown>): Answer {
  return { kind: 'new', status: 403, code, message, ...(more ? { more } : {}) };
}

/** The token that the request carries where its host looks for it, or null. */
export function tokenValue(request: SandboxRequest, host: Host): string | null {
  if (host === 'api') return request.headers['x-acs-dingtalk-access-token'] ?? null;
  const form = request.headers['content-type']?.includes('x-www-form-urlencoded');
  const inForm = form ? request.body?.access_token : null;
  return request.query.get('access_token') ?? (typeof inForm === 'string' ? inForm : null);
}

/** Why the token does not open the door, or the token. */
export function checkToken(
  request: SandboxRequest,
  host: Host,
  from: { tokens: Tokens; switches: Switches },
  now: number,
): Token | Answer {
  const value = tokenValue(request, host);
  if (!value) {
    if (host === 'oapi') return gateway('40000', 'access_token is blank');
    const message = '缺少参数：x-acs-dingtalk-access-token';
    return { kind: 'new', status: 400, code: 'AuthenticationFailed.MissingParameter', message };
  }
  const token = from.tokens.find(value);
  const foreign = token && !from.switches.tokensInterchangeable && token.host !== host;
  if (token && !foreign && token.expiresAt > now) return token;
  if (host === 'api') {
    const message = '不合法的access_token';
    return { kind: 'new', status: 400, code: 'InvalidAuthentication', message };
  }
  if (token && !foreign && from.switches.expiredTokenCode === '42001') {
    return gateway('42001', 'access_token超时');
  }
  return gateway('40014', '不合法的access_token');
}

const gateway = (code: string, message: string): Answer => ({ kind: 'gateway', code, message });

export function checkStanding(company: Company, app: App): Answer | null {
  if (company.standing === 'dissolved') return business('70001');
  if (company.standing === 'disabled') return business('50005');
  return app.enabled ? null : business('50003');
}

export function checkPermission(host: Host, app: App, needed: string | null): Answer | null {
  if (needed === null || app.permissions.includes(needed)) return null;
  const message = `应用尚未开通所需的权限：[${needed}]，点击链接申请并开通即可：https://open-dev.dingtalk.com/appscope/apply?content=${app.appKey}%23${needed}`;
  if (host === 'oapi') return gateway('60011', message);
  return newError('Forbidden.AccessDenied.AccessTokenPermissionDenied', message, {
    accessdenieddetail: { requiredScopes: [needed] },
  });
}

export interface Asked {
  host: Host;
  appKey: string;
  path: string;
  perSecond: number;
}

export function checkLimits(
  asked: Asked,
  from: { limits: Limits; switches: Switches },
  now: number,
): Answer | null {
  const api = apiPath(asked.path);
  const broken = from.limits.throttle(asked.appKey, api, asked.perSecond, now);
  return broken ? throttled(broken, asked, from.switches, now) : null;
}

/** The answer to a call over a limit, in the shape of its host. */
export function throttled(
  code: '90018' | '90002',
  asked: Asked,
  switches: Switches,
  now: number,
): Answer {
  const api = apiPath(asked.path);
  const limit = code === '90002' ? Number(switches.globalCallsPerSecond) || 1200 : asked.perSecond;
  if (asked.host === 'api') {
    const name = code === '90002' ? 'QpsLimitForApi' : 'QpsLimitForAppkeyAndApi';
    return newError(`Forbidden.AccessDenied.${name}`, throttleText(code, api, limit, now));
  }
  const short = code === '90018' && switches.throttleText === 'short';
  return gateway(code, short ? '接口次数过多' : throttleText(code, api, limit, now));
}
