/** Starts the engines of one data folder, both at once, and keeps them running. */
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fallbackCommand, mongodCommand, temporalCommand } from './commands.ts';
import type { EngineCommand } from './commands.ts';
import { tryLock } from './lock.ts';
import { freePort } from './ports.ts';
import { endProcess, processesWithArguments } from './processes.ts';
import {
  mongoReady,
  mongoUri,
  temporalExternal,
  temporalReady,
  withoutPassword,
} from './readiness.ts';
import { resolveMongo } from './mongo.ts';
import type { MongoEngine } from './mongo.ts';
import { resolveTemporal } from './temporal.ts';
import { messageOf } from './resolution.ts';
import type { Progress, Resolved, Way } from './resolution.ts';
import type { EngineSettings } from './settings.ts';
import { supervise } from './supervise.ts';
import type { SupervisedEngine } from './supervise.ts';

export interface StartOptions {
  dataDir: string;
  settings: EngineSettings;
  /** Start only this one. */
  only?: 'temporal' | 'mongo';
  /** Forget what the engines have stored before. */
  fresh?: boolean;
  /** "free": any free ports; otherwise 7233, 8233 and 27017 where they are free. */
  ports?: 'preferred' | 'free';
  log: Progress;
}

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

export interface RunningEngines {
  temporal?: RunningTemporal;
  mongo?: RunningMongo;
  /** Resolves with the reason when an engine died too often and is given up. */
  givenUp: Promise<string>;
  /** Stops what was started; bounded. Safe to call twice. */
  stop(): Promise<void>;
}

/** Another living process has this data folder. */
export class DataFolderInUse extends Error {
  constructor(folder: string, pid: number) {
    super(
      `the engines of ${folder} already run under process ${pid}; stop that one, or choose another folder with --data`,
    );
    this.name = 'DataFolderInUse';
  }
}

/**
 * Resolves when all wanted engines are usable.
 * @throws EngineUnavailable, DataFolderInUse, or Error with an engine's last words; nothing is left running then
 */
export async function startEngines(options: StartOptions): Promise<RunningEngines> {
  const folder = join(resolve(options.dataDir), 'engines');
  await mkdir(folder, { recursive: true });
  const lock = await tryLock(join(folder, 'lock'));
  if ('heldBy' in lock) throw new DataFolderInUse(folder, lock.heldBy);
  const keepers: SupervisedEngine[] = [];
  const stop = async () => {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await lock.release();
  };
  const context: Context = { ...options, folder, keepers };
  const [temporal, mongo] = await Promise.allSettled([
    options.only === 'mongo' ? undefined : startTemporal(context),
    options.only === 'temporal' ? undefined : startMongo(context),
  ]);
  const failed = [temporal, mongo].filter((result) => result.status === 'rejected');
  if (failed[0] !== undefined) {
    await stop();
    for (const other of failed.slice(1)) options.log(messageOf(other.reason));
    throw failed[0].reason;
  }
  const running: RunningEngines = {
    givenUp: Promise.race([never(), ...keepers.map((keeper) => keeper.givenUp)]),
    stop,
  };
  if (temporal.status === 'fulfilled' && temporal.value) running.temporal = temporal.value;
  if (mongo.status === 'fulfilled' && mongo.value) running.mongo = mongo.value;
  return running;
}

interface Context extends StartOptions {
  folder: string;
  keepers: SupervisedEngine[];
}

async function startTemporal(context: Context): Promise<RunningTemporal> {
  const { log, settings } = context;
  const folder = join(context.folder, 'temporal');
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

async function startMongo(context: Context): Promise<RunningMongo> {
  const { log, settings } = context;
  const { engine, chosen, why }: Resolved<MongoEngine> = await resolveMongo(settings, log);
  if (engine.kind === 'external') {
    await mongoReady(engine.uri, 5_000).catch((error: unknown) => {
      throw new Error(`MONGODB_URI (${withoutPassword(engine.uri)}): ${messageOf(error)}`);
    });
    return { uri: engine.uri, kind: engine.kind, chosen, why, pid: undefined };
  }
  const folder = join(context.folder, engine.kind);
  const made = await startKept(context, 'MongoDB', folder, engine.kind === 'fallback', async () => {
    const port = await preferred(context, 27017);
    const command =
      engine.kind === 'mongod'
        ? mongodCommand(engine.program, folder, port)
        : fallbackCommand(engine, folder, port);
    return { command, ports: { api: port }, ready: () => mongoReady(mongoUri(port), 30_000) };
  });
  return {
    uri: mongoUri(made.ports.api),
    kind: engine.kind,
    chosen,
    why,
    get pid() {
      return made.keeper.pid;
    },
  };
}

function preferred(context: Context, port: number): Promise<number> {
  return freePort(context.ports === 'free' ? 0 : port);
}

interface Launch<P> {
  command: EngineCommand;
  ports: P;
  ready: () => Promise<void>;
}

/** A port may be taken between looking and binding, so a start that fails is tried twice more with other ports. */
async function startKept<P>(
  context: Context,
  name: string,
  folder: string,
  endsWithInput: boolean,
  launch: () => Promise<Launch<P>>,
): Promise<{ keeper: SupervisedEngine; ports: P }> {
  if (context.fresh) await endLeftOvers(name, (await launch()).command, context.log);
  if (context.fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const { command, ports, ready } = await launch();
    await endLeftOvers(name, command, context.log);
    try {
      const keeper = await supervise({
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
      return { keeper, ports };
    } catch (error) {
      if (attempt === 3 || !/address already in use|in use/i.test(messageOf(error))) throw error;
      context.log(`${messageOf(error)}; trying other ports`);
    }
  }
}

/** An engine whose starter was killed still has the data open; two on one file would spoil it. */
async function endLeftOvers(name: string, command: EngineCommand, log: Progress): Promise<void> {
  for (const pid of await processesWithArguments(command.marks)) {
    log(`${name}: process ${pid} was left over from an earlier start on this data; stopping it`);
    await endProcess(pid, 8_000);
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
