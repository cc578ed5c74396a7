/** The API process: puts the control API together and listens. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { changesOf, changesOfRun } from '../activities/change-log.ts';
import { readDirectory } from '../activities/directory.ts';
import { endEarly } from '../activities/finish.ts';
import { detailOf } from '../activities/plan-detail.ts';
import { Governor } from '../activities/governor.ts';
import { parseProxy, parseVendorBase } from '../connectors/address.ts';
import type { Plan } from '../model/plan.ts';
import type { Config } from '../runtime/config.ts';
import { productVersion } from '../runtime/version.ts';
import type { Log } from '../runtime/log.ts';
import { masterKey, otherMasterKeys } from '../runtime/master-key.ts';
import { connectMongo } from '../runtime/mongo.ts';
import { runProcess } from '../runtime/process.ts';
import { connectClient } from '../runtime/temporal.ts';
import { createApiTokens } from '../store/api-tokens.ts';
import { createBudgets, heldBudgets } from '../store/budgets.ts';
import { createCallbacks } from '../store/callbacks.ts';
import { createConnections } from '../store/connections.ts';
import type { Connections } from '../store/connections.ts';
import { collections, ensureIndexes } from '../store/database.ts';
import type { Collections } from '../store/documents.ts';
import { forgetOld } from '../store/history.ts';
import { createEvents, createInbox } from '../store/inbox.ts';
import { createPlans } from '../store/plans.ts';
import { createRuns } from '../store/runs.ts';
import { createVault } from '../store/vault.ts';
import { clock, keepParts } from '../worker/parts.ts';
import type { PartsKeeper } from '../worker/parts.ts';
import { scheduleRecovery } from '../worker/recovery.ts';
import { startSync } from '../worker/start-sync.ts';
import { createLinks } from '../store/links.ts';
import { createApp } from './app.ts';
import { LIMITS } from './limits.ts';
import type { ApiParts, AskedAddresses } from './parts.ts';
import { watchDependencies } from './readiness.ts';
import { scheduleRecoveries } from './schedule-recovery.ts';
import { sweepRuns } from './sweeper.ts';
import { apiToken, fileTokenName } from './token.ts';

function checkAddresses({ source = {}, target = {} }: AskedAddresses): void {
  const { oapi, api } = source;
  if (source.proxy !== undefined) parseProxy(source.proxy, 'source.proxy');
  if (oapi !== undefined) parseVendorBase(oapi, 'source.oapi');
  if (api !== undefined) parseVendorBase(api, 'source.api');
  if (target.host !== undefined) parseVendorBase(target.host, 'target.host');
  if (target.proxy != null) parseProxy(target.proxy, 'target.proxy');
}

function timesOf({ times }: Config) {
  return {
    times: { claimMs: times.claimSeconds * 1000, longestWriteMs: times.longestWriteSeconds * 1000 },
    requestTimeoutMs: times.requestTimeoutSeconds * 1000,
  };
}

/** Which held budgets are those of a connection: the ids are made in worker/parts.ts. */
function limitsMet(connections: Connections, c: Collections): ApiParts['limitsMet'] {
  return async (id) => {
    const held = await heldBudgets(c);
    if (held.length === 0) return [];
    const { connection, secrets } = await connections.open(id);
    const egress = `egress/${URL.canParse(secrets.sourceProxy) ? new URL(secrets.sourceProxy).host : 'direct'}`;
    const { source, target } = connection;
    const codes = [
      [`source/${source.appKey}`, 'SOURCE_RATE_LIMITED'],
      [egress, 'SOURCE_ADDRESS_BANNED'],
      [`target/${target.host}/${target.accessKeyId}`, 'TARGET_RATE_LIMITED'],
    ] as const;
    return held.flatMap(({ id: budget, until }) => {
      const code = codes.find(([mine]) => `${budget}/`.startsWith(`${mine}/`))?.[1];
      if (code === undefined) return [];
      // Keys and addresses stay here: what is waited for is said by the code and the interface.
      const what = code === 'SOURCE_RATE_LIMITED' ? budget.split('/').slice(2).join('/') : code;
      return [{ what, code, tries: 0, until: new Date(until).toISOString() }];
    });
  };
}

const DAY_MS = 86_400_000;
const STAGED_DAYS = 7;

/** Once a minute, in small rounds. */
function forgetRegularly(c: Collections, days: number, log: Log): NodeJS.Timeout {
  const ago = (n: number): Date => new Date(Date.now() - n * DAY_MS);
  return setInterval(() => {
    forgetOld(c, { runsBefore: ago(days), stagedBefore: ago(STAGED_DAYS) }).catch(
      (error: unknown) => log.warn('old runs were not forgotten', { error }),
    );
  }, 60_000);
}

async function listen(parts: ApiParts, config: Config): Promise<Server> {
  const server = createApp(parts).listen(config.api.port, config.api.host);
  // Node's own limits are a minute and more; callers of this API are quick or gone.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // Longer than proxies in front of it keep theirs, so that none is closed while they use it again.
  server.keepAliveTimeout = 65_000;
  server.maxConnections = 500;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject);
  });
  return server;
}

async function openItems(keeper: PartsKeeper, plan: Plan, limit: number, after?: string) {
  const { plans, key } = await keeper.of(plan.connection, 'sync');
  const found = await plans.list(plan.id, limit, after);
  return found.flatMap((it) => {
    const detail = detailOf(key, plan.connection, plan.id, it);
    return detail ? [{ ...it, detail }] : [];
  });
}

/** What was written, opened with the key of its connection. */
function historyOf(keeper: PartsKeeper, c: Collections) {
  return {
    changesOfRun: async ({ id, connection }, limit, after) =>
      changesOfRun(await keeper.of(connection, 'sync'), id, limit, after),
    changesOf: async (id, object, limit) =>
      changesOf(await keeper.of(id, 'sync'), id, object, limit),
    linkOf: async (id, { kind, id: object }) =>
      (await createLinks(c).get(id, kind, [object])).get(object) ?? null,
  } satisfies Pick<ApiParts, 'changesOfRun' | 'changesOf' | 'linkOf'>;
}

await runProcess('api', async ({ config, log, stopping }) => {
  const patience = { log, signal: stopping };
  const [mongo, temporal] = await Promise.all([
    connectMongo(config, patience),
    connectClient(config, patience),
  ]);
  const c = collections(mongo.db);
  await ensureIndexes(c);
  const connections = createConnections(c, createVault(masterKey(config), otherMasterKeys(config)));
  const keeper = keepParts({
    collections: c,
    connections,
    governor: new Governor(createBudgets(c), clock),
    ...timesOf(config),
  });
  const tokens = createApiTokens(c);
  const token = apiToken(config.api.tokenFile);
  await tokens.add(token, fileTokenName(token), null);
  const parts: ApiParts = {
    client: temporal.client,
    connections,
    runs: createRuns(c),
    callbacks: createCallbacks(c, connections),
    events: createEvents(c),
    inbox: createInbox(c),
    endRun: (ended, at) => endEarly({ links: createLinks(c), runs: createRuns(c) }, ended, at),
    continueAfterEvents: config.continueAsNewEvents,
    hideNames: config.hideNamesInTemporal,
    log,
    tokens,
    limits: LIMITS,
    version: productVersion(),
    checkAddresses,
    limitsMet: limitsMet(connections, c),
    dependencies: watchDependencies(temporal.client, () => mongo.db.command({ ping: 1 })),
    startSync: (id, object) =>
      startSync(temporal.client, id, object, config.times.confirmDelaySeconds * 1000),
    async directory(id) {
      const { connection, reader } = await keeper.of(id, 'sync');
      return readDirectory(connection, reader);
    },
    plans: createPlans(c),
    planItems: (plan, limit, after) => openItems(keeper, plan, limit, after),
    ...historyOf(keeper, c),
  };
  const server = await listen(parts, config);
  const sweeper = sweepRuns(parts, createLinks(c), log);
  const recovery = scheduleRecoveries(
    connections,
    (id) => scheduleRecovery(temporal.client, id),
    log,
  );
  const forgetting = forgetRegularly(c, config.historyDays, log);
  const { port } = server.address() as AddressInfo;
  return {
    ready: { url: `http://${config.api.host}:${port}` },
    async stop() {
      sweeper.stop();
      recovery.stop();
      clearInterval(forgetting);
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
      keeper.close();
      await temporal.connection.close();
      await mongo.client.close();
    },
  };
});
