/** The control API: connections, imports, runs, and the organisation as the target has it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import type { Connection, ConnectionSecrets } from '../model/connection.ts';
import type { DirectoryView, ObjectRef } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Log } from '../runtime/log.ts';
import type { Connections } from '../store/connections.ts';
import type { Runs } from '../store/runs.ts';
import { diagnose, viewDiagnosis } from './diagnose.ts';
import { languageOf, problemHandler, replyProblem } from './problem-reply.ts';
import { viewRun } from './run-view.ts';
import { newConnection, newImport, objectRef, runsQuery } from './schemas.ts';
import type { NewConnection } from './schemas.ts';
import { steerRun } from './settle-run.ts';
import type { SettleParts } from './settle-run.ts';
import { runOf, startImport } from './start-import.ts';

export interface ApiParts extends SettleParts {
  connections: Connections;
  runs: Runs;
  log: Log;
  token: string;
  /** Throws ADDRESS_INVALID or ADDRESS_FORBIDDEN. */
  checkAddresses(asked: NewConnection): void;
  /** Starts or touches the workflow of one object; returns its id. */
  startSync(connectionId: string, object: ObjectRef): Promise<string>;
  directory(connectionId: string): Promise<DirectoryView>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function authorize(token: string) {
  const wanted = digest(`Bearer ${token}`);
  return (request: Request, response: Response, next: NextFunction): void => {
    // Hashes have one length, so the comparison takes the same time whatever was sent.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) next();
    else replyProblem(request, response, problem('REQUEST_UNAUTHORIZED'));
  };
}

function split(asked: NewConnection): { connection: Connection; secrets: ConnectionSecrets } {
  const { appSecret, proxy, ...source } = asked.source;
  const { accessKeySecret, proxy: targetProxy, ...target } = asked.target;
  const { id, name, keyFormat, ca, rates, settings } = asked;
  const createdAt = new Date().toISOString();
  return {
    connection: {
      id,
      name,
      source,
      target,
      keyFormat,
      rates,
      settings,
      createdAt,
      version: 1,
      ...(ca ? { ca } : {}),
    },
    secrets: {
      appSecret,
      accessKeySecret,
      sourceProxy: proxy,
      ...(targetProxy ? { targetProxy } : {}),
    },
  };
}

/** The app without a listener. */
export function createApp(parts: ApiParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  const api = express.Router();
  api.use(authorize(parts.token));
  api.use(express.json({ limit: '256kb', type: 'application/json' }));
  connectionRoutes(api, parts);
  runRoutes(api, parts);
  app.use('/api/v1', api);
  app.use(problemHandler(parts.log));
  return app;
}

function connectionRoutes(api: express.Router, parts: ApiParts): void {
  api.get('/connections', async (_request, response) => {
    response.json({ connections: await parts.connections.list() });
  });
  api.post('/connections', async (request, response) => {
    const asked = newConnection.parse(request.body);
    parts.checkAddresses(asked);
    const { connection, secrets } = split(asked);
    await parts.connections.create(connection, secrets);
    response.status(201).json(connection);
  });
  api.get('/connections/:id', async (request, response) => {
    response.json(await parts.connections.get(request.params.id));
  });
  api.get('/connections/:id/directory', async (request, response) => {
    response.json(await parts.directory(request.params.id));
  });
  api.post('/connections/:id/diagnosis', async (request, response) => {
    const { id } = await parts.connections.get(request.params.id);
    const found = await diagnose(parts.client, id);
    response.json(viewDiagnosis(found, languageOf(request)));
  });
  api.post('/connections/:id/sync', async (request, response) => {
    const object = objectRef.parse(request.body);
    const { id } = await parts.connections.get(request.params.id);
    response.status(202).json({ workflowId: await parts.startSync(id, object) });
  });
  api.post('/connections/:id/imports', async (request, response) => {
    const { scope } = newImport.parse(request.body);
    try {
      const run = await startImport(parts, request.params.id, 'manual', scope);
      response.status(202).json({ run: run.id });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'RUN_IN_PROGRESS') throw error;
      const run = await runOf(parts.client, `import/${request.params.id}`);
      replyProblem(request, response, error.problem, { run });
    }
  });
}

function runRoutes(api: express.Router, parts: ApiParts): void {
  api.get('/runs', async (request, response) => {
    const { connection, limit } = runsQuery.parse(request.query);
    response.json({ runs: await parts.runs.list(connection ?? null, limit) });
  });
  api.get('/runs/:id', async (request, response) => {
    const { id } = request.params;
    const run = await parts.runs.get(id);
    if (!run) throw new ProblemError(problem('RUN_UNKNOWN'));
    const [departments, problems] = await Promise.all([
      parts.runs.departments(id),
      parts.runs.problems(id),
    ]);
    response.json(viewRun(run, departments, problems, languageOf(request)));
  });
  for (const verb of ['pause', 'resume', 'cancel'] as const) {
    api.post(`/runs/:id/${verb}`, async (request, response) => {
      await steerRun(parts, request.params.id, verb);
      response.status(202).json(await parts.runs.get(request.params.id));
    });
  }
}
