/** The activities: each opens the parts of a connection, runs one step, and tells Temporal how it ended. */
import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { ProblemError, problem, problemOf } from '../model/problem.ts';
import type { Diagnosis, DiagnosisStep } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/directory.ts';
import type { Problem } from '../model/problem.ts';
import type { Run, RunStage, RunWish } from '../model/run.ts';
import type { Events } from '../store/inbox.ts';
import type { Standing } from '../store/steering.ts';
import { applyDepartments } from './apply-departments.ts';
import { applyPeople } from './apply-people.ts';
import { begin } from './begin.ts';
import type { Asked } from './begin.ts';
import { endEarly, finish, finishPlan } from './finish.ts';
import type { Lane } from './governor.ts';
import type { Finished } from './finish.ts';
import { Budget, aside, unsteered } from './pass.ts';
import type { LaneResult, Parts, Pass, PassPlace } from './pass.ts';
import { applyLeaders } from './leaders.ts';
import { plan } from './plan-lane.ts';
import { walkedBefore } from './planned.ts';
import { recover } from './recover.ts';
import type { RecoverParts, Recovered } from './recover.ts';
import { readDepartments } from './read-departments.ts';
import { readMembers } from './read-members.ts';
import { Steered } from './steered.ts';
import { syncObject } from './sync-object.ts';
import type { SyncEnd } from './sync-object.ts';
import { verify } from './verify.ts';

/** How the activities reach the world; handed in by the worker. */
export interface ActivityWorld {
  /** The parts of a connection, ready to be used; kept open between steps. */
  parts(connectionId: string, lane: Lane): Promise<Parts>;
  diagnose(connectionId: string): Promise<DiagnosisStep[]>;
  /** Hands objects over to their own workflows. */
  startSync(connectionId: string, objects: ObjectRef[]): Promise<void>;
  /** Says of events what became of them. */
  events: Pick<Events, 'settle' | 'trouble'>;
  /** What catching up needs; null when nobody subscribed to the connection's events. */
  recovery(connectionId: string): Promise<RecoverParts | null>;
  /** Starts or touches the reader of failed pushes, where there is something to read; ends its Schedule where there is no connection. */
  wakeRecovery(connectionId: string): Promise<void>;
  /** Aborted when the process is to end. */
  ending: AbortSignal;
  /** Calls after which a step ends; `Budget` knows how many when left out. */
  stepCalls?: number;
  log: {
    warn(message: string, fields: { connection?: string; run?: string; code?: string }): void;
  };
}

/** Names a run and its connection; every activity takes it, and nothing personal. */
export interface RunRef {
  run: string;
  connection: string;
}

export interface SyncRef {
  connection: string;
  object: ObjectRef;
  /** Ids of the events that touched the object before this round. */
  events?: string[];
}

export interface LaneInput extends RunRef {
  place: PassPlace;
}

/** A pause must reach a step within two seconds, its reads and the store's answer included. */
const LOOK_EVERY_MS = 700;

const lanes = {
  ...{ readDepartments, readMembers, plan },
  ...{ applyDepartments, applyPeople, applyLeaders, verify },
};

type Steer = Pick<Pass, 'signal' | 'mayCall'>;

function passOf(
  { stepCalls, ending }: ActivityWorld,
  parts: Parts,
  { place }: LaneInput,
  { signal, mayCall }: Steer,
): Pass {
  const frontier = place.plan ? walkedBefore(parts.frontier, place.plan) : parts.frontier;
  const budget = new Budget(parts.clock, { calls: stepCalls, ending });
  return { ...parts, frontier, place, counting: true, signal, mayCall, budget };
}

/** The activities of passes over organisations. */
export function createActivities(world: ActivityWorld) {
  const lane =
    (name: keyof typeof lanes) =>
    async (input: LaneInput): Promise<LaneResult> => {
      const result = await steered(world, input, (parts, steer) =>
        lanes[name](passOf(world, parts, input, steer)),
      );
      if (!result) return { done: false, departments: [], next: [], stopped: true };
      return handOver(world, input, result);
    };
  return {
    /** Null when the run was paused or cancelled before it had begun. */
    beginRun: (input: RunRef & Asked): Promise<PassPlace | null> =>
      steered(world, input, (parts, steer) => firstContact(parts, input, steer)),
    readDepartments: lane('readDepartments'),
    readMembers: lane('readMembers'),
    plan: lane('plan'),
    applyDepartments: lane('applyDepartments'),
    applyPeople: lane('applyPeople'),
    applyLeaders: lane('applyLeaders'),
    verify: lane('verify'),
    diagnose: async (connection: string): Promise<Diagnosis> => {
      const at = new Date().toISOString();
      try {
        return { connection, at, steps: await world.diagnose(connection) };
      } catch (error) {
        throw failureOf(world, { run: 'diagnosis', connection }, error);
      }
    },
    stageRun: (input: RunRef & { stage: RunStage }): Promise<void> =>
      step(world, input, (parts) => parts.runs.stage(input.run, input.stage)),
    /** What is asked of a run whose steps have stopped; it shows as paused while that is a pause. */
    holdRun: (input: RunRef): Promise<RunWish | 'ended' | null> =>
      step(world, input, (parts) => parts.runs.hold(input.run)),
    syncRound: ({ connection, object, events = [] }: SyncRef): Promise<{ end: SyncEnd }> => {
      // Problems of single objects are listed under a name of their own, apart from runs.
      const run = `sync/${connection}`;
      const round = async (parts: Parts, signal: AbortSignal): Promise<{ end: SyncEnd }> => {
        const { end, handOver } = await syncObject(aside(parts, run, signal), object);
        if (handOver.length > 0) await world.startSync(connection, handOver);
        const listed = object.kind === 'department' && end === 'settled';
        if (listed) await parts.links.markListed(connection, { ids: [object.id] });
        if (end !== 'busy') await world.events.settle(events, object, end === 'held');
        return { end };
      };
      return step(world, { run, connection }, round, 'sync').catch((error: unknown) =>
        trouble(world, events, error),
      );
    },
    recoverRound: (connection: string): Promise<Recovered | null> =>
      step(world, { run: `sync/${connection}`, connection }, async (_parts, signal) => {
        const parts = await world.recovery(connection);
        return parts && recover(parts, signal);
      }),
    wakeRecovery: (connection: string): Promise<void> => world.wakeRecovery(connection),
    finishRun: (input: LaneInput): Promise<Finished> =>
      step(world, input, async (parts, signal) =>
        handOver(
          world,
          input,
          await finish(passOf(world, parts, input, unsteered(signal)), scheduled()),
        ),
      ),
    finishPlan: (input: LaneInput): Promise<Finished> =>
      step(world, input, (parts, signal) =>
        finishPlan(passOf(world, parts, input, unsteered(signal)), scheduled()),
      ),
    endRun: (input: RunRef & { status: Run['status']; failure: Problem | null }): Promise<void> =>
      step(world, input, (parts) => endEarly(parts, input, scheduled())),
  };
}

async function firstContact(
  parts: Parts,
  input: RunRef & Asked,
  { signal, mayCall }: Steer,
): Promise<PassPlace> {
  await parts.runs.stage(input.run, 'read', 'running');
  const { workflowExecution, scheduledTimestampMs } = Context.current().info;
  const budget = new Budget(parts.clock);
  const opening = { ...parts, signal, mayCall, budget, counting: true };
  const execution = workflowExecution?.runId ?? 'none';
  return begin(opening, input.run, execution, scheduledTimestampMs, input);
}

/** Starts the sync of objects that a step leaves to it; their ids need no place in the history. */
async function handOver<T extends { handOver?: ObjectRef[] }>(
  world: ActivityWorld,
  { connection }: RunRef,
  ended: T,
): Promise<T> {
  const { handOver: objects = [] } = ended;
  if (objects.length > 0) await world.startSync(connection, objects);
  return { ...ended, handOver: [] };
}

export type Activities = ReturnType<typeof createActivities>;

/** When Temporal scheduled this step, however often it was tried since; in Temporal's time. */
const scheduled = (): number => Context.current().info.scheduledTimestampMs;

/** A step that ends early, with null, when its run is paused or cancelled. */
async function steered<T>(
  world: ActivityWorld,
  ref: RunRef,
  work: (parts: Parts, steer: Steered) => Promise<T>,
): Promise<T | null> {
  const at = scheduled();
  return step(world, ref, async (parts, cancelled) => {
    const standing = (): Promise<Standing> => parts.runs.standing(ref.run, at);
    const steer = new Steered({ standing, cancelled, clock: parts.clock });
    await steer.look();
    if (steer.stopped) return null;
    const looking = setInterval(() => void steer.look().catch(() => undefined), LOOK_EVERY_MS);
    try {
      return await work(parts, steer);
    } catch (error) {
      if (!steer.stopped) throw error;
      return null;
    } finally {
      clearInterval(looking);
    }
  });
}

/** Runs a step with a heartbeat every second, accounts for its calls, and turns a problem into a failure. */
async function step<T>(
  world: ActivityWorld,
  ref: RunRef,
  work: (parts: Parts, signal: AbortSignal) => Promise<T>,
  lane: Lane = 'bulk',
): Promise<T> {
  const { cancellationSignal } = Context.current();
  const pulse = setInterval(() => heartbeat(), 1000);
  try {
    const parts = await world.parts(ref.connection, lane);
    try {
      return await work(parts, cancellationSignal);
    } finally {
      await parts.runs.addCalls(ref.run, parts.takeCalls()).catch(() => undefined);
    }
  } catch (error) {
    // Whatever a step that was cut off meets last, it was cut off.
    if (cancellationSignal.aborted) throw cancellationSignal.reason;
    throw failureOf(world, ref, error);
  } finally {
    clearInterval(pulse);
  }
}

/** Why the objects of these events are not applied yet; the failure itself goes on to Temporal. */
async function trouble(world: ActivityWorld, events: string[], error: unknown): Promise<never> {
  if (error instanceof ApplicationFailure) {
    const [it] = (error.details ?? []) as Problem[];
    // A store that is away cannot take the note either.
    if (it)
      await world.events.trouble(events, it, error.nonRetryable === true).catch(() => undefined);
  }
  throw error;
}

/** Transient problems are tried again by Temporal after the time they name; all others end the run. */
function failureOf(world: ActivityWorld, ref: RunRef, error: unknown): ApplicationFailure {
  const it = error instanceof ProblemError ? error.problem : problem('BUG_UNEXPECTED');
  world.log.warn('step failed', { ...ref, code: it.code });
  return ApplicationFailure.create({
    message: problemOf(error).code,
    type: it.code,
    details: [it],
    nonRetryable: it.kind !== 'transient',
    ...(it.retryAfterMs !== undefined ? { nextRetryDelay: it.retryAfterMs } : {}),
  });
}
