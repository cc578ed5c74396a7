/** The Express app: every address of the control API, put behind the token, the limits and the log. */
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import { ProblemError, problem } from '../model/problem.ts';
import { authorize } from './authorize.ts';
import { inTime } from './limits.ts';
import { openApi } from './openapi.ts';
import type { ApiParts } from './parts.ts';
import { languageOf, problemHandler } from './problem-reply.ts';
import { logRequests } from './request-log.ts';
import type { Route } from './route.ts';
import { connectionRoutes } from './routes-connection.ts';
import { eventRoutes } from './routes-event.ts';
import { documentRoute, installationRoutes } from './routes-installation.ts';
import { historyRoutes } from './routes-history.ts';
import { planRoutes } from './routes-plan.ts';
import { runRoutes } from './routes-run.ts';

/** Every address there is; the document and the app are made from this list. */
export function allRoutes(parts: ApiParts): Route[] {
  const routes = [
    ...installationRoutes(parts),
    ...connectionRoutes(parts),
    ...runRoutes(parts),
    ...historyRoutes(parts),
    ...eventRoutes(parts),
    ...planRoutes(parts),
  ];
  const document = documentRoute(() => openApi(all, parts.version));
  const all = [...routes, document];
  return all;
}

/** The app without a listener. */
export function createApp(parts: ApiParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(logRequests(parts.log), (_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  const authorized = authorize(parts.tokens, parts.limits);
  const takesJson = express.json({ limit: parts.limits.bodyBytes, type: 'application/json' });
  const routes = allRoutes(parts);
  for (const route of routes) {
    app[route.method](route.path, named(route.path), ...(route.open ? [] : [authorized]));
    if (route.body) app[route.method](route.path, refuseOtherThanJson, takesJson);
    app[route.method](route.path, handler(route));
  }
  for (const path of new Set(routes.map((it) => it.path))) {
    app.all(path, named(path), otherMethod(routes.filter((it) => it.path === path)));
  }
  app.use('/api/v1', authorized);
  app.use(() => {
    throw new ProblemError(problem('PATH_UNKNOWN'));
  });
  app.use(problemHandler(parts.log));
  return app;
}

/** The pattern stands for the path in the log. */
function named(pattern: string) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.locals['pattern'] = pattern;
    next();
  };
}

function refuseOtherThanJson(request: Request, _response: Response, next: NextFunction): void {
  if (request.is('application/json') === false) {
    throw new ProblemError(problem('REQUEST_NOT_JSON'));
  }
  next();
}

function handler(route: Route) {
  return async (request: Request, response: Response): Promise<void> => {
    if (route.versioned && request.headers['if-match'] === undefined) {
      throw new ProblemError(problem('VERSION_MISSING'));
    }
    const { by = '' } = response.locals as { by?: string };
    const asked = route.run(request, { language: languageOf(request), by });
    const answer = await inTime(asked, route.patienceMs);
    response
      .status(answer.status ?? route.answer.status)
      .set(answer.headers)
      .json(answer.body);
  };
}

/** HEAD is answered where GET is; OPTIONS tells what there is, also to who has no token. */
function otherMethod(routes: Route[]) {
  const methods = routes.map((it) => it.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request: Request, response: Response): void => {
    response.set('Allow', allow);
    if (request.method !== 'OPTIONS') throw new ProblemError(problem('METHOD_UNKNOWN'));
    response.status(204).end();
  };
}
