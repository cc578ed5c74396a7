/** A whole installation for a test or a measurement: engines, sandbox, API and workers as processes, in a folder of its own. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../cli/api-client.ts';
import type { ApiClient } from '../cli/api-client.ts';
import { startChild } from '../cli/child.ts';
import type { Child } from '../cli/child.ts';
import type { SandboxFacts } from '../cli/demo-company.ts';
import { environmentWith } from '../runtime/config.ts';

export interface LabOptions {
  /** A generated company; the example company when left out. */
  company?: { people: number; departments: number; seed: number };
  limits?: 'vendor' | 'none';
  workers?: number;
  /** Receivers of DingTalk's callbacks; none when left out. */
  receivers?: number;
  /** NODE_OPTIONS of the workers, for example a small heap. */
  workerOptions?: string;
  /** Settings of API and workers beside the addresses. */
  env?: Record<string, string>;
}

export interface Lab {
  folder: string;
  api: ApiClient;
  apiUrl: string;
  /** Kills the API; resolves with a client of the one that is started in its place. */
  killApi(): Promise<ApiClient>;
  facts: SandboxFacts;
  temporalAddress: string;
  mongoUri: string;
  workers: Child[];
  receivers: Child[];
  /** Addresses of the receivers. */
  receiverUrls: string[];
  /** All processes by name: engines, sandbox, api, workers. */
  pids(): Record<string, number>;
  /** Process ids of the engines; a new one after each restart. */
  enginePid(engine: 'temporal' | 'mongo'): number;
  /** The sandbox's control API. */
  control<T>(path: string, init?: { method?: string; body?: unknown }): Promise<T>;
  stop(): Promise<void>;
}

/** Starts everything; a child that cannot be kept alive fails the caller. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'orgsync-lab-'));
  mkdirSync(join(folder, 'logs'));
  const children: Child[] = [];
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  const start = (
    name: string,
    entry: string,
    args: string[],
    env: Record<string, string>,
  ): Child => {
    const log = join(folder, 'logs', `${name}.log`);
    const child = startChild({
      name,
      entry,
      args,
      env,
      log,
      onRestart: () => undefined,
      onGiveUp: (who) => fail(new Error(`${who} ended: ${tailOf(log)}`)),
    });
    children.push(child);
    return child;
  };
  const plain = environmentWith({ ORGSYNC_ENGINES_DOWNLOADS: undefined });
  const engines = start(
    'engines',
    'engines/main.ts',
    ['--data', join(folder, 'engines'), '--free-ports'],
    plain,
  );
  const sandbox = start('sandbox', 'sandbox/main.ts', sandboxArgs(folder, options), plain);
  const at = (await Promise.race([engines.ready, failed])) as unknown as EngineFacts;
  const facts = (await Promise.race([sandbox.ready, failed])) as unknown as SandboxFacts;
  const env = environmentWith({
    MONGODB_URI: at.mongo.uri,
    TEMPORAL_ADDRESS: at.temporal.address,
    ORGSYNC_DATA_DIR: folder,
    ORGSYNC_API_PORT: '0',
    ORGSYNC_CALLBACK_PORT: '0',
    ...options.env,
  });
  const api = start('api', 'api/main.ts', [], env);
  const { workerOptions } = options;
  const workerEnv = workerOptions === undefined ? env : { ...env, NODE_OPTIONS: workerOptions };
  const workers = Array.from({ length: options.workers ?? 1 }, (_, number) =>
    start(`worker-${number}`, 'worker/main.ts', [], workerEnv),
  );
  const receivers = Array.from({ length: options.receivers ?? 0 }, (_, number) =>
    start(`receiver-${number}`, 'api/receiver.ts', [], env),
  );
  const ready = Promise.all([api.ready, ...workers.map((it) => it.ready)]);
  const [{ url }] = await Promise.race([ready, failed]);
  const receiving = Promise.all(receivers.map((it) => it.ready));
  const receiverUrls = (await Promise.race([receiving, failed])).map((it) => String(it['url']));
  const token = readFileSync(join(folder, 'api.token'), 'utf8').trim();
  return {
    folder,
    api: createApiClient(String(url), token, 'en'),
    apiUrl: String(url),
    async killApi() {
      const again = api.again();
      if (api.pid === undefined) throw new Error('the API does not run');
      process.kill(api.pid, 'SIGKILL');
      return createApiClient(String((await again)['url']), token, 'en');
    },
    facts,
    temporalAddress: at.temporal.address,
    mongoUri: at.mongo.uri,
    workers,
    receivers,
    receiverUrls,
    pids: () => {
      const ours = children.slice(1).map((it) => [it.name, it.pid ?? 0] as const);
      const engine = (name: 'temporal' | 'mongo') =>
        pidFrom(join(folder, 'engines'), name) ?? at[name].pid;
      return { temporal: engine('temporal'), mongo: engine('mongo'), ...Object.fromEntries(ours) };
    },
    enginePid: (engine) => pidFrom(join(folder, 'engines'), engine) ?? at[engine].pid,
    control: (path, init) => control(facts.control, path, init),
    async stop() {
      const [first, second, ...ours] = children;
      await Promise.all(ours.map((child) => child.stop()));
      await Promise.all([first?.stop(), second?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface EngineFacts {
  temporal: { address: string; pid: number };
  mongo: { uri: string; pid: number };
}

function sandboxArgs(folder: string, { company, limits }: LabOptions): string[] {
  const args = ['--data', join(folder, 'sandbox'), '--limits', limits ?? 'vendor'];
  if (!company) return args;
  const { people, departments, seed } = company;
  return [...args, '--people', `${people}`, '--departments', `${departments}`, '--seed', `${seed}`];
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-8).join('\n');
}

/** The engine's process by the folder in its command line; it changes when it is started again. */
function pidFrom(folder: string, engine: 'temporal' | 'mongo'): number | null {
  const mark = engine === 'temporal' ? 'start-dev' : 'java';
  for (const entry of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      if (line.includes(folder) && line.includes(mark)) return Number(entry);
    } catch {
      // It ended while we looked.
    }
  }
  return null;
}

async function control<T>(
  base: string,
  path: string,
  init: { method?: string; body?: unknown } = {},
): Promise<T> {
  const method = init.method ?? (init.body === undefined ? 'GET' : 'POST');
  const response = await fetch(`${base}${path}`, {
    method,
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
