/** Plays Temporal: steps of a pass and rounds of single objects as activities, tried again on workers that live. */
import { applyDepartments } from '../../activities/apply-departments.ts';
import { applyPeople } from '../../activities/apply-people.ts';
import { begin } from '../../activities/begin.ts';
import { finish } from '../../activities/finish.ts';
import type { Finished } from '../../activities/finish.ts';
import { Budget, aside, unsteered } from '../../activities/pass.ts';
import type { LaneResult, Parts, Pass, PassPlace } from '../../activities/pass.ts';
import { readDepartments } from '../../activities/read-departments.ts';
import { readMembers } from '../../activities/read-members.ts';
import { syncObject } from '../../activities/sync-object.ts';
import type { SyncEnd } from '../../activities/sync-object.ts';
import { verify } from '../../activities/verify.ts';
import type { ObjectRef } from '../../model/directory.ts';
import { problemOf } from '../../model/problem.ts';
import type { Problem } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { RunProblem, RunWish } from '../../model/run.ts';
import { chance } from './chance.ts';
import type { Freeze, Kill } from './faults.ts';
import { Drained, steered, takeThrough } from './lead.ts';
import type { Led } from './lead.ts';
import type { Process } from './simulation.ts';
import { CONNECTION } from './stage.ts';
import type { Stage, Worker } from './stage.ts';

const lanes = { readDepartments, readMembers, applyDepartments, applyPeople, verify };
type LaneName = keyof typeof lanes;

const HEARTBEAT_MS = 8000;

/** One attempt of an activity; given up, it may still run. */
interface Attempt {
  worker: Worker;
  abort: AbortController;
  giveUp: () => void;
}

type Ended<T> = { value: T } | { problem: Problem } | { lost: true };

/** The run failed for good; carries the problem. */
export class RunFailed extends Error {
  readonly problem: Problem;

  constructor(it: Problem, what: string) {
    super(`${what}: ${it.code}`);
    this.problem = it;
  }
}

export interface PassResult extends Finished {
  run: string;
  problems: RunProblem[];
}

export class Driver {
  readonly stage: Stage;
  readonly #workers: Worker[] = [];
  readonly #attempts = new Set<Attempt>();
  readonly #chance;
  readonly #syncs = new Map<string, { lastEvent: number; signals: number; wake: () => void }>();
  #passing = 0;
  #runs = 0;
  /** Set when an execution was replaced by another. */
  #superseded = 0;

  constructor(stage: Stage) {
    this.stage = stage;
    this.#chance = chance(stage.world.seed, 'driver');
    for (let n = 0; n < stage.world.switches.workers; n++) this.#workers.push(stage.worker());
    stage.onFault = (process, fault) => this.#strike(process, fault);
  }

  #strike(process: Process, fault: Kill | Freeze): void {
    const { simulation } = this.stage;
    const at = this.#workers.findIndex((it) => it.process === process);
    if (at < 0) return;
    if (fault.kind === 'kill') {
      process.alive = false;
      this.#workers.splice(at, 1);
      simulation.at(simulation.now + fault.restartMs, () => {
        this.#workers.push(this.stage.worker());
      });
    } else process.frozenUntil = Math.max(process.frozenUntil, simulation.now + fault.ms);
    // Temporal learns of it by the heartbeats that do not come.
    const silent = fault.kind === 'kill' ? Infinity : fault.ms;
    if (silent < HEARTBEAT_MS) return;
    for (const attempt of this.#attempts) {
      if (attempt.worker.process !== process) continue;
      simulation.at(simulation.now + HEARTBEAT_MS, attempt.giveUp);
    }
  }

  async #anyWorker(): Promise<Worker> {
    for (;;) {
      const { now } = this.stage.simulation;
      const ready = this.#workers.filter((it) => it.process.frozenUntil <= now);
      if (ready.length > 0) return this.#chance.of(ready);
      await this.stage.simulation.wait(200);
    }
  }

  async #attempt<T>(
    work: (parts: Parts, signal: AbortSignal) => Promise<T>,
    cancelled: AbortSignal | null,
    drain: AbortSignal | null,
  ): Promise<Ended<T>> {
    let worker = await this.#anyWorker();
    while (!worker.process.alive) worker = await this.#anyWorker();
    cancelled?.throwIfAborted();
    const abort = new AbortController();
    return new Promise<Ended<T>>((resolve) => {
      const ends = (ended: Ended<T>): void => {
        cancelled?.removeEventListener('abort', giveUp);
        drain?.removeEventListener('abort', tell);
        resolve(ended);
      };
      // It learns that nobody waits for it with its next heartbeat, once it runs again.
      const tell = (): void => {
        const { simulation } = this.stage;
        simulation.reach(worker.process, simulation.now + 1000, () => {
          abort.abort(new Error('not wanted any more'));
        });
      };
      const giveUp = (): void => {
        ends({ lost: true });
        // Or never.
        if (this.#chance.yes(0.5)) tell();
      };
      const attempt: Attempt = { worker, abort, giveUp };
      cancelled?.addEventListener('abort', giveUp, { once: true });
      drain?.addEventListener('abort', tell, { once: true });
      this.#attempts.add(attempt);
      const end = (ended: Ended<T>): void => {
        // The answer itself has to get to Temporal.
        const { simulation } = this.stage;
        simulation.reach(worker.process, simulation.now + 2, () => {
          this.#attempts.delete(attempt);
          ends(ended);
        });
      };
      work(worker.parts, abort.signal).then(
        (value) => end({ value }),
        (error: unknown) => {
          if (abort.signal.aborted) return drain?.aborted ? end({ lost: true }) : undefined;
          const it = problemOf(error);
          if (it.code === 'BUG_UNEXPECTED') this.stage.note(`unexpected: ${String(error)}`);
          end({ problem: it });
        },
      );
    });
  }

  /** An activity until it ends: transient faults are waited out, all others end it. */
  async activity<T>(
    name: string,
    work: (parts: Parts, signal: AbortSignal) => Promise<T>,
    cancelled: AbortSignal | null = null,
    drain: AbortSignal | null = null,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      cancelled?.throwIfAborted();
      if (drain?.aborted) throw new Drained();
      this.stage.note(`${name}: attempt ${attempt}`);
      const ended = await this.#attempt(work, cancelled, drain);
      if ('problem' in ended) this.stage.note(`${name}: ${ended.problem.code}`);
      cancelled?.throwIfAborted();
      if ('value' in ended) return ended.value;
      const grown = Math.min(1000 * 2 ** (attempt - 1), 60_000);
      if ('lost' in ended) {
        this.stage.note(`${name}: attempt ${attempt} is lost`);
        continue;
      }
      if (ended.problem.kind !== 'transient') throw new RunFailed(ended.problem, name);
      await this.stage.simulation.wait(ended.problem.retryAfterMs ?? grown);
    }
  }

  /** One pass over the organisation, from its record to its end. */
  async pass(takeOverAt: number | null = null): Promise<PassResult> {
    const run = `run${++this.#runs}`;
    this.#passing++;
    this.stage.note(`pass ${run} begins`);
    await this.activity('create', (parts) => createRun(parts, run));
    try {
      const finished = await this.#executions(run, takeOverAt);
      const problems = await this.activity('problems', (parts) => parts.runs.problems(run));
      this.stage.note(`pass ${run} ends ${finished.status}`);
      return { ...finished, run, problems };
    } finally {
      this.#passing--;
    }
  }

  /** The run, or a second execution of it that takes it over in the midst. */
  async #executions(run: string, takeOverAt: number | null): Promise<Finished> {
    const first = new AbortController();
    const whole = this.#execute(run, `e${++this.#superseded}`, first.signal);
    if (takeOverAt === null) return whole;
    const { simulation } = this.stage;
    const late = simulation.wait(takeOverAt).then(() => 'late' as const);
    const early = await Promise.race([whole, late]);
    if (early !== 'late') return early;
    whole.catch(() => undefined);
    this.stage.note('another execution takes the run over');
    first.abort(new Error('reset'));
    return this.#execute(run, `e${++this.#superseded}`, new AbortController().signal);
  }

  async #execute(run: string, execution: string, signal: AbortSignal): Promise<Finished> {
    const since = this.stage.simulation.now;
    const place = await this.activity(
      'beginRun',
      (parts, aborted) => {
        const budget = new Budget(parts.clock);
        const opening = { ...parts, ...unsteered(aborted), budget, counting: true };
        return begin(opening, run, execution, since);
      },
      signal,
    );
    const side = ['readDepartments', 'readMembers', 'applyDepartments', 'applyPeople'] as const;
    const led = this.#led(place, signal);
    await takeThrough(led, side);
    await takeThrough(led, ['verify']);
    const scheduledMs = this.stage.simulation.now;
    const last = (parts: Parts, aborted: AbortSignal): Promise<Finished> =>
      finish({ ...aside(parts, run, aborted), place }, scheduledMs);
    const finished = await this.activity('finishRun', last, signal);
    for (const it of finished.handOver) this.touch(it);
    return finished;
  }

  #led(place: PassPlace, cancelled: AbortSignal): Led {
    const { run } = place;
    return {
      step: (name, drain) => {
        const scheduledMs = this.stage.simulation.now;
        return this.activity(
          name,
          (parts, signal) =>
            this.#step(parts, place, { name: name as LaneName, scheduledMs }, signal),
          cancelled,
          drain,
        );
      },
      hold: () => this.activity('hold', (parts) => parts.runs.hold(run), cancelled),
      wait: (ms) => this.stage.simulation.wait(ms),
      stepsPerHistory: this.stage.quiet ? 0 : this.stage.world.switches.stepsPerHistory,
    };
  }

  #step(
    parts: Parts,
    place: PassPlace,
    { name, scheduledMs }: { name: LaneName; scheduledMs: number },
    signal: AbortSignal,
  ): Promise<LaneResult> {
    const { switches, pauses } = this.stage.world;
    const budget = new Budget(parts.clock, { calls: switches.callsPerStep });
    const walk = (steer: Pick<Pass, 'signal' | 'mayCall'>): Promise<LaneResult> =>
      lanes[name]({ ...parts, ...steer, place, counting: true, budget });
    // Asking how the run stands costs much; only where somebody pauses it.
    return pauses.length === 0
      ? walk(unsteered(signal))
      : steered(parts, { run: place.run, scheduledMs }, signal, walk);
  }

  /** Somebody pauses the run that is under way, and lets it go on later. */
  async pauseAndResume({ at, ms }: { at: number; ms: number }): Promise<void> {
    const { simulation } = this.stage;
    const ask = (wish: RunWish | null): Promise<boolean> => {
      const run = `run${this.#runs}`;
      return this.activity('ask', (parts) => parts.runs.ask(run, wish));
    };
    await simulation.wait(at);
    await ask('pause');
    await simulation.wait(ms);
    await ask(null);
  }

  /** Something may have changed about an object: its own rounds begin, or begin again. */
  touch(object: ObjectRef): void {
    const { simulation } = this.stage;
    const id = `${object.kind}/${object.id}`;
    const running = this.#syncs.get(id);
    if (running) {
      running.lastEvent = simulation.now;
      running.signals++;
      running.wake();
      return;
    }
    const state = { lastEvent: simulation.now, signals: 0, wake: () => undefined };
    this.#syncs.set(id, state);
    this.#rounds(object, state).then(
      () => this.#syncs.delete(id),
      (error: unknown) => {
        this.#syncs.delete(id);
        this.stage.breaks(`sync of ${id} failed: ${String(error)}`);
      },
    );
  }

  get syncing(): number {
    return this.#syncs.size;
  }

  async #rounds(
    object: ObjectRef,
    state: { lastEvent: number; signals: number; wake: () => void },
  ): Promise<void> {
    const { simulation, world } = this.stage;
    const confirmDelayMs = world.switches.staleMs + 1000;
    let busy = 0;
    for (;;) {
      const began = simulation.now;
      const end = await this.activity('syncRound', (parts, signal) =>
        this.#round(parts, object, signal),
      );
      this.stage.note(`round of ${object.kind} ${object.id}: ${end}`);
      const confirmed = began - state.lastEvent >= confirmDelayMs;
      if (end !== 'busy' && confirmed) return;
      if (end === 'busy') await simulation.wait(Math.min(1000 * 2 ** busy++, 15_000));
      else {
        busy = 0;
        const seen = state.signals;
        const wait = Math.max(1, state.lastEvent + confirmDelayMs - simulation.now);
        const woken = new Promise<void>((resolve) => {
          state.wake = () => state.signals > seen && resolve();
        });
        if (state.signals === seen) await Promise.race([woken, simulation.wait(wait)]);
      }
    }
  }

  async #round(parts: Parts, object: ObjectRef, signal: AbortSignal): Promise<SyncEnd> {
    const pass = aside(parts, `sync/${CONNECTION}`, signal);
    const { end, handOver } = await syncObject(pass, object);
    for (const it of handOver) this.touch(it);
    if (object.kind === 'department' && end === 'settled') {
      await parts.links.markListed(CONNECTION, { ids: [object.id] });
    }
    return end;
  }

  /** Starts rounds for claims that ran out, while no run is under way. */
  async sweep(): Promise<number> {
    if (this.#passing > 0) return 0;
    const found = await this.activity('sweep', (parts) => parts.links.expired(100));
    for (const { kind, sourceId } of found) this.touch({ kind, id: sourceId });
    return found.length;
  }
}

async function createRun(parts: Parts, id: string): Promise<void> {
  if (await parts.runs.get(id)) return;
  await parts.runs.create({
    ...{ id, workflowId: id, connection: CONNECTION, trigger: 'manual', counts: emptyCounts() },
    ...{
      scope: { kind: 'organization' },
      status: 'running',
      stage: 'read',
      complete: false,
      verified: false,
    },
    ...{ startedAt: '2027-01-01T00:00:00.000Z', endedAt: null, failure: null },
    ...{ asked: null, pausedAt: null },
    calls: { source: 0, targetReads: 0, targetWrites: 0 },
  });
}
