/** Addresses about connections: settings, diagnosis, imports, single objects. */
import type { Connection, ConnectionSecrets } from '../model/connection.ts';
import { problem } from '../model/problem.ts';
import { diagnose, viewDiagnosis } from './diagnose.ts';
import { objectState } from './object-state.ts';
import type { ApiParts } from './parts.ts';
import { RunInTheWay } from './problem-reply.ts';
import {
  connectionShape,
  connectionsShape,
  diagnosisShape,
  directoryShape,
  objectStateShape,
  removedShape,
  startedRunShape,
  startedSyncShape,
} from './replies.ts';
import { mergedSettings } from './settings-schema.ts';
import { Answer, etagOf, route } from './route.ts';
import type { Route } from './route.ts';
import { connectionChange, newConnection, newImport, objectRef } from './schemas.ts';
import type { ConnectionChange, NewConnection } from './schemas.ts';
import { PLAN_REFUSALS, planToApply } from './routes-plan.ts';
import { viewListed } from './run-view.ts';
import { startImport } from './start-import.ts';

function split(asked: NewConnection): { connection: Connection; secrets: ConnectionSecrets } {
  const { appSecret, proxy, ...source } = asked.source;
  const { accessKeySecret, proxy: targetProxy, ...target } = asked.target;
  const { id, name, keyFormat, ca, rates, settings } = asked;
  const createdAt = new Date().toISOString();
  const fixed = { id, keyFormat, createdAt, version: 1 };
  const connection = { ...fixed, name, source, target, rates, settings };
  const secrets = { appSecret, accessKeySecret, sourceProxy: proxy };
  return {
    connection: { ...connection, ...(ca ? { ca } : {}) },
    secrets: { ...secrets, ...(targetProxy ? { targetProxy } : {}) },
  };
}

/** Fields that were given, as the store takes them. */
function changeOf(before: Connection, asked: ConnectionChange) {
  const { source: { appSecret, proxy, ...source } = {}, ca, rates, settings } = asked;
  const { accessKeySecret, proxy: targetProxy, ...target } = asked.target ?? {};
  return {
    set: {
      ...(asked.name === undefined ? {} : { name: asked.name }),
      ...(ca === undefined ? {} : { ca }),
      ...(settings === undefined ? {} : { settings: mergedSettings(before.settings, settings) }),
      source: { ...before.source, ...given(source) },
      target: { ...before.target, ...given(target) },
      rates: { ...before.rates, ...given(rates ?? {}) },
    },
    secrets: given({ appSecret, accessKeySecret, sourceProxy: proxy, targetProxy }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what was left out. */
function given<T extends object>(fields: T): Given<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Given<T>;
}

const answered = (connection: Connection) =>
  new Answer(connection, { headers: { ETag: etagOf(connection.version) } });

export function connectionRoutes(parts: ApiParts): Route[] {
  const { connections } = parts;
  return [
    route('listConnections', 'GET /api/v1/connections', {
      says: 'Lists the connections.',
      answer: connectionsShape,
      run: async () => ({ connections: await connections.list() }),
    }),
    route('createConnection', 'POST /api/v1/connections', {
      says: 'Makes a connection; nothing is read or written by it.',
      body: newConnection,
      status: 201,
      answer: connectionShape,
      refuses: ['CONNECTION_EXISTS', 'ADDRESS_INVALID', 'ADDRESS_FORBIDDEN'],
      async run({ body }) {
        parts.checkAddresses(body);
        const { connection, secrets } = split(body);
        await connections.create(connection, secrets);
        return answered(connection);
      },
    }),
    route('getConnection', 'GET /api/v1/connections/:id', {
      says: 'Shows a connection without its secrets; its ETag is its version.',
      answer: connectionShape,
      refuses: ['CONNECTION_UNKNOWN'],
      run: async ({ id }) => answered(await connections.get(id)),
    }),
    ...changeRoutes(parts),
    ...workRoutes(parts),
  ];
}

function changeRoutes({ connections, runs, checkAddresses }: ApiParts): Route[] {
  return [
    route('changeConnection', 'PATCH /api/v1/connections/:id', {
      says: 'Changes settings and secrets; what is left out stays. Workers take it from their next step on.',
      body: connectionChange,
      versioned: true,
      answer: connectionShape,
      refuses: ['CONNECTION_UNKNOWN', 'CONNECTION_CHANGED', 'ADDRESS_INVALID', 'ADDRESS_FORBIDDEN'],
      async run({ id, body, version }) {
        checkAddresses(body);
        const before = await connections.get(id);
        return answered(await connections.update(id, version ?? 0, changeOf(before, body)));
      },
    }),
    route('removeConnection', 'DELETE /api/v1/connections/:id', {
      says: 'Removes a connection with its secrets and links; everything in Authing stays as it is.',
      versioned: true,
      answer: removedShape,
      refuses: ['CONNECTION_UNKNOWN', 'CONNECTION_CHANGED', 'CONNECTION_BUSY'],
      async run({ id, version }) {
        const [running] = await runs.unfinished(id);
        if (running) throw new RunInTheWay(problem('CONNECTION_BUSY'), running.id);
        return { removed: id, stays: await connections.remove(id, version ?? 0) };
      },
    }),
  ];
}

/** A diagnosis walks over both sides and takes as many time limits as it has steps. */
const DIAGNOSIS_MS = 190_000;

function workRoutes(parts: ApiParts): Route[] {
  const { connections } = parts;
  return [
    route('showDirectory', 'GET /api/v1/connections/:id/directory', {
      says: 'Reads the organisation as Authing has it now.',
      answer: directoryShape,
      refuses: ['CONNECTION_UNKNOWN'],
      patienceMs: DIAGNOSIS_MS,
      run: ({ id }) => parts.directory(id),
    }),
    route('diagnose', 'POST /api/v1/connections/:id/diagnosis', {
      says: 'Asks a worker to check both sides, step by step.',
      answer: diagnosisShape,
      refuses: ['CONNECTION_UNKNOWN', 'WORKER_AWAY'],
      patienceMs: DIAGNOSIS_MS,
      async run({ id, language }) {
        await connections.get(id);
        return viewDiagnosis(await diagnose(parts.client, id), language);
      },
    }),
    route('syncObject', 'POST /api/v1/connections/:id/sync', {
      says: 'Reads one person or department again and writes what differs.',
      body: objectRef,
      status: 202,
      answer: startedSyncShape,
      refuses: ['CONNECTION_UNKNOWN'],
      async run({ id, body }) {
        await connections.get(id);
        return { workflowId: await parts.startSync(id, body) };
      },
    }),
    route('showObject', 'GET /api/v1/connections/:id/sync', {
      says: 'Shows whether one object is being synchronised on its own, and how that ended.',
      query: objectRef,
      answer: objectStateShape,
      refuses: ['CONNECTION_UNKNOWN'],
      async run({ id, query, language }) {
        await connections.get(id);
        const { state, problems } = await objectState(parts, id, query);
        return { state, problems: problems.map((it) => viewListed(it, language)) };
      },
    }),
    route('startImport', 'POST /api/v1/connections/:id/imports', {
      says: 'Records a run and starts it; while Temporal is away it stays queued.',
      body: newImport,
      status: 202,
      answer: startedRunShape,
      refuses: ['CONNECTION_UNKNOWN', 'RUN_IN_PROGRESS', ...PLAN_REFUSALS],
      async run({ id, body, by }) {
        const what =
          'plan' in body
            ? await planToApply(parts, id, body.plan)
            : { scope: body.scope, ...(body.mode === 'plan' ? { planning: true } : {}) };
        const run = await startImport(parts, id, { trigger: 'manual', by, ...what });
        return { run: run.id };
      },
    }),
  ];
}
