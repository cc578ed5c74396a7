/** The way to Temporal for whoever starts, signals and asks workflows. */
import { Client, Connection } from '@temporalio/client';
import type { Config } from './config.ts';
import { untilReached } from './patience.ts';
import type { Patience } from './patience.ts';

export interface TemporalClient {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/** How Temporal is named in messages: its address only. */
export function temporalName(config: Pick<Config, 'temporal'>): string {
  return `Temporal at ${config.temporal.connectionOptions.address ?? 'an unknown address'}`;
}

export const TEMPORAL_REMEDY =
  'Start one with "npm run demo", or set TEMPORAL_ADDRESS to the one that runs.';

/**
 * Connects a client, waiting for a server that is not up yet.
 * @throws {StartFault} when it stays away.
 */
export async function connectClient(
  config: Pick<Config, 'temporal'>,
  patience: Patience,
): Promise<TemporalClient> {
  const connection = await untilReached(
    {
      what: temporalName(config),
      remedy: TEMPORAL_REMEDY,
      try: () => Connection.connect({ ...clientOptions(config), connectTimeout: '5s' }),
    },
    patience,
  );
  const client = new Client({ connection, namespace: config.temporal.namespace });
  return { client, connection, close: () => connection.close() };
}

/** envconfig speaks the native connection's types; both connections take the same values. */
function clientOptions(config: Pick<Config, 'temporal'>) {
  const { address, tls, apiKey, metadata } = config.temporal.connectionOptions;
  return {
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined || tls === null ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata: metadata as Record<string, string> }),
  };
}
