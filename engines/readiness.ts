/** When an engine counts as usable: it answers real requests, and Temporal's namespace is prepared. */
import { untilListening } from './ports.ts';
import { messageOf, SettingUnusable } from './resolution.ts';
import type { Progress } from './resolution.ts';

const DATABASE = 'orgsync';
const NAMESPACE = 'default';

/** Address of a server of ours on this port. */
export function mongoUri(kind: 'mongod' | 'fallback', port: number): string {
  // A real server alone acknowledges before its journal is written (up to 100 ms later) unless it is asked.
  const options = kind === 'mongod' ? '?w=majority&journal=true' : '';
  return `mongodb://127.0.0.1:${port}/${DATABASE}${options}`;
}

/** The address as it may be shown. */
export function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//…@');
}

/** Resolves when the database answers. @throws after the time-out */
export async function mongoReady(uri: string, timeoutMs: number): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const local = /^mongodb:\/\/127\.0\.0\.1:(\d+)\//.exec(uri);
  // The driver looks again only every half second; a plain connection is quicker to notice.
  if (local?.[1] !== undefined) await untilListening('127.0.0.1', Number(local[1]), timeoutMs);
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: timeoutMs });
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}

/** Resolves when our own server takes workflows and shows its web UI. */
export async function temporalReady(port: number, uiPort: number): Promise<void> {
  const [{ Connection }, namespaces] = await Promise.all([
    import('@temporalio/client'),
    import('./namespace.ts'),
    untilListening('127.0.0.1', port, 30_000),
  ]);
  const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
  try {
    await namespaces.untilNamespace(connection, NAMESPACE, 30_000);
    await namespaces.prepareNamespace(connection, NAMESPACE);
    await untilListening('127.0.0.1', uiPort, 10_000);
  } finally {
    await connection.close();
  }
}

/** A server from the settings: reachable? What it lacks is said, not changed. */
export async function temporalExternal(
  address: string,
  env: NodeJS.ProcessEnv,
  log: Progress,
): Promise<void> {
  const [{ Connection }, { loadClientConnectConfig }, namespaces] = await Promise.all([
    import('@temporalio/client'),
    import('@temporalio/envconfig'),
    import('./namespace.ts'),
  ]);
  const strings = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const config = loadClientConnectConfig({
    overrideEnvVars: { ...Object.fromEntries(strings), TEMPORAL_ADDRESS: address },
  });
  const connection = await Connection.connect({
    ...config.connectionOptions,
    connectTimeout: '5s',
  }).catch((error: unknown) => {
    const said = messageOf(error);
    throw new SettingUnusable(`TEMPORAL_ADDRESS (${address}): no Temporal server answers: ${said}`);
  });
  try {
    const namespace = config.namespace ?? NAMESPACE;
    await namespaces.untilNamespace(connection, namespace, 2_000);
    for (const remark of await namespaces.remarksAbout(connection, namespace)) {
      log(`Temporal at ${address}: ${remark}`);
    }
  } finally {
    await connection.close();
  }
}
