/** What a client of the receiver may take of it: DingTalk is quick, and everybody else is cut off. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';

/** A server with limits of its own, for Node's are a minute and more; it does not listen yet. */
export function createReceiverServer(app: RequestListener): Server {
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 8_000, connectionsCheckingInterval: 1_000 },
    app,
  );
  server.keepAliveTimeout = 10_000;
  server.maxHeadersCount = 100;
  server.maxRequestsPerSocket = 10_000;
  // Slow ones are many and small: far more of them than real ones fit in at once.
  server.maxConnections = 5_000;
  return server;
}
