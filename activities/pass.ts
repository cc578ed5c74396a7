/** What every lane of a pass is given: the parts, the run, a budget, and how to wait and try again. */
import type { Source } from '../connectors/source.ts';
import type { TargetReader, TargetWriter } from '../connectors/target.ts';
import type { Connection } from '../model/connection.ts';
import type { ObjectRef } from '../model/directory.ts';
import { ProblemError } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { CallCounts } from '../model/run.ts';
import type { Changes } from '../store/changes.ts';
import type { CorrelationStore } from '../store/correlation.ts';
import type { Frontier, Walk } from '../store/frontier.ts';
import type { Gate } from '../store/gate.ts';
import type { Links } from '../store/links.ts';
import type { Plans } from '../store/plans.ts';
import type { Runs } from '../store/runs.ts';
import type { ConnectionKey } from '../store/vault.ts';

/** Everything that belongs to one connection; put together by the worker. */
export interface Parts {
  connection: Connection;
  source: Source;
  reader: TargetReader;
  /** A writer for one claim: `window` is asked right before each write is sent, after waiting for limits. */
  writer: (window: () => boolean) => TargetWriter;
  /** Calls made through these parts since it was last asked: steps side by side count each call once. */
  takeCalls: () => CallCounts;
  /** Told of every transient problem, so that a throttle one process meets stops all of them at once. */
  throttled(problem: Problem): Promise<void>;
  links: Links;
  frontier: Frontier;
  correlation: CorrelationStore;
  gate: Gate;
  runs: Runs;
  plans: Plans;
  changes: Changes;
  key: ConnectionKey;
  clock: PassClock;
  times: WriteTimes;
  /** Whether people are taken out of departments they left, or listed as held until the safeguard is there. */
  leaving: 'hold' | 'apply';
}

export interface PassClock {
  /** Milliseconds that only grow. */
  monotonic: () => number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** See "One time" in the design: a write is sent only while the claim outlives the longest write. */
export interface WriteTimes {
  claimMs: number;
  longestWriteMs: number;
}

/** Where the pass stands in the target; fixed when a run begins. */
export interface PassPlace {
  run: string;
  generation: number;
  /** Where the walk starts: "1" for the whole company, else what the scope takes of what the app may see. */
  roots: string[];
  /** The walk whose pages are carried out as planned, instead of one of its own. */
  plan?: Walk;
  /** Keys of the mapping's custom fields that the target has; the others are left out. */
  customFields?: string[];
  /** The app's scope as it was when the run began. */
  scopeMark?: string;
  /** Heads of departments are followed. */
  leaders?: boolean;
  /** Departments above these, parents first: made, but neither walked nor asked for people. */
  above: string[];
  /** The department this run was asked for; null for the whole organisation. */
  branch: string | null;
  /** The app's scope names single people, who are read one by one; not those of a branch. */
  singles: boolean;
}

/** One department's share of a lane's step, as the Temporal history shows it. */
export interface DepartmentReport {
  name: string;
  pages: number;
  people: number;
  retries: number;
  ms: number;
}

/** What one step of a lane tells its workflow: counts and names of departments, nothing of people. */
export interface LaneResult {
  done: boolean;
  departments: DepartmentReport[];
  /** The run was paused or cancelled: the step ended early, and what it had settled counts. */
  stopped?: boolean;
  /** Objects for their own sync. */
  handOver?: ObjectRef[];
  /** Names of the departments that come next, for the summary of the next step. */
  next: string[];
}

export interface Pass extends Parts {
  place: PassPlace;
  /** True for a run that counts what it meets; a single object that is synchronised marks nothing. */
  counting: boolean;
  /** Aborted when nobody waits for the step any more, and when its run is paused or cancelled. */
  signal: AbortSignal;
  /** Asked before each call of a vendor; throws when the run is to make none. */
  mayCall(): Promise<void>;
  budget: Budget;
}

/** For steps that nobody pauses: those of single objects. */
export function unsteered(signal: AbortSignal): Pick<Pass, 'signal' | 'mayCall'> {
  return { signal, mayCall: () => Promise.resolve(signal.throwIfAborted()) };
}

/** A step ends when it has made its calls or used its time; waiting for other lanes is not counted. */
export class Budget {
  readonly #clock: PassClock;
  readonly #calls: number;
  readonly #ms: number;
  readonly #started: number;
  readonly #ending: AbortSignal | undefined;
  #spentCalls = 0;
  #waitedMs = 0;

  /** @param limits `ending` is aborted when the process is to end: the step hands over to the next one */
  constructor(
    clock: PassClock,
    limits: { calls?: number | undefined; ms?: number; ending?: AbortSignal } = {},
  ) {
    const { calls = 300, ms = 20_000, ending } = limits;
    this.#clock = clock;
    this.#calls = calls;
    this.#ms = ms;
    this.#ending = ending;
    this.#started = clock.monotonic();
  }

  spend(calls = 1): void {
    this.#spentCalls += calls;
  }

  waited(ms: number): void {
    this.#waitedMs += ms;
  }

  get spent(): boolean {
    if (this.#ending?.aborted) return true;
    const worked = this.#clock.monotonic() - this.#started - this.#waitedMs;
    // A step that only waits still ends within a minute, so that a deploy never waits long for it.
    return this.#spentCalls >= this.#calls || worked >= this.#ms || this.#waitedMs >= 60_000;
  }
}

/** For single objects beside any walk; nothing is counted. */
export function aside(parts: Parts, run: string, signal: AbortSignal): Pass {
  const place = { run, generation: 0, roots: [], above: [], branch: null, singles: false };
  const budget = new Budget(parts.clock);
  return { ...parts, ...unsteered(signal), place, budget, counting: false };
}

/** Waits for another lane; the time does not count as work. */
export async function waitForOthers(pass: Pass, ms = 150): Promise<void> {
  const before = pass.clock.monotonic();
  await pass.clock.sleep(ms, pass.signal);
  pass.budget.waited(pass.clock.monotonic() - before);
}

/** Longest wait inside a step; longer ones go back to the workflow, which waits with a timer. */
const LONGEST_INNER_WAIT_MS = 10_000;
const TRIES = 4;

/**
 * Tries a call again while its problem is transient and had no effect, at most four times and never
 * waiting over ten seconds at once.
 * @param onRetry told before each further try
 * @param mayWait false when a write must not be sent any more, for example near the end of a claim
 */
export async function persist<T>(
  pass: Pass,
  call: () => Promise<T>,
  onRetry: () => void = () => undefined,
  mayWait: (ms: number) => boolean = () => true,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await pass.mayCall();
    pass.budget.spend();
    try {
      return await call();
    } catch (error) {
      const it = error instanceof ProblemError ? error.problem : null;
      if (it?.kind === 'transient') await pass.throttled(it);
      if (it?.kind !== 'transient' || it.effect === 'unknown' || attempt >= TRIES) throw error;
      const wait = it.retryAfterMs ?? 500 * 2 ** (attempt - 1);
      if (wait > LONGEST_INNER_WAIT_MS || !mayWait(wait)) throw error;
      onRetry();
      await pass.clock.sleep(wait, pass.signal);
    }
  }
}

/**
 * Runs tasks side by side, at most `width` at once; `take` gives null when there is nothing more to start.
 * After a failure nothing new starts, what runs is awaited, and then the first failure is thrown: no
 * task goes on behind the back of a step that has ended.
 */
export async function sideBySide(
  width: number,
  take: () => Promise<(() => Promise<void>) | null>,
): Promise<void> {
  let taking: Promise<unknown> = Promise.resolve();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (failures.length === 0) {
      // One at a time asks for the next task, so that tasks start in order.
      const turn = taking.then(() => (failures.length > 0 ? null : take()));
      taking = turn.catch(() => undefined);
      try {
        const task = await turn;
        if (!task || failures.length > 0) return;
        await task();
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) throw failures[0];
}
