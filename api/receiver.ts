/** The receiver process: a listener for DingTalk's callbacks and nothing else; needs the database alone. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallback } from '../connectors/dingtalk/callback.ts';
import type { Config } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import { masterKey } from '../runtime/master-key.ts';
import { connectMongo } from '../runtime/mongo.ts';
import type { Mongo } from '../runtime/mongo.ts';
import { runProcess } from '../runtime/process.ts';
import { createCallbacks } from '../store/callbacks.ts';
import type { Callbacks } from '../store/callbacks.ts';
import { createConnections } from '../store/connections.ts';
import { collections, ensureIndexes } from '../store/database.ts';
import { createFeeds } from '../store/feeds.ts';
import type { Feeds } from '../store/feeds.ts';
import { createInbox } from '../store/inbox.ts';
import { createVault } from '../store/vault.ts';
import { createCallbackApp } from './callback-app.ts';
import type { Subscription } from './callback-app.ts';
import { createReceiverServer } from './receiver-server.ts';
import { keeping } from './subscriptions.ts';

async function subscribed(callbacks: Callbacks, path: string): Promise<Subscription | null> {
  const found = await callbacks.open(path);
  if (!found) return null;
  const { connection, corpId, token, aesKey } = found;
  const callback = createCallback({ token, aesKey, corpId, receiver: found[found.receiver] });
  return { connection, ...callback };
}

const BEAT_MS = 5_000;

/** Says that events can be stored here: a time in which no receiver could is a gap. */
function beat(feeds: Pick<Feeds, 'receiving'>): NodeJS.Timeout {
  const say = (): void => void feeds.receiving().catch(() => undefined);
  say();
  return setInterval(say, BEAT_MS);
}

async function listen(config: Config, log: Log, mongo: Mongo): Promise<Server> {
  const c = collections(mongo.db);
  const callbacks = createCallbacks(c, createConnections(c, createVault(masterKey(config))));
  const inbox = createInbox(c);
  const app = createCallbackApp({
    subscription: keeping(
      (path) => subscribed(callbacks, path),
      () => performance.now(),
    ),
    store: (connection, event) => inbox.add(connection, event, 'callback'),
    log,
    now: () => Date.now(),
  });
  const server = createReceiverServer(app);
  server.listen(config.callbacks.port, config.callbacks.host);
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject);
  });
  return server;
}

await runProcess('receiver', async ({ config, log, stopping }) => {
  const mongo = await connectMongo(config, { log, signal: stopping });
  await ensureIndexes(collections(mongo.db));
  const server = await listen(config, log, mongo);
  const beating = beat(createFeeds(collections(mongo.db)));
  const { port } = server.address() as AddressInfo;
  return {
    ready: { url: `http://${config.callbacks.host}:${port}` },
    async stop() {
      clearInterval(beating);
      // Answers under way are given; slow ones are not waited for.
      server.closeIdleConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
      await closed;
      await mongo.client.close();
    },
  };
});
