/** Workflows as they are: a real Temporal of this file's own, workers in this process, a sandbox, a real database. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, bundleWorkflowCode } from '@temporalio/worker';
import { MongoClient } from 'mongodb';
import { endEarly } from '../../activities/finish.ts';
import { Governor } from '../../activities/governor.ts';
import { createActivities } from '../../activities/index.ts';
import { settle, steerRun } from '../../api/settle-run.ts';
import type { SettleParts } from '../../api/settle-run.ts';
import { startImport } from '../../api/start-import.ts';
import { engineSettings } from '../../engines/settings.ts';
import { startEngines } from '../../engines/start.ts';
import type { Rates } from '../../model/connection.ts';
import type { Run, RunStatus } from '../../model/run.ts';
import { makeLog } from '../../runtime/log.ts';
import { installTemporalRuntime, temporalLogger } from '../../runtime/temporal-worker.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/start.ts';
import { createBudgets } from '../../store/budgets.ts';
import { createConnections } from '../../store/connections.ts';
import { collections, ensureIndexes } from '../../store/database.ts';
import type { Collections } from '../../store/documents.ts';
import { createEvents } from '../../store/inbox.ts';
import { createLinks } from '../../store/links.ts';
import { createRuns } from '../../store/runs.ts';
import { createVault } from '../../store/vault.ts';
import { clock, keepParts } from '../../worker/parts.ts';
import { startSync } from '../../worker/start-sync.ts';
import { runWorkers } from '../../worker/workers.ts';
import type { Workers } from '../../worker/workers.ts';
import { connectionOf, control } from '../pass/desk.ts';
import { holdCall, requestLog } from '../world.ts';
import type { LogEntry, Sides } from '../world.ts';

export interface Desk extends Sides {
  sandbox: Sandbox;
  c: Collections;
  client: Client;
  parts: SettleParts;
  temporalPid(): number;
  temporalAddress: string;
  /** Starts an import. */
  start(): Promise<string>;
  /** Starts one that goes as far as a call, and resolves when it waits there until it is let go. */
  startedUpTo(call: Parameters<typeof holdCall>[1]): Promise<StoppedRun>;
  steer(run: string, verb: 'pause' | 'resume' | 'cancel'): Promise<void>;
  /** Looks at the run as the sweeper does, until it has this status. */
  until(run: string, status: RunStatus): Promise<Run>;
  ended(run: string): Promise<Run>;
  calls(): Promise<LogEntry[]>;
  /** Resolves when the object has come to rest. */
  sync(kind: 'person' | 'department', id: string): Promise<void>;
  /** Workers of the sources as they are, or of another bundle; those of before go on. */
  work(workflowsPath?: string): Promise<StartedWorkers>;
  stop(): Promise<void>;
}

/** A run that can neither end nor go beyond a call, however slow or quick the machine is. */
export interface StoppedRun {
  run: string;
  letGo: () => Promise<void>;
}

/** Workers that a test may stop, as a deploy does. */
export interface StartedWorkers {
  stop(): Promise<void>;
}

export interface DeskOptions extends SandboxOptions {
  mongoUri: string;
  rates: Rates;
  continueAfterEvents?: number;
}

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
const silent = makeLog('test', 'error', { write: () => undefined });

installTemporalRuntime(silent);

/** Everything but workers, which a test starts itself. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'orgsync-steer-'));
  const [sandbox, engines, mongo] = await Promise.all([
    startSandbox({ limits: 'none', ...options }),
    startEngines({
      ...{ dataDir: folder, only: 'temporal', ports: 'free', log: () => undefined },
      settings: { ...engineSettings({ TEMPORAL_ADDRESS: '' }), downloads: false },
    }),
    MongoClient.connect(options.mongoUri, { ignoreUndefined: true }),
  ]);
  if (!engines.temporal) throw new Error('no Temporal');
  const { address } = engines.temporal;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const c = collections(mongo.db(`steer_${randomUUID().slice(0, 8)}`));
  await ensureIndexes(c);
  const connections = createConnections(c, createVault(randomBytes(32)));
  await connections.create(
    ...connectionOf('feihua', { sandbox, rates: options.rates }, sandbox.addresses),
  );
  const [runs, links] = [createRuns(c), createLinks(c)];
  const parts: SettleParts = {
    ...{ client, connections, runs, hideNames: false },
    continueAfterEvents: options.continueAfterEvents ?? 4000,
    endRun: (ended, at) => endEarly({ links, runs }, ended, at),
    startSync: (id, object) => startSync(client, id, object, 500),
  };
  const keeper = keepParts({
    ...{ collections: c, connections, governor: new Governor(createBudgets(c), clock) },
    ...{ times: { claimMs: 6000, longestWriteMs: 3000 }, requestTimeoutMs: 2000 },
  });
  const started: StartedWorkers[] = [];
  const facts = sandbox.addresses;
  const watched = watching(parts, sandbox);
  return {
    ...{ sandbox, c, client, parts, facts, ...watched },
    temporalAddress: address,
    temporalPid: () => engines.temporal?.pid ?? 0,
    async work(workflowsPath = WORKFLOWS) {
      const workers = await work({
        address,
        client,
        workflowsPath,
        keeper,
        events: createEvents(c),
      });
      started.push(workers);
      return workers;
    },
    async sync(kind, id) {
      const workflowId = await startSync(client, 'feihua', { kind, id }, 500);
      await client.workflow.getHandle(workflowId).result();
    },
    async stop() {
      await Promise.all(started.map((it) => it.stop()));
      keeper.close();
      await connection.close();
      await Promise.all([engines.stop(), mongo.close(), sandbox.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What tests start, ask and wait for. */
function watching(parts: SettleParts, sandbox: Sandbox) {
  const { control: base } = sandbox.addresses;
  const sides: Sides = {
    facts: sandbox.addresses,
    control: (path, init) => control(base, path, init),
  };
  const calls = async (): Promise<LogEntry[]> =>
    (await requestLog(sides)).filter((it) => it.side !== 'proxy');
  const start = async (): Promise<string> => {
    await sides.control('/log', { method: 'DELETE' });
    const asked = { trigger: 'manual' as const, scope: { kind: 'organization' as const } };
    return (await startImport(parts, 'feihua', asked)).id;
  };
  const seen = async (run: string, is: (it: Run) => boolean): Promise<Run> => {
    for (;;) {
      const it = await parts.runs.get(run);
      if (!it) throw new Error('no run');
      if (is(it)) return it;
      if (it.endedAt !== null) throw new Error(`${run} ended ${it.status} ${it.failure?.code}`);
      await settle(parts, it);
      await clock.sleep(100, new AbortController().signal);
    }
  };
  return {
    ...{ control: sides.control, calls },
    start,
    async startedUpTo(call: Parameters<typeof holdCall>[1]): Promise<StoppedRun> {
      const held = await holdCall(sides, call);
      const run = await start();
      await held.met(async () => (await parts.runs.get(run))?.endedAt ?? null);
      return { run, letGo: held.letGo };
    },
    steer: (run: string, verb: 'pause' | 'resume' | 'cancel') => steerRun(parts, run, verb),
    until: (run: string, status: RunStatus) => seen(run, (it) => it.status === status),
    ended: (run: string) => seen(run, (it) => it.endedAt !== null),
  };
}

interface WorkOptions {
  address: string;
  client: Client;
  workflowsPath: string;
  keeper: ReturnType<typeof keepParts>;
  events: ReturnType<typeof createEvents>;
}

const bundles = new Map<string, ReturnType<typeof bundleWorkflowCode>>();

async function work(options: WorkOptions): Promise<StartedWorkers> {
  const { address, client, workflowsPath, keeper } = options;
  const made =
    bundles.get(workflowsPath) ??
    bundleWorkflowCode({ workflowsPath, logger: temporalLogger(silent) });
  bundles.set(workflowsPath, made);
  const [connection, workflowBundle] = await Promise.all([
    NativeConnection.connect({ address }),
    made,
  ]);
  const ending = new AbortController();
  const activities = createActivities({
    ending: ending.signal,
    parts: (id, lane) => keeper.of(id, lane),
    diagnose: (id) => keeper.diagnose(id),
    async startSync(id, objects) {
      for (const object of objects) await startSync(client, id, object, 500);
    },
    recovery: async () => null,
    wakeRecovery: async () => undefined,
    events: options.events,
    log: silent,
    // Steps of a few calls, so that a small company makes a long history.
    stepCalls: 4,
  });
  const workers: Workers = await runWorkers({
    ...{ connection, namespace: 'default', workflowBundle, activities, bulkSlots: 8, syncSlots: 4 },
  });
  let ended: Promise<void> | undefined;
  return {
    stop() {
      ending.abort();
      ended ??= workers.stop().then(() => connection.close());
      return ended;
    },
  };
}
