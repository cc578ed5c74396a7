/** Every code of Authing and what it means for us: decided here once, never guessed again inside. */
import { problem } from '../../model/problem.ts';
import { cleaned } from './cleaned.ts';
import type { Problem, ProblemCode, ProblemDetail } from '../../model/problem.ts';
import type { Reply } from '../transport.ts';
import type { Envelope } from './replies.ts';

interface Verdict {
  code: ProblemCode;
  /** A write answered so may have been done all the same. */
  unclear?: boolean;
}

/** Classes of `statusCode` (Authing error-code.md, docs-v3 of 2025-01). */
const STATUS_CODES: Readonly<Record<number, Verdict>> = {
  400: { code: 'DATA_REFUSED' },
  401: { code: 'TARGET_TOKEN_REJECTED' },
  402: { code: 'TARGET_PLAN_REQUIRED' },
  403: { code: 'TARGET_FORBIDDEN' },
  404: { code: 'DATA_REFUSED' },
  409: { code: 'DATA_IDENTIFIER_TAKEN' },
  413: { code: 'DATA_TOO_LARGE' },
  422: { code: 'DATA_REFUSED' },
  429: { code: 'TARGET_RATE_LIMITED' },
  499: { code: 'DATA_REFUSED' },
  500: { code: 'TARGET_UNAVAILABLE', unclear: true },
  501: { code: 'TARGET_UNSUPPORTED' },
  502: { code: 'TARGET_UNAVAILABLE', unclear: true },
  503: { code: 'TARGET_UNAVAILABLE', unclear: true },
  601: { code: 'TARGET_THIRD_PARTY_FAILED', unclear: true },
  602: { code: 'TARGET_THIRD_PARTY_FAILED', unclear: true },
  // The customer's own code may run after the write as well as before it.
  603: { code: 'DATA_PIPELINE_REFUSED', unclear: true },
};

const SIGNATURE: Verdict = { code: 'TARGET_SIGNATURE_DEMANDED' };

/** `apiCode` says more than the class and goes before it (same page, and the older list of the v2 documents). */
const API_CODES: Readonly<Record<number, Verdict>> = {
  1300: SIGNATURE,
  1301: SIGNATURE,
  1302: SIGNATURE,
  1303: SIGNATURE,
  1304: SIGNATURE,
  1305: SIGNATURE,
  1306: SIGNATURE,
  2004: { code: 'DATA_PERSON_GONE' },
  2005: { code: 'DATA_PERSON_LOCKED' },
  2020: { code: 'TARGET_FORBIDDEN' },
  2026: { code: 'DATA_IDENTIFIER_TAKEN' },
  2030: { code: 'BUG_TARGET_REQUEST' },
  2034: { code: 'DATA_USERNAME_TAKEN' },
  2035: { code: 'DATA_PHONE_TAKEN' },
  2036: { code: 'DATA_PERSON_GONE' },
  // "Head count reached" in the older list, "pool domain taken" in the newer: the latter cannot concern us.
  2040: { code: 'TARGET_QUOTA_REACHED' },
  2200: { code: 'DATA_EMAIL_TAKEN' },
  2224: { code: 'TARGET_POOL_NOT_FOUND' },
  4021: { code: 'TARGET_QUOTA_REACHED' },
};

/** Sentences seen at a live pool (specifications of the published Node SDK), most telling first. */
const SENTENCES: readonly [RegExp, ProblemCode, string?][] = [
  [/^Cannot (GET|POST) \//, 'TARGET_HOST_WRONG'],
  [/organization not found/i, 'TARGET_ORGANIZATION_NOT_FOUND'],
  [/invalid organization code|参数 organization(New)?Code /, 'TARGET_ORGANIZATION_CODE_INVALID'],
  [/Must contain one of the following fields: username, phone, email/i, 'DATA_IDENTIFIER_MISSING'],
  [/用户不存在|user (is |does )?not (found|exist)/i, 'DATA_PERSON_GONE'],
  [
    /存在不合法的 departmentId|department (is |does )?not (found|exist)|部门不存在/i,
    'DATA_DEPARTMENT_GONE',
  ],
  [/已存在|已被|already (exist|been|bound|taken|used)|duplicate/i, 'DATA_IDENTIFIER_TAKEN'],
  [/phone cannot be empty/i, 'DATA_FIELD_REFUSED', 'phone'],
  [/customData must be less than/i, 'DATA_FIELD_REFUSED', 'customData'],
];
const FIELD = /参数 ([A-Za-z][A-Za-z0-9_.]{0,40})/;

/** Which identifier a conflict is about, where the sentence says it. */
const CONFLICTS: readonly [RegExp, ProblemCode][] = [
  [/external\s?id|外部\s?id/i, 'DATA_KEY_TAKEN'],
  [/open\s?department\s?id/i, 'DATA_KEY_TAKEN'],
  [/phone|手机|电话/i, 'DATA_PHONE_TAKEN'],
  [/e-?mail|邮箱/i, 'DATA_EMAIL_TAKEN'],
  [/user\s?name|用户名/i, 'DATA_USERNAME_TAKEN'],
  [/department|部门|organi[sz]ation|组织/i, 'DATA_NAME_TAKEN'],
];

const CONFLICT_CODES: ReadonlySet<ProblemCode> = new Set([
  'DATA_IDENTIFIER_TAKEN',
  ...CONFLICTS.map(([, code]) => code),
]);

/** Whether the target refused because something of the same name, key or identifier exists. */
export function isConflict(it: Problem): boolean {
  return CONFLICT_CODES.has(it.code);
}

/** Fields of a request that are ours to get right; a fault in them is not the object's. */
const OUR_FIELDS = /^(list|userIds?|page|limit|options|targetType|departmentIdType|userIdType)$/;

function conflictIn(message: string): ProblemCode {
  return CONFLICTS.find(([pattern]) => pattern.test(message))?.[1] ?? 'DATA_IDENTIFIER_TAKEN';
}

function refine(
  verdict: Verdict,
  message: string,
  write: boolean,
): { code: ProblemCode; field?: string } {
  if (verdict.code === 'DATA_IDENTIFIER_TAKEN') return { code: conflictIn(message) };
  if (verdict.code !== 'DATA_REFUSED') return { code: verdict.code };
  const sentence = SENTENCES.find(([pattern]) => pattern.test(message));
  if (sentence?.[1] === 'DATA_IDENTIFIER_TAKEN') return { code: conflictIn(message) };
  if (sentence)
    return sentence[2] ? { code: sentence[1], field: sentence[2] } : { code: sentence[1] };
  const field = FIELD.exec(message)?.[1];
  if (!field) return { code: verdict.code };
  return {
    code: write && !OUR_FIELDS.test(field) ? 'DATA_FIELD_REFUSED' : 'BUG_TARGET_REQUEST',
    field,
  };
}

/** A class of "not found" whose sentence we do not know says at least what was looked for. */
function goneAt(name: string): ProblemCode {
  if (/-department-members$/.test(name)) return 'DATA_REFUSED';
  if (/department/.test(name)) return 'DATA_DEPARTMENT_GONE';
  if (/organization/.test(name)) return 'TARGET_ORGANIZATION_NOT_FOUND';
  if (/user/.test(name)) return 'DATA_PERSON_GONE';
  return 'TARGET_ANSWER_UNKNOWN';
}

function verdictOf(
  { name, write }: Asked,
  answer: Envelope,
  httpStatus: number,
): Verdict & { field?: string } {
  const message = answer.message ?? '';
  const byApi = answer.apiCode == null ? undefined : API_CODES[answer.apiCode];
  // 2020 is "not logged in or no right": in the class 401 it is the former, and a new token helps.
  const loggedOut = answer.statusCode === 401 && byApi?.code === 'TARGET_FORBIDDEN';
  if (byApi && !loggedOut && answer.statusCode !== 429) {
    return { ...byApi, ...refine(byApi, message, write) };
  }
  const known = STATUS_CODES[answer.statusCode];
  if (!known) {
    const refused = answer.statusCode >= 400 && answer.statusCode < 500;
    if (refused && write) return { code: 'DATA_REFUSED' };
    return { code: 'TARGET_ANSWER_UNKNOWN', unclear: !refused };
  }
  const refined = refine(known, message, write);
  if (answer.statusCode === 404 && refined.code === 'DATA_REFUSED') {
    // Authing says 404 inside HTTP 200 and with a request id; another server's JSON does neither.
    const authing = httpStatus < 400 || answer.requestId != null;
    refined.code = authing ? goneAt(name) : 'TARGET_HOST_WRONG';
  }
  return { ...known, ...refined };
}

/** A read cannot be refused for an object's sake: what it asks is ours, and only "gone" is an answer. */
function forRead(code: ProblemCode): ProblemCode {
  if (!code.startsWith('DATA_') || code === 'DATA_PERSON_GONE' || code === 'DATA_DEPARTMENT_GONE')
    return code;
  return code === 'DATA_FIELD_REFUSED' ? 'BUG_TARGET_REQUEST' : 'TARGET_ANSWER_UNKNOWN';
}

const RETRY_MS: Partial<Record<ProblemCode, number>> = {
  TARGET_RATE_LIMITED: 2_000,
  TARGET_UNAVAILABLE: 5_000,
  TARGET_THIRD_PARTY_FAILED: 10_000,
  TARGET_REPLY_UNREADABLE: 5_000,
  TARGET_ANSWER_UNKNOWN: 60_000,
};

/** Milliseconds asked for by a Retry-After header (seconds or a date), at most ten minutes. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), 600_000) : undefined;
}

export interface Asked {
  /** The interface, for example "create-user". */
  name: string;
  write: boolean;
  /** Host and port, for problems that are about the address. */
  address: string;
}

function made(
  asked: Asked,
  code: ProblemCode,
  detail: ProblemDetail,
  unclear: boolean,
  wait?: number,
): Problem {
  const retryAfterMs = wait ?? RETRY_MS[code];
  return problem(
    code,
    { interface: asked.name, ...detail },
    {
      effect: unclear && asked.write ? 'unknown' : 'none',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** The problem that an answer of Authing's own is; its `statusCode` is not 200. */
export function refusal(asked: Asked, answer: Envelope, reply: Reply, now: number): Problem {
  const verdict = verdictOf(asked, answer, reply.status);
  const code = asked.write ? verdict.code : forRead(verdict.code);
  const detail: ProblemDetail = {
    vendorCode:
      answer.apiCode == null ? `${answer.statusCode}` : `${answer.statusCode}/${answer.apiCode}`,
    httpStatus: reply.status,
  };
  if (answer.message) detail.vendorMessage = cleaned(answer.message);
  if (answer.requestId) detail.requestId = answer.requestId;
  if (verdict.field) detail.field = verdict.field;
  if (code === 'TARGET_HOST_WRONG') detail.address = asked.address;
  const wait = code in RETRY_MS ? retryAfter(reply.headers['retry-after'], now) : undefined;
  return made(asked, code, detail, verdict.unclear ?? false, wait);
}

/** The problem that a reply without Authing's envelope is: a gateway, another server, or an HTTP error. */
export function foreign(asked: Asked, reply: Reply, now: number): Problem {
  const status = reply.status;
  const detail: ProblemDetail = {
    httpStatus: status,
    vendorCode: `HTTP ${status}`,
    address: asked.address,
  };
  const wait = retryAfter(reply.headers['retry-after'], now);
  if (status === 429) return made(asked, 'TARGET_RATE_LIMITED', detail, false, wait);
  if (status === 401) return made(asked, 'TARGET_TOKEN_REJECTED', detail, false);
  if (status === 403) return made(asked, 'TARGET_FORBIDDEN', detail, false);
  if (status === 413 && asked.write) return made(asked, 'DATA_TOO_LARGE', detail, false);
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) {
    return made(asked, 'TARGET_HOST_WRONG', detail, false);
  }
  if (status >= 500) return made(asked, 'TARGET_UNAVAILABLE', detail, true, wait);
  return made(asked, 'TARGET_REPLY_UNREADABLE', detail, true, wait);
}
