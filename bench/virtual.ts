/** Imports in virtual time: the real lanes, store and governor over vendors with latencies and limits, the same on any machine. */
import { applyDepartments } from '../activities/apply-departments.ts';
import { applyPeople } from '../activities/apply-people.ts';
import { begin } from '../activities/begin.ts';
import { finish } from '../activities/finish.ts';
import { Governor } from '../activities/governor.ts';
import type { Rate } from '../activities/governor.ts';
import { Budget, unsteered } from '../activities/pass.ts';
import type { Parts, Pass, PassPlace } from '../activities/pass.ts';
import { readDepartments } from '../activities/read-departments.ts';
import { readMembers } from '../activities/read-members.ts';
import { verify } from '../activities/verify.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { Connection, Rates } from '../model/connection.ts';
import { emptyCounts } from '../model/run.ts';
import { createBudgets } from '../store/budgets.ts';
import { createChanges } from '../store/changes.ts';
import { createCorrelationStore } from '../store/correlation.ts';
import { createFrontier } from '../store/frontier.ts';
import { createGate } from '../store/gate.ts';
import { createLinks } from '../store/links.ts';
import { createPlans } from '../store/plans.ts';
import { createRuns } from '../store/runs.ts';
import type { ConnectionKey } from '../store/vault.ts';
import { chance } from '../test/simulator/chance.ts';
import type { Chance } from '../test/simulator/chance.ts';
import { collectionsOf, emptyTables } from '../test/simulator/collection.ts';
import { Process, Simulation } from '../test/simulator/simulation.ts';
import type { Organization } from './organization.ts';
import { sourceIn, targetIn, VirtualPool } from './virtual-vendors.ts';

const EPOCH = Date.UTC(2027, 0, 1);
const EVENTS_MAX = 50_000_000;
/** Temporal's share of each step: its end is told, the workflow decides, the next one is handed out. */
const STEP_MS = 40;
/** One way, in milliseconds: medians of a log-normal latency (DingTalk 100 ms and the proxy 20, Authing 150). */
const SOURCE_ONE_WAY_MS = 60;
const TARGET_ONE_WAY_MS = 75;

/** Stays below a limit of one: calls, and the most of them that left in any second. */
export interface BudgetUse {
  calls: number;
  busiestSecond: number;
}

export interface VirtualCompany {
  /** Seconds from the start of its run to its end. */
  seconds: number;
  /** Calls by interface. */
  calls: Record<string, number>;
  status: string;
  people: number;
}

export interface VirtualEnd {
  companies: VirtualCompany[];
  seconds: number;
  budgets: Map<string, BudgetUse>;
  /** Times at which calls left, by budget; for who looks for idle moments. */
  moments: Map<string, { at: number; name: string }[]>;
}

const openKey: ConnectionKey = {
  seal: (value) => Buffer.from(JSON.stringify(value)),
  open: (sealed) => JSON.parse(Buffer.from(sealed).toString()) as unknown,
  fingerprint: (value) => value,
};

/** A log-normal draw around a median, with a tail as networks have it. */
function logNormal(it: Chance, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - it.next())) * Math.cos(2 * Math.PI * it.next());
  return median * Math.exp(0.25 * normal);
}

class VirtualWorld {
  readonly simulation = new Simulation(EVENTS_MAX);
  readonly moments: VirtualEnd['moments'] = new Map();
  readonly #tables = emptyTables(() => new Date(EPOCH + this.simulation.now));
  readonly #rates: Rates;
  readonly #seed: number;

  constructor(rates: Rates, seed: number) {
    this.#rates = rates;
    this.#seed = seed;
  }

  worker(): { process: Process; parts: (id: string, organization: Organization) => Worker } {
    const { simulation } = this;
    const process = new Process();
    const clock = simulation.clock(process);
    const times = chance(this.#seed, 'store');
    const c = collectionsOf(
      {
        simulation,
        tables: this.#tables,
        fault: () => null,
        latency: () => times.whole(1, 3) / 2,
        splits: () => false,
      },
      process,
    );
    const governor = new Governor(createBudgets(c, clock.monotonic), clock);
    return {
      process,
      parts: (id, organization) => {
        const calls = new Map<string, number>();
        const way = (side: string, oneWay: number, rates: (name: string) => Rate[]) => {
          const latencies = chance(this.#seed, `${id} ${side}`);
          return {
            ...{ simulation, process, calls },
            latency: () => logNormal(latencies, oneWay),
            limit: async (name: string, signal?: AbortSignal) => {
              await governor.acquire(rates(name), 'bulk', signal);
              for (const rate of rates(name)) this.#left(rate.id, name);
            },
          };
        };
        const { sourcePerSecond, egressPerSecond, targetPerSecond } = this.#rates;
        const source = way('source', SOURCE_ONE_WAY_MS, (name) => [
          { id: `source/${id}/${name}`, perSecond: sourcePerSecond },
          { id: 'egress', perSecond: egressPerSecond },
        ]);
        const target = way('target', TARGET_ONE_WAY_MS, () => [
          { id: `target/${id}`, perSecond: targetPerSecond },
        ]);
        const parts: Parts = {
          connection: connectionOf(id, organization),
          source: sourceIn(source, organization),
          ...targetIn(target, new VirtualPool()),
          takeCalls: () => ({ source: 0, targetReads: 0, targetWrites: 0 }),
          throttled: () => Promise.reject(new Error('a limit was met')),
          links: createLinks(c, clock.monotonic),
          frontier: createFrontier(c),
          gate: createGate(c, clock.monotonic),
          runs: createRuns(c),
          plans: createPlans(c),
          changes: createChanges(c),
          correlation: createCorrelationStore(c),
          ...{ key: openKey, clock, times: { claimMs: 40_000, longestWriteMs: 30_000 } },
          leaving: 'hold',
        };
        return { parts, calls };
      },
    };
  }

  #left(budget: string, name: string): void {
    const moments = this.moments.get(budget);
    const moment = { at: this.simulation.now, name };
    if (moments) moments.push(moment);
    else this.moments.set(budget, [moment]);
  }
}

interface Worker {
  parts: Parts;
  calls: Map<string, number>;
}

function connectionOf(id: string, { corpId }: Organization): Connection {
  return {
    ...{ id, name: 'Company', keyFormat: '{corpId}:{id}', version: 1 },
    source: { corpId, appKey: id, oapi: '', api: '' },
    target: { host: '', accessKeyId: '', organizationCode: id },
    rates: { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 },
    settings: DEFAULT_SETTINGS,
    createdAt: '2027-01-01T00:00:00.000Z',
  };
}

const lanes = { readDepartments, readMembers, applyDepartments, applyPeople, verify };

/** One run as the workflow drives it. */
async function run(world: VirtualWorld, { parts, calls }: Worker): Promise<VirtualCompany> {
  const { simulation } = world;
  const started = simulation.now;
  const id = `run-${parts.connection.id}`;
  const { signal } = new AbortController();
  await parts.runs.create({
    ...{ id, workflowId: id, connection: parts.connection.id, trigger: 'manual' },
    ...{ counts: emptyCounts(), scope: { kind: 'organization' }, status: 'running' },
    ...{ stage: 'read', verified: false, endedAt: null, failure: null },
    ...{ asked: null, pausedAt: null, complete: false },
    startedAt: new Date(EPOCH + started).toISOString(),
    calls: { source: 0, targetReads: 0, targetWrites: 0 },
  });
  await simulation.wait(STEP_MS);
  const opening = {
    ...{ ...parts, ...unsteered(signal) },
    ...{ budget: new Budget(parts.clock), counting: true },
  };
  const place = await begin(opening, id, 'execution');
  const lane = (name: keyof typeof lanes) => steps(world, parts, place, name, signal);
  await Promise.all(
    (['readDepartments', 'readMembers', 'applyDepartments', 'applyPeople'] as const).map(lane),
  );
  await lane('verify');
  await simulation.wait(STEP_MS);
  const { status, counts } = await finish({ ...opening, place }, simulation.now);
  return {
    seconds: (simulation.now - started) / 1000,
    calls: Object.fromEntries([...calls].sort()),
    status,
    people: counts.people.created,
  };
}

async function steps(
  world: VirtualWorld,
  parts: Parts,
  place: PassPlace,
  name: keyof typeof lanes,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await world.simulation.wait(STEP_MS);
    const budget = new Budget(parts.clock);
    const pass: Pass = { ...parts, ...unsteered(signal), place, counting: true, budget };
    if ((await lanes[name](pass)).done) return;
  }
}

/** The most moments in any window of one second. */
export function busiestSecond(moments: number[]): number {
  let [first, most] = [0, 0];
  for (let last = 0; last < moments.length; last++) {
    while ((moments[last] ?? 0) - (moments[first] ?? 0) >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Imports companies side by side on one worker, and says how long each took and how its limits were used. */
export async function importVirtually(
  organizations: Organization[],
  rates: Rates,
  seed = 1,
): Promise<VirtualEnd> {
  const world = new VirtualWorld(rates, seed);
  const worker = world.worker();
  const runs = organizations.map((organization, at) =>
    run(world, worker.parts(`c${at + 1}`, organization)),
  );
  const companies = await world.simulation.drive(Promise.all(runs), 24 * 3_600_000);
  const budgets = new Map(
    [...world.moments].map(([id, moments]) => [
      id,
      { calls: moments.length, busiestSecond: busiestSecond(moments.map(({ at }) => at)) },
    ]),
  );
  const seconds = Math.max(...companies.map((it) => it.seconds));
  return { companies, seconds, budgets, moments: world.moments };
}
