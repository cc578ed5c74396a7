/** The control API on a port, over a real database and a Temporal that says what the test wants. */
import type { AddressInfo } from 'node:net';
import { changesOf, changesOfRun } from '../../activities/change-log.ts';
import { allRoutes, createApp } from '../../api/app.ts';
import { LIMITS } from '../../api/limits.ts';
import type { ApiParts } from '../../api/parts.ts';
import type { Route } from '../../api/route.ts';
import { makeLog } from '../../runtime/log.ts';
import { createApiTokens } from '../../store/api-tokens.ts';
import { createCallbacks } from '../../store/callbacks.ts';
import { createChanges } from '../../store/changes.ts';
import { createConnections } from '../../store/connections.ts';
import { createEvents, createInbox } from '../../store/inbox.ts';
import { createLinks } from '../../store/links.ts';
import { createPlans } from '../../store/plans.ts';
import { createRuns } from '../../store/runs.ts';
import { openDesk } from '../store/desk.ts';
import type { Desk } from '../store/desk.ts';

export const TOKEN = 'orgsync_right-and-long-enough';

export interface Reply {
  status: number;
  type: string | null;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface ApiDesk extends Desk {
  parts: ApiParts;
  /** "http://127.0.0.1:port" */
  origin: string;
  logged: string[];
  /** What Temporal says to a start, and the run whose workflow is open. */
  temporal: {
    answer: Error | null;
    runs: string | null;
    started: { run?: string }[];
    /** What open workflows were told. */
    told: string[];
  };
  synced: string[];
  /** Path below /api/v1; every answer is held against the shape that its route promises. */
  call(path: string, init?: Init): Promise<Reply>;
}

export interface Init {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function openApi(uri: string, changes: Partial<ApiParts> = {}): Promise<ApiDesk> {
  const desk = await openDesk(uri);
  const logged: string[] = [];
  const synced: string[] = [];
  const temporal: ApiDesk['temporal'] = { answer: null, runs: null, started: [], told: [] };
  const workflow = {
    start(_name: string, { args: [input] }: { args: { run?: string }[] }) {
      temporal.started.push(input ?? {});
      return temporal.answer ? Promise.reject(temporal.answer) : Promise.resolve({});
    },
    getHandle: () => ({
      signal: ({ name }: { name: string }) => Promise.resolve(void temporal.told.push(name)),
      cancel: () => Promise.resolve(void temporal.told.push('cancel')),
      query: () => Promise.reject(new Error('nobody answers')),
      describe: () =>
        Promise.resolve(
          temporal.runs === null
            ? { status: { name: 'COMPLETED' } }
            : { status: { name: 'RUNNING' }, memo: { run: temporal.runs }, startTime: new Date() },
        ),
    }),
  };
  const connections = createConnections(desk.c, desk.vault);
  const history = createChanges(desk.c);
  const parts: ApiParts = {
    client: { workflow } as unknown as ApiParts['client'],
    connections,
    callbacks: createCallbacks(desk.c, connections),
    events: createEvents(desk.c),
    inbox: createInbox(desk.c),
    runs: createRuns(desk.c),
    tokens: createApiTokens(desk.c),
    ...{ continueAfterEvents: 4000, hideNames: false, version: '1.2.3', limits: LIMITS },
    log: makeLog('api', 'info', { write: (line) => void logged.push(line) }),
    checkAddresses: () => undefined,
    endRun: ({ run, status }) => createRuns(desk.c).end(run, { status }),
    startSync: (id, object) => {
      const workflowId = `sync/${id}/${object.kind}/${object.id}`;
      synced.push(workflowId);
      return Promise.resolve(workflowId);
    },
    directory: () => Promise.reject(new Error('token=canary-in-an-error')),
    limitsMet: () => Promise.resolve([]),
    plans: createPlans(desk.c),
    planItems: () => Promise.resolve([]),
    changesOfRun: async ({ id, connection: of }, limit, after) =>
      changesOfRun({ changes: history, key: (await connections.open(of)).key }, id, limit, after),
    changesOf: async (id, object, limit) =>
      changesOf({ changes: history, key: (await connections.open(id)).key }, id, object, limit),
    linkOf: async (id, { kind, id: object }) =>
      (await createLinks(desk.c).get(id, kind, [object])).get(object) ?? null,
    dependencies: () => Promise.resolve([]),
    ...changes,
  };
  await parts.tokens.add(TOKEN, 'test', null);
  const server = createApp(parts).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const routes = allRoutes(parts);
  return {
    ...{ ...desk, parts, origin, logged, temporal, synced },
    call: (path, init) => call(origin, routes, path, init),
    async close() {
      server.closeAllConnections();
      server.close();
      await desk.close();
    },
  };
}

async function call(
  origin: string,
  routes: Route[],
  path: string,
  { method, body, headers = {} }: Init = {},
): Promise<Reply> {
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const response = await fetch(`${origin}/api/v1${path}`, {
    method: verb,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const reply = {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Reply['body'],
  };
  if (response.ok && text !== '') shapeOf(routes, verb, path).parse(reply.body);
  return reply;
}

function shapeOf(routes: Route[], method: string, path: string) {
  const plain = `/api/v1${path.replace(/\?.*/s, '')}`;
  const found = routes.find((it) => {
    const pattern = new RegExp(`^${it.path.replace(':id', '[^/]+')}$`);
    return it.method === method.toLowerCase() && pattern.test(plain);
  });
  if (!found) throw new Error(`no route for ${method} ${path}`);
  return found.answer.schema;
}

export const connection = (id: string, more: object = {}) => ({
  ...{ id, name: '飞花', ...more },
  source: { corpId: 'c', appKey: 'k', appSecret: 'canary-app-secret', proxy: 'http://p:3128' },
  target: { accessKeyId: 'a', accessKeySecret: 'canary-key-secret', organizationCode: 'feihua' },
});
