/** Every failure of the API as problem+json (RFC 9457), with a stable code and words in the caller's language. */
import type { ErrorRequestHandler, Request, Response } from 'express';
import { isGrpcServiceError } from '@temporalio/client';
import { ZodError } from 'zod';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { say } from '../model/say.ts';
import { problemWords } from '../model/words.ts';
import type { Language } from '../model/words.ts';
import type { Log } from '../runtime/log.ts';

const STATUS: Partial<Record<ProblemCode, number>> = {
  REQUEST_INVALID: 400,
  ADDRESS_INVALID: 400,
  ADDRESS_FORBIDDEN: 400,
  REQUEST_UNAUTHORIZED: 401,
  PATH_UNKNOWN: 404,
  CONNECTION_UNKNOWN: 404,
  RUN_UNKNOWN: 404,
  PLAN_UNKNOWN: 404,
  TOKEN_UNKNOWN: 404,
  EVENT_UNKNOWN: 404,
  METHOD_UNKNOWN: 405,
  CONNECTION_EXISTS: 409,
  CONNECTION_BUSY: 409,
  RUN_IN_PROGRESS: 409,
  RUN_ENDED: 409,
  PLAN_OVER: 409,
  PLAN_APPLIED: 409,
  CONNECTION_CHANGED: 412,
  REQUEST_TOO_LARGE: 413,
  REQUEST_NOT_JSON: 415,
  VERSION_MISSING: 428,
  REQUEST_TOO_OFTEN: 429,
  STORE_UNAVAILABLE: 503,
  TEMPORAL_UNAVAILABLE: 503,
  WORKER_AWAY: 503,
  REQUEST_TIMED_OUT: 503,
  BUG_UNEXPECTED: 500,
  SECRET_UNREADABLE: 500,
};

/** The status under which a problem is answered; 502 stands for what a vendor said. */
export const statusOf = (code: ProblemCode): number => STATUS[code] ?? 502;

/** A refusal because of a run, which is named. */
export class RunInTheWay extends ProblemError {
  readonly run: string;

  constructor(it: Problem, run: string) {
    super(it);
    this.run = run;
  }
}

/** The caller's language: `?lang=`, else the first that the request header names, else English. */
export function languageOf(request: Request): Language {
  const asked = request.query['lang'];
  if (asked === 'en' || asked === 'zh') return asked;
  return request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
}

/** Answers a problem; `instance` names the request as the log does. */
function replyProblem(request: Request, response: Response, it: Problem, run?: string): void {
  const words = say(it, languageOf(request));
  const { requestId } = response.locals as { requestId?: string };
  const status = statusOf(it.code);
  if (it.retryAfterMs !== undefined) {
    response.set('Retry-After', String(Math.ceil(it.retryAfterMs / 1000)));
  }
  response
    .status(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: words.what,
      status,
      code: it.code,
      kind: it.kind,
      who: problemWords[it.code].who,
      ...words,
      detail: it.detail,
      ...(requestId === undefined ? {} : { instance: `urn:request:${requestId}` }),
      ...(run === undefined ? {} : { run }),
    });
}

/** Names of the fields at fault, never their values. */
function invalid(error: ZodError): Problem {
  const fields = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return problem('REQUEST_INVALID', { field: fields.slice(0, 40).join('; ') });
}

/** Faults of the body parser carry a 4xx status and quote the body in their message. */
function bodyFault(error: unknown): Problem | null {
  const { status } = (error ?? {}) as { status?: unknown };
  if (status === 413) return problem('REQUEST_TOO_LARGE');
  if (status === 415) return problem('REQUEST_NOT_JSON');
  const refused = typeof status === 'number' && status >= 400 && status < 500;
  return refused ? problem('REQUEST_INVALID', { field: 'body' }) : null;
}

/** What was thrown as a problem; null for what nobody expects. */
function known(error: unknown): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof ZodError) return invalid(error);
  // Deadline and away: the codes of gRPC for a server that does not answer.
  const away = isGrpcServiceError(error) && [4, 14].includes(Number(error.code));
  return away ? problem('TEMPORAL_UNAVAILABLE', {}, { retryAfterMs: 1000 }) : bodyFault(error);
}

/** The last handler: whatever was thrown becomes a problem, and nothing of it leaks. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    // The caller left, or the answer had begun before the fault.
    if (response.headersSent) return void response.end();
    const { pattern, requestId } = response.locals as { pattern?: string; requestId?: string };
    const it = known(error) ?? problem('BUG_UNEXPECTED');
    if (it.code === 'BUG_UNEXPECTED') {
      log.error('request failed', { path: pattern ?? 'unknown', requestId, error });
    }
    replyProblem(request, response, it, error instanceof RunInTheWay ? error.run : undefined);
  };
}
