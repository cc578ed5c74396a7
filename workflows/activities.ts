/** How long each activity may take and how it is tried again; the one place for these numbers. */
import { proxyActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/** Growing up to a minute; transient faults are tried for a day, not for a number of times. */
const patient: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: '8 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Steps of a pass. */
export const lanes = proxyActivities<Activities>(patient);

/**
 * The first contact with both vendors. A person waits for it, so it gives up after three tries; from
 * then on the run's address and secrets are known to be right, and faults are waited out.
 */
export const first = proxyActivities<Activities>({
  ...patient,
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** Notes of a run in the store: short, and repeated until the store takes them. */
export const notes = proxyActivities<Activities>({ ...patient, startToCloseTimeout: '1 minute' });

/** Rounds of single objects: a person waits for the result of an event. */
export const rounds = proxyActivities<Activities>({ ...patient, startToCloseTimeout: '5 minutes' });

/** A diagnosis is asked for by a person who waits: one try, and its faults are its result. */
export const once = proxyActivities<Activities>({
  startToCloseTimeout: '3 minutes',
  retry: { maximumAttempts: 1 },
});
