/** Every failure of the API as problem+json (RFC 9457), with a stable code and words in the caller's language. */
import type { ErrorRequestHandler, Request, Response } from 'express';
import { ZodError } from 'zod';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { say } from '../model/say.ts';
import { problemWords } from '../model/words.ts';
import type { Language } from '../model/words.ts';
import type { Log } from '../runtime/log.ts';

const STATUS: Partial<Record<ProblemCode, number>> = {
  CONNECTION_UNKNOWN: 404,
  RUN_UNKNOWN: 404,
  CONNECTION_EXISTS: 409,
  RUN_IN_PROGRESS: 409,
  RUN_ENDED: 409,
  REQUEST_INVALID: 400,
  REQUEST_UNAUTHORIZED: 401,
  STORE_UNAVAILABLE: 503,
  WORKER_AWAY: 503,
  BUG_UNEXPECTED: 500,
};

/** The caller's language: `?lang=`, else the first that the request header names, else English. */
export function languageOf(request: Request): Language {
  const asked = request.query['lang'];
  if (asked === 'en' || asked === 'zh') return asked;
  return request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
}

export function replyProblem(
  request: Request,
  response: Response,
  it: Problem,
  more: Record<string, unknown> = {},
): void {
  const words = say(it, languageOf(request));
  response
    .status(STATUS[it.code] ?? 502)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: words.what,
      code: it.code,
      kind: it.kind,
      who: problemWords[it.code].who,
      ...words,
      detail: it.detail,
      ...more,
    });
}

/** Names of the fields at fault, never their values. */
function invalid(error: ZodError): Problem {
  const fields = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return problem('REQUEST_INVALID', { field: fields.slice(0, 40).join('; ') });
}

/** The last handler: whatever was thrown becomes a problem, and nothing of it leaks. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    let it: Problem;
    if (error instanceof ProblemError) it = error.problem;
    else if (error instanceof ZodError) it = invalid(error);
    else if (isBodyFault(error)) it = problem('REQUEST_INVALID', { field: 'body' });
    else {
      it = problem('BUG_UNEXPECTED');
      log.error('request failed', { path: request.path, error });
    }
    replyProblem(request, response, it);
  };
}

/** Faults of the body parser carry a 4xx status and quote the body in their message. */
function isBodyFault(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}
