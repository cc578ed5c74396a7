/** The way to Temporal for a worker; apart from the client, because it loads the native library. */
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from '@temporalio/worker';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { untilReached } from './patience.ts';
import type { Patience } from './patience.ts';
import { checkNamespace, TEMPORAL_REMEDY, temporalName, temporalRefusal } from './temporal.ts';

/** The library's log in our form: its warnings and errors, with allowed fields only. */
export function temporalLogger(log: Log): Logger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const fields = {
      component: text(meta?.sdkComponent),
      workflowId: text(meta?.workflowId),
      workflowType: text(meta?.workflowType),
      activity: text(meta?.activityType),
      taskQueue: text(meta?.taskQueue),
      error: meta?.error as unknown,
    };
    if (level === 'ERROR') log.error(message, fields);
    else log.warn(message, fields);
  });
}

/**
 * Gives the library our log, and leaves signals to `runtime/process.ts`.
 * Must run before the first connection, once per process.
 */
export function installTemporalRuntime(log: Log): void {
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Connects a worker, waiting for a server that is not up yet.
 * @throws {StartFault} when it stays away, refuses us, or lacks the namespace.
 */
export async function connectWorker(
  config: Pick<Config, 'temporal'>,
  patience: Patience,
): Promise<NativeConnection> {
  const connection = await untilReached(
    {
      what: temporalName(config),
      remedy: TEMPORAL_REMEDY,
      refusal: temporalRefusal,
      try: () => NativeConnection.connect(config.temporal.connectionOptions),
    },
    patience,
  );
  await checkNamespace(connection, config);
  return connection;
}
