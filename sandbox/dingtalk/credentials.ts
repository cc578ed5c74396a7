/** The three ways to get a token, each with its host's own error shape. */
import type { SandboxRequest } from '../exchange.ts';
import type { App } from './company.ts';
import type { Company } from './directory.ts';
import type { Answer } from './envelope.ts';
import type { Switches } from './switches.ts';
import type { Token, Tokens } from './tokens.ts';

export interface Credentials {
  companies: Map<string, Company>;
  tokens: Tokens;
  switches: Switches;
}

export interface FoundApp {
  company: Company;
  app: App;
}

export function findApp(companies: Map<string, Company>, appKey: string): FoundApp | null {
  for (const company of companies.values()) {
    const app = company.apps.find((each) => each.appKey === appKey);
    if (app) return { company, app };
  }
  return null;
}

/** A token interface: what it is called in the log, which app asks, and its answer. */
export interface TokenInterface {
  name: string;
  appKeyOf(request: SandboxRequest): string;
  answer(request: SandboxRequest, credentials: Credentials, now: number): Answer;
}

function issue(found: FoundApp, host: Token['host'], from: Credentials, now: number): Token {
  const { switches, tokens } = from;
  const ttlMs = Number(switches.tokenTtlSeconds) * 1000;
  return tokens.issue(found.app.appKey, host, switches.tokensInterchangeable === true, ttlMs, now);
}

/** Compared exactly: a blank from copy and paste is a wrong key (40096). */
function authenticate(from: Credentials, key: unknown, secret: unknown): FoundApp | null {
  if (typeof key !== 'string' || typeof secret !== 'string') return null;
  const found = findApp(from.companies, key);
  return found && found.app.appSecret === secret ? found : null;
}

const fail = (status: number, code: string, message: string): Answer => ({
  kind: 'new',
  status,
  code,
  message,
});

const getToken: TokenInterface = {
  name: 'gettoken',
  appKeyOf: ({ query }) => query.get('appkey') ?? '',
  answer({ query }, from, now) {
    const key = query.get('appkey');
    const secret = query.get('appsecret');
    if (key === null || secret === null) {
      return plain({ errcode: 40035, errmsg: '缺少参数 corpid or appkey' });
    }
    const found = authenticate(from, key, secret);
    if (!found) return plain({ errcode: 40096, errmsg: '不合法的appKey或appSecret' });
    const token = issue(found, 'oapi', from, now);
    const expires = Number(from.switches.tokenTtlSeconds);
    return plain({ errcode: 0, access_token: token.value, errmsg: 'ok', expires_in: expires });
  },
};

function plain(body: Record<string, unknown>): Answer {
  return { kind: 'plain', body: JSON.stringify(body) };
}

const accessToken: TokenInterface = {
  name: 'oauth2/accessToken',
  appKeyOf: ({ body }) => (typeof body?.appKey === 'string' ? body.appKey : ''),
  answer({ body }, from, now) {
    if (!body?.appKey || !body.appSecret) {
      return fail(400, 'MissingParameter', '缺少参数：appKey or appSecret');
    }
    const found = authenticate(from, body.appKey, body.appSecret);
    if (!found) return fail(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
    const token = issue(found, 'api', from, now);
    return plain({
      accessToken: token.value,
      expireIn: Number(from.switches.tokenTtlSeconds),
    });
  },
};

const corpToken: TokenInterface = {
  name: 'oauth2/token',
  appKeyOf: ({ body }) => (typeof body?.client_id === 'string' ? body.client_id : ''),
  answer({ path, body }, from, now) {
    const corpId = decodeURIComponent(path.split('/')[3] ?? '');
    // A made-up corpId got HTTP 500 unknownError in a live probe.
    if (!from.companies.has(corpId)) return fail(500, 'unknownError', '未知错误');
    if (body?.grant_type !== 'client_credentials') {
      return fail(400, 'unsupported.grant.type', '不支持的grant_type');
    }
    const found = authenticate(from, body.client_id, body.client_secret);
    if (!found) return fail(400, 'invalid.client', '无效的client');
    if (found.company.corpId !== corpId) return fail(401, 'unauthorized.client', '未授权的client');
    const token = issue(found, 'api', from, now);
    return plain({
      access_token: token.value,
      expires_in: Number(from.switches.tokenTtlSeconds),
    });
  },
};

/** The token interface behind a path, or null. */
export function tokenInterface(path: string): TokenInterface | null {
  if (path === '/gettoken') return getToken;
  if (path === '/v1.0/oauth2/accessToken') return accessToken;
  return /^\/v1\.0\/oauth2\/[^/]+\/token$/.test(path) ? corpToken : null;
}
