/** Starts one engine each: finds it, runs it on its data and a port, and waits until it is usable. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './cache.ts';
import {
  dataFolders,
  FALLBACK_FILE,
  fallbackCommand,
  mongodCommand,
  temporalCommand,
} from './commands.ts';
import type { EngineCommand } from './commands.ts';
import { resolveMongo } from './mongo.ts';
import type { DataOf, MongoEngine } from './mongo.ts';
import { freePort } from './ports.ts';
import { proveGuarantees } from './proof.ts';
import {
  mongoReady,
  mongoUri,
  temporalExternal,
  temporalReady,
  withoutPassword,
} from './readiness.ts';
import { messageOf, SettingUnusable } from './resolution.ts';
import type { Progress, Way } from './resolution.ts';
import type { EngineSettings } from './settings.ts';
import { Keeper } from './supervise.ts';
import { resolveTemporal } from './temporal.ts';

export interface RunningTemporal {
  /** "host:port" of the gRPC interface. */
  address: string;
  /** Web UI; absent for a server from the settings. */
  ui?: string;
  chosen: Way;
  why: string;
  /** Of the process that runs now; undefined for a server from the settings. */
  readonly pid: number | undefined;
}

export interface RunningMongo {
  /** With the database's name; may contain a password when it comes from the settings. */
  uri: string;
  chosen: Way;
  why: string;
  /** What it is: somebody else's server, a real one of ours, or the fallback. */
  kind: MongoEngine['kind'];
  readonly pid: number | undefined;
}

export interface Launching {
  /** Of the data of all engines. */
  folder: string;
  settings: EngineSettings;
  ports: 'preferred' | 'free';
  log: Progress;
  /** Every engine that was launched, from before its first moment. */
  keepers: Keeper[];
  /** Nothing more is launched. */
  stopped: boolean;
}

export async function startTemporal(context: Launching): Promise<RunningTemporal> {
  const { log, settings } = context;
  const folder = dataFolders(context.folder).temporal;
  const { engine, chosen, why } = await resolveTemporal(settings, log);
  if ('address' in engine) {
    await temporalExternal(engine.address, settings.env, log);
    return { address: engine.address, chosen, why, pid: undefined };
  }
  const made = await startKept(context, 'Temporal', folder, false, async () => {
    const ports = { api: await preferred(context, 7233), ui: await preferred(context, 8233) };
    return {
      command: temporalCommand(engine.program, folder, ports),
      ports,
      ready: () => temporalReady(ports.api, ports.ui),
    };
  });
  return {
    address: `127.0.0.1:${made.ports.api}`,
    ui: `http://127.0.0.1:${made.ports.ui}`,
    chosen,
    why,
    get pid() {
      return made.keeper.pid;
    },
  };
}

export async function startMongo(context: Launching): Promise<RunningMongo> {
  const { log, settings } = context;
  const written = await dataOf(context.folder);
  const { engine, chosen, why } = await resolveMongo(settings, written, log);
  if (engine.kind === 'external') {
    await mongoReady(engine.uri, 5_000).catch((error: unknown) => {
      const address = withoutPassword(engine.uri);
      throw new SettingUnusable(`MONGODB_URI (${address}): ${messageOf(error)}`);
    });
    await proveGuarantees(engine.uri);
    return { uri: engine.uri, kind: engine.kind, chosen, why, pid: undefined };
  }
  const { kind } = engine;
  const folder = dataFolders(context.folder)[kind];
  const made = await startKept(context, 'MongoDB', folder, kind === 'fallback', async () => {
    const port = await preferred(context, 27017);
    const command =
      engine.kind === 'mongod'
        ? mongodCommand(engine.program, folder, port)
        : fallbackCommand(engine, folder, port);
    return { command, ports: { api: port }, ready: () => mongoReady(mongoUri(kind, port), 30_000) };
  });
  await proveGuarantees(mongoUri(kind, made.ports.api));
  return {
    uri: mongoUri(kind, made.ports.api),
    kind,
    chosen,
    why,
    get pid() {
      return made.keeper.pid;
    },
  };
}

async function dataOf(folder: string): Promise<DataOf> {
  const { mongod, fallback } = dataFolders(folder);
  // WiredTiger: the file by which that storage engine marks its folder.
  if (await exists(join(mongod, 'WiredTiger'))) return 'mongod';
  return (await exists(join(fallback, FALLBACK_FILE))) ? 'fallback' : 'nobody';
}

function preferred(context: Launching, port: number): Promise<number> {
  return freePort(context.ports === 'free' ? 0 : port);
}

interface Launch<P> {
  command: EngineCommand;
  ports: P;
  ready: () => Promise<void>;
}

/** A port may be taken between looking and binding, so a start that fails is tried twice more with other ports. */
async function startKept<P>(
  context: Launching,
  name: string,
  folder: string,
  endsWithInput: boolean,
  launch: () => Promise<Launch<P>>,
): Promise<{ keeper: Keeper; ports: P }> {
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const { command, ports, ready } = await launch();
    if (context.stopped) throw new Error('stopped while starting');
    const keeper = new Keeper({
      name,
      program: command.program,
      args: command.args,
      env: context.settings.env,
      endsWithInput,
      logFile: join(context.folder, `${name.toLowerCase()}.log`),
      ready,
      log: context.log,
    });
    context.keepers.push(keeper);
    try {
      await keeper.start();
      return { keeper, ports };
    } catch (error) {
      context.keepers.splice(context.keepers.indexOf(keeper), 1);
      if (
        attempt === 3 ||
        context.stopped ||
        !/address already in use|in use/i.test(messageOf(error))
      )
        throw error;
      context.log(`${messageOf(error)}; trying other ports`);
    }
  }
}
