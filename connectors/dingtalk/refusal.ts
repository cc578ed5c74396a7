/** Turns a refusal of DingTalk into a problem; decided here once, nothing behind it knows DingTalk's codes. */
import { problem } from '../../model/problem.ts';
import { meaningOf, permissionOf } from './codes.ts';
import { cleaned, limitEndsAt, permissionName, requestIp } from './vendor-text.ts';
import type { ObjectKind, ObjectRef } from '../../model/directory.ts';
import type { Problem, ProblemCode, ProblemDetail } from '../../model/problem.ts';
import type { Refusal } from './answer.ts';

/** "IP blocked 5 min" (call-frequency-limit). */
const BAN_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/** True when the refusal says that the object of this kind, asked for directly, does not exist. */
export function saysGone(refusal: Refusal, kind: ObjectKind): boolean {
  if (refusal.what !== 'code') return false;
  return meaningOf(refusal.code) === (kind === 'person' ? 'PERSON_GONE' : 'DEPARTMENT_GONE');
}

/** True when the access token is to be replaced and the call made once more. */
export function saysToken(refusal: Refusal): boolean {
  return refusal.what === 'code' && meaningOf(refusal.code) === 'TOKEN';
}

/** `object`: what the call was about, when it was about one object. */
export function refusalProblem(refusal: Refusal, name: string, object?: ObjectRef): Problem {
  const code = problemCode(refusal, object !== undefined);
  const detail: ProblemDetail = { interface: name, httpStatus: refusal.httpStatus };
  if (refusal.what === 'code') detail.vendorCode = refusal.code;
  const message = cleaned(refusal.text);
  if (message !== '') detail.vendorMessage = message;
  if (refusal.requestId !== undefined) detail.requestId = refusal.requestId;
  if (object) detail.object = object;
  if (code === 'SOURCE_IP_NOT_ALLOWED') {
    const address = requestIp(refusal.text);
    if (address !== undefined) detail.address = address;
  }
  if (code === 'SOURCE_PERMISSION_MISSING') {
    const permission = permissionName(refusal.text) ?? permissionOf[name];
    if (permission !== undefined) detail.permission = permission;
  }
  const retryAfterMs = waitOf(code, refusal);
  return problem(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function problemCode(refusal: Refusal, aboutObject: boolean): ProblemCode {
  if (refusal.what === 'banned') return 'SOURCE_ADDRESS_BANNED';
  if (refusal.what === 'unavailable') return 'SOURCE_UNAVAILABLE';
  if (refusal.what === 'throttled') return 'SOURCE_RATE_LIMITED';
  if (refusal.what === 'unreadable') return 'SOURCE_REPLY_UNREADABLE';
  const meaning = meaningOf(refusal.code);
  // 40001 is also "wrong secret", for which no second token would have been issued.
  if (meaning === 'TOKEN') {
    return refusal.code === '40001' ? 'SOURCE_CREDENTIALS_REJECTED' : 'SOURCE_TOKEN_REJECTED';
  }
  if (meaning === 'PARAMETER') return aboutObject ? 'SOURCE_OBJECT_REFUSED' : 'BUG_SOURCE_REQUEST';
  // A code about an object that was not asked for, or one that nobody documents, is no verdict on anything else.
  if (
    meaning === undefined ||
    meaning === 'OBJECT' ||
    meaning === 'PERSON_GONE' ||
    meaning === 'DEPARTMENT_GONE'
  ) {
    return aboutObject ? 'SOURCE_OBJECT_REFUSED' : 'SOURCE_UNKNOWN_REPLY';
  }
  return meaning;
}

function waitOf(code: ProblemCode, refusal: Refusal): number | undefined {
  if (code === 'SOURCE_ADDRESS_BANNED') return BAN_MS;
  if (code === 'SOURCE_UNAVAILABLE') return 1_000;
  if (code === 'SOURCE_TOKEN_REJECTED') return 5_000;
  if (code !== 'SOURCE_RATE_LIMITED') return undefined;
  const end = limitEndsAt(refusal.text);
  if (end !== undefined) {
    const wait = end - (refusal.answeredAt ?? Date.now());
    return Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS);
  }
  // 90001, 90003, 90004 stop everything of a server, a company or an app; others end with the second or minute.
  if (/^9000[134]$/.test(refusal.code) || refusal.code.includes('Qpm')) return 60_000;
  return 1_000;
}
