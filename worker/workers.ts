/** The workers of one process: what polls which queue, how much at once, and how they end. */
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { BULK_QUEUE, SYNC_QUEUE } from '../workflows/messages.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  workflowBundle: NonNullable<WorkerOptions['workflowBundle']>;
  activities: Activities;
  bulkSlots: number;
  syncSlots: number;
}

export interface Workers {
  /** Settles when all have ended. */
  done: Promise<void>;
  /** Takes no new work, waits for steps that are under way, and cuts them off after ten seconds. */
  stop(): Promise<void>;
}

/** Passes and single objects have queues and slots of their own, so that imports never starve events. */
export async function runWorkers(options: WorkersOptions): Promise<Workers> {
  const { connection, namespace, workflowBundle, activities } = options;
  const common = {
    ...{ connection, namespace, workflowBundle, activities },
    // Cancellation reaches an activity with its heartbeat; a second is soon enough.
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '10 seconds',
  } as const;
  const queues = [
    { taskQueue: BULK_QUEUE, maxConcurrentActivityTaskExecutions: options.bulkSlots },
    { taskQueue: SYNC_QUEUE, maxConcurrentActivityTaskExecutions: options.syncSlots },
  ];
  const workers = await Promise.all(queues.map((own) => Worker.create({ ...common, ...own })));
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  return {
    done,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await done.catch(() => undefined);
    },
  };
}
