/** Takes DingTalk's envelopes apart: success, or a refusal with the code that counts. */
import type { Reply } from '../transport.ts';

/**
 * - `code`: DingTalk said no with a code of its own.
 * - `banned`: the page of the guard in front of DingTalk, for an egress address that called too often.
 * - `unavailable`: a gateway's 5xx.
 * - `throttled`: HTTP 429.
 * - `unreadable`: no JSON, or none that DingTalk documents.
 */
export interface Refusal {
  what: 'code' | 'banned' | 'unavailable' | 'throttled' | 'unreadable';
  /** DingTalk's code, unwrapped; the HTTP status where there is none. */
  code: string;
  /** DingTalk's sentence as it came; to be cleaned before it is shown. */
  text: string;
  requestId?: string;
  httpStatus: number;
  /** The vendor's clock when it answered, in milliseconds since 1970. */
  answeredAt?: number;
}

export type Answer =
  { ok: true; json: Fields; requestId?: string } | { ok: false; refusal: Refusal };

export type Fields = Record<string, unknown>;

/** Answer of the old interface, which is JSON with `errcode`. */
export function oldAnswer(reply: Reply): Answer {
  const json = fieldsOf(reply.json);
  if (!json) return refused(reply, withoutJson(reply));
  if (isBan(json)) return refused(reply, 'banned');
  const errcode = codeText(json['errcode']);
  // Test only `errcode`: `errmsg` may be missing or differ on success (queries-the-inactive-users).
  if (errcode === '0' && reply.status < 400) return { ok: true, json, ...requestIdOf(json) };
  if (errcode === undefined || errcode === '0') {
    if (typeof json['code'] === 'string') return newRefusal(reply, json, json['code']);
    return refused(reply, byStatus(reply.status));
  }
  const errmsg = textOf(json['errmsg']);
  const text = textOf(json['sub_msg']) || errmsg;
  const code = errcode === '88' ? (wrappedCode(json, errmsg) ?? '88') : errcode;
  return refused(reply, 'code', { code, text, ...requestIdOf(json) });
}

/** Answer of the new interface, which is plain JSON with 2xx and `{code, message}` with other statuses. */
export function newAnswer(reply: Reply): Answer {
  const json = fieldsOf(reply.json);
  if (!json) return refused(reply, withoutJson(reply));
  if (isBan(json)) return refused(reply, 'banned');
  // An unknown path answers 200 with an errcode, in the manner of the old interface.
  if (json['errcode'] !== undefined) return oldAnswer(reply);
  if (reply.status >= 200 && reply.status < 300) return { ok: true, json };
  if (typeof json['code'] === 'string') return newRefusal(reply, json, json['code']);
  return refused(reply, byStatus(reply.status));
}

function newRefusal(reply: Reply, json: Fields, code: string): Answer {
  if (!/^[A-Za-z][\w.-]{0,99}$/.test(code)) return refused(reply, byStatus(reply.status));
  const denied = fieldsOf(json['accessdenieddetail']);
  const scopes = Array.isArray(denied?.['requiredScopes']) ? denied['requiredScopes'] : [];
  const named = scopes.length > 0 ? ` requiredScopes=[${textOf(scopes[0])}]` : '';
  const text = textOf(json['message']) + named;
  return refused(reply, 'code', { code, text, ...requestIdOf(json) });
}

// Token, permission, address and limit errors come wrapped in 88: the code is in `sub_code` (a string), for
// some clients in `subcode`, and always in the sentence "ding talk error[subcode=40014,submsg=…]".
function wrappedCode(json: Fields, errmsg: string): string | undefined {
  const code =
    codeText(json['sub_code']) ??
    codeText(json['subcode']) ??
    /subcode=(-?\d{1,10})/.exec(errmsg)?.[1];
  return code === '0' ? undefined : code;
}

/** {"status":1111,"wait":5,"source":"x5","punish":"deny",…} (call-frequency-limit). */
function isBan(json: Fields): boolean {
  return json['errcode'] === undefined && (json['status'] === 1111 || json['punish'] === 'deny');
}

// The guard's page is HTML, its status is not documented; pages with 404 and redirects come from servers that
// are not DingTalk's.
function withoutJson(reply: Reply): Refusal['what'] {
  if (reply.status === 429 || reply.status >= 500) return byStatus(reply.status);
  const html = /^\s*</.test(reply.head);
  return html && [200, 403, 405].includes(reply.status) ? 'banned' : 'unreadable';
}

function byStatus(status: number): Refusal['what'] {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unavailable' : 'unreadable';
}

function refused(reply: Reply, what: Refusal['what'], more: Partial<Refusal> = {}): Answer {
  const refusal: Refusal = {
    what,
    code: `HTTP ${reply.status}`,
    text: '',
    httpStatus: reply.status,
    ...more,
  };
  const date = Date.parse(reply.headers['date'] ?? '');
  if (Number.isFinite(date)) refusal.answeredAt = date;
  return { ok: false, refusal };
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

function codeText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && /^-?\d{1,10}$/.test(value.trim())) return value.trim();
  return undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2000) : '';
}

function requestIdOf(json: Fields): { requestId?: string } {
  const id = json['request_id'] ?? json['requestid'];
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? { requestId: id } : {};
}
