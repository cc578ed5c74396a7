/** A world set up: its vendors, its database, its faults, and the parts that each worker process is given. */
import { Governor } from '../../activities/governor.ts';
import type { Parts, WriteTimes } from '../../activities/pass.ts';
import type { Connection } from '../../model/connection.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { linkId } from '../../model/link.ts';
import type { Link } from '../../model/link.ts';
import { createBudgets } from '../../store/budgets.ts';
import { createCorrelationStore } from '../../store/correlation.ts';
import { createFrontier } from '../../store/frontier.ts';
import { createGate } from '../../store/gate.ts';
import { createLinks } from '../../store/links.ts';
import type { Links } from '../../store/links.ts';
import { createChanges } from '../../store/changes.ts';
import { createPlans } from '../../store/plans.ts';
import { createRuns } from '../../store/runs.ts';
import type { ConnectionKey } from '../../store/vault.ts';
import { chance } from './chance.ts';
import { collectionsOf, emptyTables } from './collection.ts';
import type { StoreWorld } from './collection.ts';
import { Company, sourceOf } from './company.ts';
import type { CompanyWorld } from './company.ts';
import { LONGEST_WRITE_MS } from './faults.ts';
import type {
  Fault,
  Freeze,
  Kill,
  Place,
  SourceFault,
  StoreFailure,
  TargetFault,
} from './faults.ts';
import { Pool } from './pool.ts';
import { Process, Simulation } from './simulation.ts';
import type { Kind, Trip } from './simulation.ts';
import { targetOf } from './target.ts';
import type { PoolWorld } from './target.ts';
import type { World } from './world.ts';

/** Virtual time begins here. */
const EPOCH = Date.UTC(2027, 0, 1);

export const CONNECTION = 'c';
const CORP = 'corp';
export const keyOf = (id: string): string => `${CORP}:${id}`;

export const times: WriteTimes = { claimMs: 40_000, longestWriteMs: LONGEST_WRITE_MS };

/** Nothing is hidden: what is sealed and printed can be read in a failure. */
const openKey: ConnectionKey = {
  seal: (value) => Buffer.from(JSON.stringify(value)),
  open: (sealed) => JSON.parse(Buffer.from(sealed).toString()) as unknown,
  fingerprint: (value) => value,
};

const placeOf = ({ kind, nth, name = '' }: Place & { kind: string }): string =>
  `${kind}/${name}/${nth}`;

/** A worker: one process with the parts it was given at its start. */
export interface Worker {
  process: Process;
  parts: Parts;
}

/** The vendors and the database of one world, and what was done to them. */
export class Stage {
  readonly world: World;
  readonly simulation = new Simulation();
  readonly company: Company;
  readonly pool: Pool;
  readonly broken: string[] = [];
  readonly log: string[] = [];
  /** Told of a kill or a freeze. */
  onFault: (process: Process, fault: Kill | Freeze) => void = () => undefined;
  readonly store: StoreWorld;
  readonly #source: CompanyWorld;
  readonly #target: PoolWorld;
  readonly #faults = new Map<string, Fault>();
  /** Times of calls by budget, to see that limits are kept. */
  readonly #calls = new Map<string, number[]>();
  readonly #claims = new Map<Process, Map<string, { token: string; number: number }>>();
  readonly #governors = new Map<Process, Governor>();
  keepLog = false;

  constructor(world: World) {
    this.world = world;
    const { simulation } = this;
    const { seed, switches } = world;
    this.company = new Company(world.departments, world.people);
    this.pool = new Pool(switches, {
      broken: (law) => this.breaks(law),
      changed: (what, key) => this.#changed(what, key),
    });
    const times = chance(seed, 'store times');
    this.store = {
      simulation,
      tables: emptyTables(() => this.#date()),
      fault: (trip) => this.#storeFault(trip),
      latency: () => times.whole(1, switches.storeMs),
      splits: () => times.yes(0.2),
    };
    this.#source = {
      ...{ simulation, company: this.company, roots: ['1'], staleMs: switches.staleMs },
      chance: chance(seed, 'source times'),
      fault: (trip) => this.#fault<SourceFault>(trip),
      limit: (process, name, signal) => this.#limit(process, `source/${name}`, signal),
    };
    this.#target = {
      ...{ simulation, pool: this.pool, chance: chance(seed, 'target times') },
      fault: (trip) => this.#fault<TargetFault>(trip),
      writeFault: (process, moved) => this.#writeFault(process, moved),
      limit: (process, signal) => this.#limit(process, 'target', signal),
      sending: (process) => this.#sending(process),
    };
    this.#arrange();
  }

  #date(): Date {
    return new Date(EPOCH + this.simulation.now);
  }

  #arrange(): void {
    for (const fault of this.world.faults) {
      if (fault.kind === 'kill' || fault.kind === 'freeze') {
        this.#faults.set(`${placeOf(fault.at)}/${fault.at.moment}`, fault);
      } else if (fault.kind === 'late-move') this.#lateMoves.set(keyOf(fault.id), fault.ms);
      else this.#faults.set(placeOf(fault), fault);
    }
    this.simulation.watch = (process, trip, moment) => {
      const fault = this.#meeting(trip, `/${moment}`);
      if (!fault || !process.alive) return;
      this.note(`${fault.kind} at ${moment} of ${trip.kind} ${trip.nth} ${trip.name}`);
      if (fault.kind === 'freeze' && fault.thenLate) {
        const list = fault.late === 'others' ? this.#othersLate : this.#lateWrites;
        list.set(process, [...fault.thenLate]);
      }
      this.onFault(process, fault as Kill | Freeze);
    };
  }

  /** What a restored database does not know; the root of the organisation is older than every backup. */
  loseLinks(): void {
    const { seed, switches } = this.world;
    const it = chance(seed, 'links lost');
    const { documents } = this.store.tables.links;
    for (const id of [...documents.keys()]) {
      const kept = switches.linksLost === 'nothing' || id === linkId(CONNECTION, 'department', '1');
      if (switches.linksLost === 'all' || (!kept && it.yes(0.5))) documents.delete(id);
    }
  }

  /** Faults begin to count requests here. */
  arm(): void {
    this.armed = true;
    this.simulation.countAfresh();
  }

  /** No fault happens any more. */
  rest(): void {
    this.quiet = true;
    Object.assign(this.requests, this.simulation.counts());
  }

  armed = false;
  quiet = false;
  /** Requests that a fault could have met, by kind. */
  readonly requests: Record<Kind, number> = { store: 0, source: 0, target: 0 };

  /** The fault that meets a request, by its number or by its name. */
  #meeting({ kind, nth, name, nthOfName }: Trip, moment = ''): Fault | undefined {
    if (this.quiet || !this.armed) return undefined;
    const byName = this.#faults.get(`${placeOf({ kind, nth: nthOfName, name })}${moment}`);
    return byName ?? this.#faults.get(`${placeOf({ kind, nth })}${moment}`);
  }

  #fault<F extends Fault>(trip: Trip): F | null {
    const fault = this.#meeting(trip);
    if (fault) this.note(`fault ${JSON.stringify(fault)}`);
    return (fault as F | undefined) ?? null;
  }

  #awayUntil = 0;

  #storeFault(trip: Trip): StoreFailure | null {
    const fault = this.#fault<StoreFailure>(trip);
    const { now } = this.simulation;
    if (fault?.awayMs) this.#awayUntil = now + fault.awayMs;
    if (fault) return fault;
    return !this.quiet && now < this.#awayUntil ? { kind: 'store', nth: 0, lost: 'before' } : null;
  }

  readonly #lateMoves = new Map<string, number>();
  readonly #lateWrites = new Map<Process, number[]>();
  /** By the process that was stopped: what the others write is late. */
  readonly #othersLate = new Map<Process, number[]>();

  #writeFault(process: Process, moved: string | null): TargetFault | null {
    if (this.quiet || !this.armed) return null;
    const others = [...this.#othersLate].find(([stopped]) => stopped !== process)?.[1];
    const ms =
      this.#lateMoves.get(moved ?? '') ?? this.#lateWrites.get(process)?.shift() ?? others?.shift();
    if (ms === undefined) return null;
    this.#lateMoves.delete(moved ?? '');
    this.note(`a write comes ${ms} ms late`);
    return { kind: 'target', nth: 0, what: 'late', ms, waits: false };
  }

  note(what: string): void {
    if (this.keepLog) this.log.push(`${String(this.simulation.now).padStart(7)} ${what}`);
  }

  /** A law that is always true is not. */
  breaks(law: string): void {
    this.note(`BROKEN ${law}`);
    this.broken.push(law);
  }

  async #limit(process: Process, id: string, signal?: AbortSignal): Promise<void> {
    const { perSecond } = this.world.switches;
    if (perSecond === 0) return;
    await this.#governors.get(process)?.acquire([{ id, perSecond }], 'bulk', signal);
    const calls = this.#calls.get(id) ?? [];
    this.#calls.set(id, calls);
    const { now } = this.simulation;
    calls.push(now);
    const first = calls[calls.length - 1 - perSecond];
    if (first !== undefined && now - first < 1000) this.breaks(`11: more than ${perSecond} ${id}`);
  }

  link(kind: 'department' | 'person', id: string): Link | undefined {
    const found = this.store.tables.links.documents.get(linkId(CONNECTION, kind, id));
    return found as unknown as Link | undefined;
  }

  /** Who carries a write out now, with the claims it held when it was sent. */
  #writing: Map<string, { token: string; number: number }> | null = null;

  #sending(process: Process): <T>(effect: () => T) => T {
    const held = new Map(this.#claims.get(process));
    return (effect) => {
      this.#writing = held;
      try {
        return effect();
      } finally {
        this.#writing = null;
      }
    };
  }

  #changed(what: string, key: string | null): void {
    this.note(what);
    if (key !== null) this.#checkClaim(key.slice(keyOf('').length));
  }

  /** A write is done only under its sender's live claim, and never carries an older read. */
  #checkClaim(id: string): void {
    const link = this.link(id.startsWith('p') ? 'person' : 'department', id);
    const claim = link && this.#writing?.get(link._id);
    if (!link || !claim) return this.breaks(`8: ${id} is written without a claim`);
    if (link.applied >= claim.number) {
      this.breaks(`8: ${id} gets read ${claim.number} after ${link.applied} was settled`);
    } else if (link.claim?.token !== claim.token) {
      this.breaks(`8: ${id} is written under a claim that is over`);
    } else if (link.claim.until.getTime() <= this.#date().getTime()) {
      this.breaks(`8: ${id} is written after its claim ran out`);
    }
  }

  /** Parts of a new worker process. */
  worker(): Worker {
    const process = new Process();
    const clock = this.simulation.clock(process);
    const c = collectionsOf(this.store, process);
    this.#governors.set(process, new Governor(createBudgets(c, clock.monotonic), clock));
    const { reader, writer } = targetOf(this.#target, process);
    const parts: Parts = {
      connection: connectionOf(),
      source: sourceOf(this.#source, process),
      ...{ reader, writer },
      takeCalls: () => ({ source: 0, targetReads: 0, targetWrites: 0 }),
      throttled: () => Promise.resolve(),
      links: this.#watched(createLinks(c, clock.monotonic), process),
      frontier: createFrontier(c),
      correlation: createCorrelationStore(c),
      gate: createGate(c, clock.monotonic),
      runs: createRuns(c),
      plans: createPlans(c),
      changes: createChanges(c),
      ...{ key: openKey, clock, times, leaving: this.world.switches.leaving },
    };
    return { process, parts };
  }

  #watched(links: Links, process: Process): Links {
    const held = new Map<string, { token: string; number: number }>();
    this.#claims.set(process, held);
    return {
      ...links,
      claim: async (connection, requests, claimMs) => {
        const claims = await links.claim(connection, requests, claimMs);
        for (const { kind, sourceId, number } of requests) {
          const id = linkId(connection, kind, sourceId);
          if (!claims.won.has(id)) continue;
          held.set(id, { token: claims.token, number });
          if (this.keepLog)
            this.note(`claim ${id} for read ${number}: ${summary(claims.won.get(id))}`);
        }
        return claims;
      },
      settle: async (token, settlements) => {
        for (const { link, number, set } of this.keepLog ? settlements : []) {
          this.note(`settle ${link._id} with read ${number}: ${JSON.stringify(set)}`);
        }
        const reached = await links.settle(token, settlements);
        for (const { link, number } of settlements) {
          const { applied = 0 } = this.link(link.kind, link.sourceId) ?? {};
          const isThere = applied >= number || !reached.has(link._id);
          if (!isThere) this.breaks(`8: ${link.sourceId} counts as settled by read ${number}`);
        }
        return reached;
      },
    };
  }
}

function summary(link: Link | undefined): string {
  if (!link) return '';
  const { applied, opened, settled, prints, departments, name, parentId } = link;
  return JSON.stringify({ applied, opened, settled, prints, departments, name, parentId });
}

function connectionOf(): Connection {
  return {
    ...{ id: CONNECTION, name: 'Company', keyFormat: '{corpId}:{id}', version: 1 },
    source: { corpId: CORP, appKey: 'app', oapi: '', api: '' },
    target: { host: '', accessKeyId: '', organizationCode: 'org' },
    rates: { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 },
    settings: DEFAULT_SETTINGS,
    createdAt: '2027-01-01T00:00:00.000Z',
  };
}
