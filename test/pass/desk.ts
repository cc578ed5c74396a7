/** A pass without Temporal: real steps over a sandbox in this process and a real database, one call apart if need be. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { MongoClient } from 'mongodb';
import { settingsSchema } from '../../api/settings-schema.ts';
import { applyDepartments } from '../../activities/apply-departments.ts';
import { applyPeople } from '../../activities/apply-people.ts';
import { begin } from '../../activities/begin.ts';
import { finish, finishPlan } from '../../activities/finish.ts';
import type { Finished } from '../../activities/finish.ts';
import { Governor } from '../../activities/governor.ts';
import { Budget, aside, unsteered } from '../../activities/pass.ts';
import type { LaneResult, Parts, Pass, PassPlace } from '../../activities/pass.ts';
import { applyLeaders } from '../../activities/leaders.ts';
import { plan } from '../../activities/plan-lane.ts';
import { walkedBefore } from '../../activities/planned.ts';
import { readDepartments } from '../../activities/read-departments.ts';
import { readMembers } from '../../activities/read-members.ts';
import { syncObject } from '../../activities/sync-object.ts';
import type { SyncResult } from '../../activities/sync-object.ts';
import { verify } from '../../activities/verify.ts';
import type { ObjectRef } from '../../model/directory.ts';
import type { Rates } from '../../model/connection.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { problemOf } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { RunProblem, RunScope } from '../../model/run.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/start.ts';
import { createBudgets } from '../../store/budgets.ts';
import { createConnections } from '../../store/connections.ts';
import { collections, ensureIndexes } from '../../store/database.ts';
import type { Collections } from '../../store/documents.ts';
import { createVault } from '../../store/vault.ts';
import { clock, keepParts } from '../../worker/parts.ts';

export const lanes = {
  ...{ readDepartments, readMembers, plan },
  ...{ applyDepartments, applyPeople, applyLeaders, verify },
};
export type LaneName = keyof typeof lanes;

export interface Passed extends Finished {
  run: string;
  verified: boolean;
  complete: boolean;
  problems: RunProblem[];
}

export interface PassOptions {
  /** Calls a step may make before it ends. */
  calls?: number;
  /** Attempts of every lane that run at the same time. */
  attempts?: number;
  /** Changes the parts before a pass, for example to hold a reply back. */
  parts?: (parts: Parts) => Parts;
  /** Another connection than the first. */
  connection?: string;
  /** What the run was asked for; the whole organisation when left out. */
  scope?: RunScope;
  /** Only plans. */
  planning?: boolean;
  /** The plan that is carried out. */
  plan?: string;
  /** Between writing and verification. */
  beforeVerify?: () => Promise<void> | void;
}

/** What the sandbox says of a company. */
export type CompanyFacts = Pick<
  Sandbox['addresses'],
  'corpId' | 'appKey' | 'appSecret' | 'proxy' | 'organizationName'
>;

export interface Desk {
  sandbox: Sandbox;
  /** As the sandbox says it itself, for `pictures`. */
  facts: Sandbox['addresses'];
  control<T>(path: string, init?: { method?: string; body?: unknown }): Promise<T>;
  c: Collections;
  /** Adds a connection to another company, into an organisation of its own. */
  connect(id: string, facts: CompanyFacts): Promise<void>;
  /** Gives the first connection these settings, as they stand in a file. */
  settings(given: object): Promise<void>;
  parts(): Promise<Parts>;
  /** A recorded run with its first step made, for tests that make the others themselves. */
  open(change?: (parts: Parts) => Parts): Promise<Pass>;
  /** The same run taken over by another Temporal execution, as after a reset. */
  takeOver(pass: Pass): Promise<Pass>;
  finish(pass: Pass): Promise<Passed>;
  pass(options?: PassOptions): Promise<Passed>;
  /** One round for one object. */
  sync(kind: ObjectRef['kind'], id: string): Promise<SyncResult>;
  stop(): Promise<void>;
}

export interface DeskOptions extends SandboxOptions {
  /** Address of the database server. */
  mongoUri: string;
  /** What the product plans for; no limits when left out. */
  rates?: Rates;
  claimMs?: number;
  longestWriteMs?: number;
}

/** A sandbox, a database of its own and a connection between the two. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { mongoUri, claimMs = 3000, longestWriteMs = 1500, rates, ...rest } = options;
  const sandbox = await startSandbox({ limits: 'none', ...rest });
  const client = await MongoClient.connect(mongoUri, { ignoreUndefined: true });
  const c = collections(client.db(`pass_${randomUUID().slice(0, 8)}`));
  await ensureIndexes(c);
  const connections = createConnections(c, createVault(randomBytes(32)));
  const keeper = keepParts({
    ...{ collections: c, connections, governor: new Governor(createBudgets(c), clock) },
    ...{ times: { claimMs, longestWriteMs }, requestTimeoutMs: 1000 },
  });
  const facts = sandbox.addresses;
  const connect = (id: string, company: CompanyFacts): Promise<void> =>
    connections.create(...connectionOf(id, { sandbox, rates }, company));
  await connect('feihua', facts);
  const parts = (): Promise<Parts> => keeper.of('feihua', 'bulk');
  return {
    ...{ sandbox, facts, c, connect, parts },
    async settings(given) {
      const change = { $set: { settings: settingsSchema.parse(given) }, $inc: { version: 1 } };
      await c.connections.updateOne({ _id: 'feihua' }, change);
    },
    control: (path, init) => control(facts.control, path, init),
    open: (change) => open(parts, change),
    takeOver: async (it) => ({ ...it, place: await begin(it, it.place.run, randomUUID()) }),
    finish: (it) => end(it),
    pass: (more) => pass(() => keeper.of(more?.connection ?? 'feihua', 'bulk'), more),
    async sync(kind, id) {
      const signal = new AbortController().signal;
      return syncObject(aside(await parts(), 'sync/feihua', signal), { kind, id });
    },
    async stop() {
      keeper.close();
      await client.close();
      await sandbox.stop();
    },
  };
}

const NO_RATES: Rates = { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 };

type NewConnection = Parameters<ReturnType<typeof createConnections>['create']>;

export function connectionOf(
  id: string,
  { sandbox, rates = NO_RATES }: { sandbox: Sandbox; rates: Rates | undefined },
  facts: CompanyFacts,
): NewConnection {
  const { corpId, appKey, appSecret } = facts;
  const { oapi, api, authing, accessKeyId, accessKeySecret } = sandbox.addresses;
  return [
    {
      ...{ id, name: facts.organizationName, version: 1, ca: sandbox.caPem },
      source: { corpId, appKey, oapi, api },
      target: { host: authing, accessKeyId, organizationCode: id },
      keyFormat: '{corpId}:{id}',
      rates,
      settings: DEFAULT_SETTINGS,
      createdAt: '2026-01-01T00:00:00.000Z',
    },
    { appSecret, accessKeySecret, sourceProxy: facts.proxy },
  ];
}

const same = (parts: Parts): Parts => parts;

async function open(
  parts: () => Promise<Parts>,
  change = same,
  asked: Pick<PassOptions, 'scope' | 'planning' | 'plan'> = {},
): Promise<Pass> {
  const own = change(await parts());
  const { scope = { kind: 'organization' }, ...more } = asked;
  const run = randomUUID();
  const counts = emptyCounts();
  await own.runs.create({
    ...{ id: run, workflowId: run, connection: own.connection.id, trigger: 'manual', counts },
    ...{ scope, status: 'running', stage: 'read', complete: false, verified: false },
    ...{ startedAt: new Date().toISOString(), endedAt: null, failure: null },
    ...{ asked: null, pausedAt: null },
    calls: { source: 0, targetReads: 0, targetWrites: 0 },
  });
  const { signal } = new AbortController();
  // All lanes share it here; in the product every step has one of its own.
  setMaxListeners(100, signal);
  const rest = { ...own, ...unsteered(signal), counting: true, budget: new Budget(clock) };
  const branch = scope.departmentId ?? null;
  const place = await firstContact(() => begin(rest, run, 'execution', 0, { branch, ...more }));
  const frontier = place.plan ? walkedBefore(rest.frontier, place.plan) : rest.frontier;
  return { ...rest, frontier, place };
}

/** Tried a few times, as its workflow does: on a busy machine a reply may be later than the limit of a request. */
async function firstContact(begun: () => Promise<PassPlace>, tries = 5): Promise<PassPlace> {
  try {
    return await begun();
  } catch (error) {
    const { code, kind } = problemOf(error);
    if (kind !== 'transient' || !code.endsWith('_TIMEOUT') || tries <= 1) throw error;
    return firstContact(begun, tries - 1);
  }
}

/**
 * Steps of a lane as its workflow makes them: again until done, and again after a transient failure.
 * Of several attempts at once those that are fenced off end, as their results do not count.
 */
export async function runLane(
  pass: Pass,
  name: LaneName,
  {
    calls,
    attempts = 1,
    late,
  }: Pick<PassOptions, 'calls' | 'attempts'> & { late?: ObjectRef[] } = {},
): Promise<number> {
  let failures = 0;
  for (let steps = 1; steps < 3000; steps++) {
    try {
      const result: LaneResult = await lanes[name]({
        ...pass,
        budget: new Budget(clock, { calls }),
      });
      late?.push(...(result.handOver ?? []));
      if (result.done) return steps;
    } catch (error) {
      const { code, kind } = problemOf(error);
      if (code === 'RUN_SUPERSEDED' && attempts > 1) return steps;
      if (kind !== 'transient' || ++failures > 20) throw error;
      await clock.sleep(Math.min(100 * 2 ** failures, 2000), pass.signal);
    }
  }
  throw new Error(`${name} does not end`);
}

async function pass(parts: () => Promise<Parts>, options: PassOptions = {}): Promise<Passed> {
  const { scope, planning, plan: applied } = options;
  const asked = { ...(scope ? { scope } : {}), ...(planning ? { planning } : {}) };
  const it = await open(parts, options.parts, { ...asked, ...(applied ? { plan: applied } : {}) });
  const late: ObjectRef[] = [];
  const own = { ...options, late };
  if (planning) {
    await Promise.all(
      (['readDepartments', 'readMembers', 'plan'] as const).map((name) => runLane(it, name, own)),
    );
    return end(it, await finishPlan(it));
  }
  if (applied) {
    await Promise.all(
      (['applyDepartments', 'applyPeople'] as const).map((name) => runLane(it, name, own)),
    );
  } else await writeAll(it, options);
  if (it.place.leaders) await runLane(it, 'applyLeaders', own);
  await options.beforeVerify?.();
  await runLane(it, 'verify', options);
  const passed = await end(it);
  return { ...passed, handOver: [...late, ...passed.handOver] };
}

/** The four lanes side by side, until everything is read and written. */
export async function writeAll(pass: Pass, options: PassOptions = {}): Promise<void> {
  const side = Array.from({ length: options.attempts ?? 1 }, () =>
    (['readDepartments', 'readMembers', 'applyDepartments', 'applyPeople'] as const).map((name) =>
      runLane(pass, name, options),
    ),
  );
  await Promise.all(side.flat());
}

async function end(it: Pass, ended?: Finished): Promise<Passed> {
  const { run } = it.place;
  const finished = ended ?? (await finish(it));
  const problems = await it.runs.problems(run);
  const { verified = false, complete = false } = (await it.runs.get(run)) ?? {};
  return { ...finished, run, problems, verified, complete };
}

export async function control<T>(
  base: string,
  path: string,
  init: { method?: string; body?: unknown } = {},
): Promise<T> {
  const method = init.method ?? (init.body === undefined ? 'GET' : 'POST');
  const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const response = await fetch(`${base}${path}`, { method, ...body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** An object of which some methods are others; private fields of the rest stay reachable. */
export function instead<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get(_, name) {
      if (name in methods) return Reflect.get(methods, name) as unknown;
      const value: unknown = Reflect.get(real, name, real);
      return typeof value === 'function' ? (value.bind(real) as unknown) : value;
    },
  });
}
