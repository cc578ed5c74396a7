/** The worker process: puts the parts together and polls Temporal for work. */
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { Governor } from '../activities/governor.ts';
import { createActivities } from '../activities/index.ts';
import { connectMongo } from '../runtime/mongo.ts';
import { masterKey } from '../runtime/master-key.ts';
import { runProcess } from '../runtime/process.ts';
import type { ProcessContext } from '../runtime/process.ts';
import { connectWorker, installTemporalRuntime } from '../runtime/temporal-worker.ts';
import { createBudgets } from '../store/budgets.ts';
import { createConnections } from '../store/connections.ts';
import { collections, ensureIndexes } from '../store/database.ts';
import { createVault } from '../store/vault.ts';
import { BULK_QUEUE } from '../workflows/messages.ts';
import { clock, keepParts } from './parts.ts';

/** The same code runs from its sources and from the built output. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

await runProcess('worker', async ({ config, log, stopping }: ProcessContext) => {
  installTemporalRuntime(log);
  const patience = { log, signal: stopping };
  const [mongo, connection] = await Promise.all([
    connectMongo(config, patience),
    connectWorker(config, patience),
  ]);
  const c = collections(mongo.db);
  await ensureIndexes(c);
  const parts = keepParts({
    collections: c,
    governor: new Governor(createBudgets(c), clock),
    connections: createConnections(c, createVault(masterKey(config))),
    times: {
      claimMs: config.times.claimSeconds * 1000,
      longestWriteMs: config.times.longestWriteSeconds * 1000,
    },
    requestTimeoutMs: config.times.requestTimeoutSeconds * 1000,
  });
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: BULK_QUEUE,
    workflowsPath: fileURLToPath(new URL(`../workflows/index${extension}`, import.meta.url)),
    activities: createActivities({ parts: (id) => parts.of(id), log }),
    maxConcurrentActivityTaskExecutions: config.worker.bulkSlots,
    // Pause and cancellation reach an activity with its heartbeat; a second is soon enough.
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '10 seconds',
  });
  const done = worker.run();
  return {
    ready: { queue: BULK_QUEUE },
    done,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done.catch(() => undefined);
      parts.close();
      await connection.close();
      await mongo.client.close();
    },
  };
});
