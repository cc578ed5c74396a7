/** What can go wrong, as a value: decided once, at the edge where the vendor's code is known. */
import { problemWords } from './words.ts';
import type { ObjectRef } from './directory.ts';
import type { ProblemCode, ProblemKind } from './words.ts';

export type { ProblemCode, ProblemKind };

/** Facts beside the words; never a secret, a body, or anything that tells who a person is. */
export interface ProblemDetail {
  /** The vendor's code, for example "60020" or "409/2026". */
  vendorCode?: string;
  /** The vendor's sentence, cleaned of addresses of people and long numbers. */
  vendorMessage?: string;
  requestId?: string;
  object?: ObjectRef;
  /** The interface that was called, for example "topapi/v2/user/list". */
  interface?: string;
  /** Name of the field at fault, for example "phone". */
  field?: string;
  /** Who has a value: id of a person at the source, or of an account at the target. */
  holder?: string;
  /** Two numbers that should be equal. */
  expected?: number;
  found?: number;
  /** Host and port, or the egress address the vendor saw. */
  address?: string;
  /** Missing permission point, in the vendor's spelling. */
  permission?: string;
  httpStatus?: number;
  /** Id of a run. */
  run?: string;
  /** Id of another connection. */
  connection?: string;
}

export interface Problem {
  /** Stable, shown to users and searched for in logs. */
  code: ProblemCode;
  kind: ProblemKind;
  detail: ProblemDetail;
  /** `unknown`: the request may have changed the target although we saw no good answer. */
  effect: 'none' | 'unknown';
  /** Milliseconds until the next try makes sense; only for `transient`. */
  retryAfterMs?: number;
}

/** Makes a problem; its kind comes from the catalogue, so that one code always means one thing. */
export function problem(
  code: ProblemCode,
  detail: ProblemDetail = {},
  more: { effect?: Problem['effect']; retryAfterMs?: number } = {},
): Problem {
  const made: Problem = {
    code,
    kind: problemWords[code].kind,
    detail,
    effect: more.effect ?? 'none',
  };
  if (more.retryAfterMs !== undefined) made.retryAfterMs = more.retryAfterMs;
  return made;
}

/**
 * Carries a problem through code that throws. Its message is the code alone and it keeps no cause: errors
 * of network and database libraries hold URLs with tokens and pieces of documents, and printing an error
 * prints its cause.
 */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(it: Problem) {
    super(it.detail.vendorCode ? `${it.code} (${it.detail.vendorCode})` : it.code);
    this.name = 'ProblemError';
    this.problem = it;
  }
}

/** The problem that an error carries, or BUG_UNEXPECTED for any other error. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return problem('BUG_UNEXPECTED');
}
