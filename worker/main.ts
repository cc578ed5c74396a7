/** The worker process: puts the parts together and polls Temporal for work. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { Governor } from '../activities/governor.ts';
import { createActivities } from '../activities/index.ts';
import type { Config } from '../runtime/config.ts';
import { masterKey, otherMasterKeys } from '../runtime/master-key.ts';
import { connectMongo } from '../runtime/mongo.ts';
import { runProcess } from '../runtime/process.ts';
import {
  connectWorker,
  installTemporalRuntime,
  temporalLogger,
} from '../runtime/temporal-worker.ts';
import { connectClient } from '../runtime/temporal.ts';
import { createBudgets } from '../store/budgets.ts';
import { createConnections } from '../store/connections.ts';
import type { Connections } from '../store/connections.ts';
import { collections, ensureIndexes } from '../store/database.ts';
import type { Collections } from '../store/documents.ts';
import { createFeeds } from '../store/feeds.ts';
import { createEvents, createInbox } from '../store/inbox.ts';
import { createVault } from '../store/vault.ts';
import { BULK_QUEUE, SYNC_QUEUE } from '../workflows/messages.ts';
import { holdStreams } from './hold-streams.ts';
import { clock, keepParts, sourceTransport } from './parts.ts';
import type { PartsKeeper } from './parts.ts';
import { dispatchEvents } from './dispatch-events.ts';
import { recoveryOf, wakeRecovery } from './recovery.ts';
import { startSync } from './start-sync.ts';
import { runWorkers } from './workers.ts';

/** The same code runs from its sources and from the built output. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const workflowsPath = fileURLToPath(new URL(`../workflows/index${extension}`, import.meta.url));

function partsOf(config: Config, c: Collections, connections: Connections): PartsKeeper {
  return keepParts({
    collections: c,
    governor: new Governor(createBudgets(c), clock),
    connections,
    times: {
      claimMs: config.times.claimSeconds * 1000,
      longestWriteMs: config.times.longestWriteSeconds * 1000,
    },
    requestTimeoutMs: config.times.requestTimeoutSeconds * 1000,
  });
}

await runProcess('worker', async ({ config, log, stopping }) => {
  installTemporalRuntime(log);
  const patience = { log, signal: stopping };
  const [mongo, connection, temporal, workflowBundle] = await Promise.all([
    connectMongo(config, patience),
    connectWorker(config, patience),
    connectClient(config, patience),
    bundleWorkflowCode({ workflowsPath, logger: temporalLogger(log) }),
  ]);
  const c = collections(mongo.db);
  await ensureIndexes(c);
  const connections = createConnections(c, createVault(masterKey(config), otherMasterKeys(config)));
  const parts = partsOf(config, c, connections);
  const confirmDelayMs = config.times.confirmDelaySeconds * 1000;
  const recovering = { client: temporal.client, connections, collections: c, keeper: parts };
  const activities = createActivities({
    ending: stopping,
    parts: (id, lane) => parts.of(id, lane),
    diagnose: (id) => parts.diagnose(id),
    async startSync(id, objects) {
      for (const object of objects) await startSync(temporal.client, id, object, confirmDelayMs);
    },
    events: createEvents(c),
    recovery: (id) => recoveryOf(recovering, id),
    wakeRecovery: (id) => wakeRecovery(recovering, id),
    log,
  });
  const workers = await runWorkers({
    ...{ connection, workflowBundle, activities },
    namespace: config.temporal.namespace,
    ...config.worker,
  });
  const dispatcher = dispatchEvents({
    inbox: createInbox(c),
    send: (id, object, events) => startSync(temporal.client, id, object, confirmDelayMs, events),
    log,
  });
  const streams = holdStreams({
    connections,
    feeds: createFeeds(c),
    inbox: createInbox(c),
    transport: (open) => sourceTransport(open, config.times.requestTimeoutSeconds * 1000),
    log,
  });
  return {
    ready: { queues: `${BULK_QUEUE}, ${SYNC_QUEUE}` },
    done: workers.done,
    async stop() {
      await streams.stop();
      await dispatcher.stop();
      await workers.stop();
      parts.close();
      await temporal.connection.close();
      await connection.close();
      await mongo.client.close();
    },
  };
});
