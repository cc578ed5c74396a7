/** Faults in Authing's own shapes: 429 in every form, any status code, short lists, half a batch. */
import type { Authing } from './authing/vendor.ts';
import type { OwnFault, SandboxReply, SandboxRequest } from './exchange.ts';

/** An error inside HTTP 200, or with the same HTTP status where `http` says so. */
function failure(
  statusCode: number,
  message: string,
  more: { apiCode?: unknown; http?: unknown } = {},
): SandboxReply {
  const apiCode = typeof more.apiCode === 'number' ? { apiCode: more.apiCode } : {};
  const body = { statusCode, message, ...apiCode, requestId: 'fault' };
  return { status: more.http === true ? statusCode : 200, body };
}

const numberOf = (value: unknown, fallback: number): number =>
  typeof value === 'number' ? value : fallback;

/** Replaces the list in a reply, wherever this interface has it. */
function withList(reply: SandboxReply, change: (list: unknown[]) => unknown[]): SandboxReply {
  const envelope = reply.body as { data?: unknown };
  const { data } = envelope;
  if (Array.isArray(data)) return { ...reply, body: { ...envelope, data: change(data) } };
  const paged = data as { list?: unknown } | undefined;
  if (!Array.isArray(paged?.list)) return reply;
  const list = change(paged.list);
  const shorter = { ...paged, list, totalCount: list.length };
  return { ...reply, body: { ...envelope, data: shorter } };
}

/** The request for the page after the one that was asked for; `page` stands in the query or deep in the body. */
function nextPage(request: SandboxRequest): SandboxRequest {
  const query = new URLSearchParams(request.query);
  if (request.method === 'GET') query.set('page', String(Number(query.get('page') ?? 1) + 1));
  return { ...request, query, body: raisePage(request.body) as SandboxRequest['body'] };
}

function raisePage(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const raised = Object.entries(value).map(([name, inner]): [string, unknown] => [
    name,
    name === 'page' && typeof inner === 'number' ? inner + 1 : raisePage(inner),
  ]);
  return Object.fromEntries(raised);
}

/** The request with the first half of its batch, rounded down. */
function firstHalf(request: SandboxRequest): SandboxRequest {
  const body: Record<string, unknown> = { ...request.body };
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value)) body[name] = value.slice(0, Math.floor(value.length / 2));
  }
  return { ...request, body };
}

/** @param authing answers what a fault leaves of the request. */
export function authingFaults(authing: Authing): Record<string, OwnFault> {
  return {
    throttle(_request, { http, retryAfterS }) {
      const reply = failure(429, '请求过于频繁，请稍后再试', { http });
      if (typeof retryAfterS !== 'number') return reply;
      return { ...reply, headers: { 'retry-after': String(retryAfterS) } };
    },

    statuscode(_request, { statusCode, apiCode, message, http }) {
      const words = typeof message === 'string' ? message : '服务器内部错误';
      return failure(numberOf(statusCode, 500), words, { apiCode, http });
    },

    'revoked-token'(request) {
      const pool = request.headers['x-authing-userpool-id'];
      authing.revokeTokens(pool && authing.poolIds().includes(pool) ? pool : undefined);
      return authing.handle(request);
    },

    'empty-list': (request) => withList(authing.handle(request), () => []),

    'early-end': (request) =>
      withList(authing.handle(request), (list) => list.slice(0, Math.floor(list.length / 2))),

    'missing-page': (request) => authing.handle(nextPage(request)),

    'half-batch'(request) {
      const { objects, wrote } = authing.handle(firstHalf(request));
      const reply = failure(500, '服务器内部错误', { http: true });
      return { ...reply, objects: objects ?? [], wrote: wrote === true };
    },
  };
}
