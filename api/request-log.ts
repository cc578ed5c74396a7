/** One line of the log for each request: its pattern, never its path, query, body or headers. */
import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../runtime/log.ts';

/** Gives the request an id, which the answer carries too, and writes the line when it has been answered. */
export function logRequests(log: Log) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const requestId = randomBytes(8).toString('hex');
    const started = performance.now();
    response.locals['requestId'] = requestId;
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      const known = response.locals as { pattern?: string };
      const fields = {
        ...{ method: request.method, path: known.pattern ?? 'unknown', requestId },
        // 499 is the web servers' sign for a caller that left before the answer.
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round(performance.now() - started),
      };
      if (known.pattern === undefined || known.pattern.startsWith('/api/')) {
        log.info('request', fields);
      } else log.debug('request', fields);
    });
    next();
  };
}
