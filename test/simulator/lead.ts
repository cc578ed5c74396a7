/** Leads the lanes of one execution as workflows/lanes.ts does: together, waiting while paused, going on in a new history. */
import { Steered } from '../../activities/steered.ts';
import type { LaneResult, Parts, Pass } from '../../activities/pass.ts';
import type { RunWish } from '../../model/run.ts';

/** What an activity ends with when its lane was stopped for a new history. */
export class Drained extends Error {}

type LaneEnd = 'done' | 'stopped' | 'drained';

/** The lanes as they are led. */
export interface Led {
  /** One step; throws Drained when it was cut off by `drain`. */
  step(name: string, drain: AbortSignal): Promise<LaneResult>;
  /** What is asked of the run whose steps have stopped. */
  hold(): Promise<RunWish | 'ended' | null>;
  wait(ms: number): Promise<void>;
  /** Steps after which the history is continued as new; 0 for never. */
  stepsPerHistory: number;
}

/** Takes lanes to their end. */
export async function takeThrough(led: Led, names: readonly string[]): Promise<void> {
  let open = [...names];
  while (open.length > 0) {
    const drain = new AbortController();
    let steps = 0;
    const lane = async (name: string): Promise<LaneEnd> => {
      for (;;) {
        const result = await led.step(name, drain.signal).catch((error: unknown) => {
          if (error instanceof Drained) return null;
          throw error;
        });
        if (result === null) return 'drained';
        if (result.done) return 'done';
        if (result.stopped) {
          drain.abort();
          return 'stopped';
        }
        if (led.stepsPerHistory === 0 || ++steps < led.stepsPerHistory) continue;
        drain.abort();
        return 'drained';
      }
    };
    const ends = await Promise.all(open.map(lane));
    open = open.filter((_, at) => ends[at] !== 'done');
    if (ends.includes('stopped')) await hold(led);
  }
}

async function hold(led: Led): Promise<void> {
  for (let asked = await led.hold(); asked !== null; asked = await led.hold()) {
    if (asked === 'ended') throw new Error('the run has ended');
    await led.wait(1000);
  }
}

const LOOK_EVERY_MS = 700;
const STOPPED: LaneResult = { done: false, departments: [], next: [], stopped: true };

/**
 * One step that ends when its run is paused; see activities/index.ts.
 * @param scheduledMs when the step was asked for
 */
export async function steered(
  parts: Parts,
  { run, scheduledMs }: { run: string; scheduledMs: number },
  cancelled: AbortSignal,
  work: (steer: Pick<Pass, 'signal' | 'mayCall'>) => Promise<LaneResult>,
): Promise<LaneResult> {
  const { clock } = parts;
  const steer = new Steered({
    standing: () => parts.runs.standing(run, scheduledMs),
    cancelled,
    clock,
  });
  await steer.look();
  if (steer.stopped) return STOPPED;
  const over = new AbortController();
  const looking = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, over.signal);
      await steer.look().catch(() => undefined);
    }
  };
  looking().catch(() => undefined);
  try {
    return await work(steer);
  } catch (error) {
    if (!steer.stopped) throw error;
    return STOPPED;
  } finally {
    over.abort(new Error('the step is over'));
  }
}
