/** Who may call: a token whose hash is known lets in; strangers are answered slowly and alike. */
import type { NextFunction, Request, Response } from 'express';
import { ProblemError, problem } from '../model/problem.ts';
import type { ApiToken, ApiTokens } from '../store/api-tokens.ts';
import { rateGate } from './limits.ts';
import type { Limits } from './limits.ts';

/** A token that was taken away is honoured so long at most, by processes that had just asked. */
const REMEMBERED_MS = 5_000;
const REMEMBERED = 1_000;

interface Remembered {
  token: ApiToken;
  until: number;
}

/** Asks the store, and remembers who was let in for some seconds. */
function asker(tokens: ApiTokens): (shown: string) => Promise<ApiToken | null> {
  const known = new Map<string, Remembered>();
  return async (shown) => {
    const memory = known.get(shown);
    if (memory && memory.until > Date.now()) return memory.token;
    known.delete(shown);
    const token = await tokens.find(shown);
    if (!token) return null;
    if (known.size >= REMEMBERED) known.clear();
    const ends = token.expiresAt === null ? Infinity : Date.parse(token.expiresAt);
    known.set(shown, { token, until: Math.min(ends, Date.now() + REMEMBERED_MS) });
    return token;
  };
}

/** Puts the token's name into `response.locals.by`; throws REQUEST_UNAUTHORIZED, REQUEST_TOO_OFTEN. */
export function authorize(tokens: ApiTokens, limits: Limits) {
  const ask = asker(tokens);
  const callers = rateGate(limits.perSecond, limits.atOnce);
  const strangers = rateGate(limits.strangerPerSecond, limits.strangerAtOnce);
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const shown = /^Bearer (\S{16,200})$/.exec(request.headers.authorization ?? '')?.[1];
    const token = shown === undefined ? null : await ask(shown);
    if (!token) {
      strangers(request.socket.remoteAddress ?? '');
      response.set('WWW-Authenticate', 'Bearer');
      throw new ProblemError(problem('REQUEST_UNAUTHORIZED'));
    }
    callers(token.id);
    response.locals['by'] = token.name;
    next();
  };
}
