/** What people ask of a run that is under way, whether its steps may go on, and its end. */
import type { Run, RunStatus, RunWish } from '../model/run.ts';
import type { Collections } from './documents.ts';
import { guard } from './database.ts';

export const ENDED: RunStatus[] = ['succeeded', 'partly_succeeded', 'failed', 'cancelled'];

export interface Standing {
  asked: RunWish | null;
  ended: boolean;
}

export interface Steering {
  /** False when the run has ended, or was asked to end: that is not taken back. */
  ask(id: string, wish: RunWish | null): Promise<boolean>;
  /** Shows the run as paused while that is asked, else as running again; returns what is asked. */
  hold(id: string): Promise<RunWish | 'ended' | null>;
  /**
   * How the run stands for a step of its workflow. A step that Temporal scheduled after the run had
   * ended belongs to an execution that an operator reset: the run is open again.
   * @param scheduledMs Temporal's time
   */
  standing(id: string, scheduledMs: number): Promise<Standing>;
  /**
   * Ends a run that has not ended, or that an execution later than its end has taken up again.
   * @param closed Temporal's time (ms) of the end, when an execution ended it
   */
  end(id: string, change: Partial<Omit<Run, 'id'>>, closed?: number): Promise<void>;
}

/** The steering of the runs of a database. */
export function createSteering(c: Collections): Steering {
  return {
    async ask(id, asked) {
      const filter = { _id: id, status: { $nin: ENDED }, asked: { $ne: 'cancel' as const } };
      const { matchedCount } = await guard(() => c.runs.updateOne(filter, { $set: { asked } }));
      return matchedCount === 1;
    },
    async hold(id) {
      const pausedAt = new Date().toISOString();
      const paused = { _id: id, status: 'paused' as const };
      await guard(async () => {
        await c.runs.updateOne(
          { _id: id, status: { $nin: [...ENDED, 'paused'] }, asked: 'pause' },
          { $set: { status: 'paused', pausedAt } },
        );
        await c.runs.updateOne(
          { ...paused, asked: null },
          { $set: { status: 'running', pausedAt: null } },
        );
      });
      const run = await guard(() => c.runs.findOne({ _id: id }));
      return !run || ENDED.includes(run.status) ? 'ended' : run.asked;
    },
    async standing(id, scheduledMs) {
      const run = await guard(() => c.runs.findOne({ _id: id }));
      if (!run) return { asked: null, ended: true };
      if (!ENDED.includes(run.status)) return { asked: run.asked, ended: false };
      if (run.closed === undefined || run.closed >= scheduledMs)
        return { asked: null, ended: true };
      const again: Partial<Run> = { status: 'running', asked: null, pausedAt: null };
      const afresh = { ...again, endedAt: null, failure: null, verified: false };
      await guard(() => c.runs.updateOne({ _id: id, closed: run.closed }, { $set: afresh }));
      return { asked: null, ended: false };
    },
    async end(id, change, closed) {
      const reset = closed === undefined ? [] : [{ closed: { $lt: closed } }];
      const ends = { asked: null, pausedAt: null, endedAt: new Date().toISOString() };
      await guard(() =>
        c.runs.updateOne(
          { _id: id, $or: [{ status: { $nin: ENDED } }, ...reset] },
          {
            $set: {
              failure: null,
              ...change,
              ...ends,
              ...(closed === undefined ? {} : { closed }),
            },
          },
        ),
      );
    },
  };
}
