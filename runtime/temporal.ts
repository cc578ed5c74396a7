/** The way to Temporal for whoever starts, signals and asks workflows. */
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { WorkflowService } from '@temporalio/client';
import { EXIT_CONFIG } from './config.ts';
import type { Config } from './config.ts';
import { untilReached } from './patience.ts';
import type { Patience } from './patience.ts';
import { StartFault } from './start-fault.ts';

export interface TemporalClient {
  client: Client;
  connection: Connection;
  close: () => Promise<void>;
}

/** How Temporal is named in messages: its address only. */
export function temporalName(config: Pick<Config, 'temporal'>): string {
  return `Temporal at ${config.temporal.connectionOptions.address ?? 'an unknown address'}`;
}

export const TEMPORAL_REMEDY =
  'Start one with "npm run demo", or set TEMPORAL_ADDRESS to the one that runs.';

/** Codes of gRPC, which both libraries' errors carry. */
const GRPC = { notFound: 5, permissionDenied: 7, unauthenticated: 16 };

function grpcCode(error: unknown): number | undefined {
  for (let it = error, depth = 0; it instanceof Error && depth < 4; it = it.cause, depth += 1) {
    if (isGrpcServiceError(it)) return it.code;
  }
  return undefined;
}

/** What to say when Temporal does not let us in. */
export function temporalRefusal(error: unknown): string | undefined {
  const code = grpcCode(error);
  if (code !== GRPC.permissionDenied && code !== GRPC.unauthenticated) return undefined;
  return 'refused our credentials. What to do: correct TEMPORAL_API_KEY or the client certificate.';
}

/** What both kinds of connection have. */
interface Connected {
  workflowService: WorkflowService;
  withDeadline<T>(deadline: number, call: () => Promise<T>): Promise<T>;
}

/**
 * Makes sure that the namespace exists; other doubts are left to the first real call.
 * @throws {StartFault} when it does not.
 */
export async function checkNamespace(
  connection: Connected,
  config: Pick<Config, 'temporal'>,
): Promise<void> {
  const { namespace } = config.temporal;
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    if (grpcCode(error) !== GRPC.notFound) return;
    throw new StartFault(
      `${temporalName(config)} has no namespace "${namespace}". What to do: create it, or correct TEMPORAL_NAMESPACE.`,
      EXIT_CONFIG,
      { cause: error },
    );
  }
}

/**
 * Connects a client, waiting for a server that is not up yet.
 * @throws {StartFault} when it stays away, refuses us, or lacks the namespace.
 */
export async function connectClient(
  config: Pick<Config, 'temporal'>,
  patience: Patience,
): Promise<TemporalClient> {
  const connection = await untilReached(
    {
      what: temporalName(config),
      remedy: TEMPORAL_REMEDY,
      refusal: temporalRefusal,
      try: () => Connection.connect({ ...clientOptions(config), connectTimeout: '5s' }),
    },
    patience,
  );
  await checkNamespace(connection, config);
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
