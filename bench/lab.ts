/** A whole installation for one measurement: engines, sandbox, API and workers as processes, in a folder of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../cli/api-client.ts';
import type { ApiClient } from '../cli/api-client.ts';
import { startChild } from '../cli/child.ts';
import type { Child } from '../cli/child.ts';
import type { SandboxFacts } from '../cli/demo-company.ts';
import { environmentWith } from '../runtime/config.ts';

export interface LabOptions {
  people: number;
  departments: number;
  seed: number;
  limits: 'vendor' | 'none';
  workers: number;
  /** Heap of the worker in MB, or the default of Node. */
  heapMb?: number;
}

export interface Lab {
  api: ApiClient;
  facts: SandboxFacts;
  temporalAddress: string;
  workers: Child[];
  /** The sandbox's control API. */
  control<T>(path: string, init?: { method?: string; body?: unknown }): Promise<T>;
  stop(): Promise<void>;
}

/** Starts everything; a child that dies too often ends the measurement. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'orgsync-bench-'));
  mkdirSync(join(folder, 'logs'));
  const children: Child[] = [];
  const start = (
    name: string,
    entry: string,
    args: string[],
    env: Record<string, string>,
  ): Child => {
    const child = startChild({
      name,
      entry,
      args,
      env,
      log: join(folder, 'logs', `${name}.log`),
      onRestart: (who) => void process.stderr.write(`bench: ${who} was started again\n`),
      onGiveUp: (who) => {
        process.stderr.write(`bench: ${who} ended; see ${folder}/logs\n`);
        process.exit(1);
      },
    });
    children.push(child);
    return child;
  };
  const plain = environmentWith({});
  const engineArgs = ['--data', join(folder, 'engines'), '--free-ports'];
  const engines = start('engines', 'engines/main.ts', engineArgs, plain);
  const company = ['--people', `${options.people}`, '--departments', `${options.departments}`];
  const sandboxArgs = ['--data', join(folder, 'sandbox'), '--limits', options.limits, ...company];
  const sandbox = start(
    'sandbox',
    'sandbox/main.ts',
    [...sandboxArgs, '--seed', `${options.seed}`],
    plain,
  );
  const at = (await engines.ready) as { temporal: { address: string }; mongo: { uri: string } };
  const facts = (await sandbox.ready) as unknown as SandboxFacts;
  const env = environmentWith({
    MONGODB_URI: at.mongo.uri,
    TEMPORAL_ADDRESS: at.temporal.address,
    ORGSYNC_DATA_DIR: folder,
    ORGSYNC_API_PORT: '0',
  });
  const api = start('api', 'api/main.ts', [], env);
  const heap: Record<string, string> = {};
  if (options.heapMb !== undefined) heap['NODE_OPTIONS'] = `--max-old-space-size=${options.heapMb}`;
  const workers = Array.from({ length: options.workers }, (_, at2) =>
    start(`worker-${at2}`, 'worker/main.ts', [], { ...env, ...heap }),
  );
  const [{ url }] = await Promise.all([api.ready, ...workers.map((it) => it.ready)]);
  const token = readFileSync(join(folder, 'api.token'), 'utf8').trim();
  return {
    api: createApiClient(String(url), token, 'en'),
    facts,
    temporalAddress: at.temporal.address,
    workers,
    async control<T>(path: string, init: { method?: string; body?: unknown } = {}): Promise<T> {
      const response = await fetch(`${facts.control}${path}`, {
        method: init.method ?? 'GET',
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      });
      return (await response.json()) as T;
    },
    async stop() {
      const [first, second, ...ours] = children;
      await Promise.all(ours.map((child) => child.stop()));
      await Promise.all([first?.stop(), second?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
