/** Starts the engines of one data folder, both at once, and keeps them running. */
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dataFolders, marksOfEngines } from './commands.ts';
import { startMongo, startTemporal } from './launch.ts';
import type { Launching, RunningMongo, RunningTemporal } from './launch.ts';
import { tryLock } from './lock.ts';
import { endProcess, processesWithArguments } from './processes.ts';
import type { Progress } from './resolution.ts';
import type { EngineSettings } from './settings.ts';

const LEFT_OVER_GRACE_MS = 8_000;

export interface StartOptions {
  dataDir: string;
  settings: EngineSettings;
  /** Start only this one. */
  only?: 'temporal' | 'mongo';
  /** Forget what the engines have stored before. */
  fresh?: boolean;
  /** "free": any free ports; otherwise 7233, 8233 and 27017 where they are free. */
  ports?: 'preferred' | 'free';
  /** Gives up a start that is under way; what was launched is stopped. */
  signal?: AbortSignal;
  log: Progress;
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
 * Resolves when all wanted engines are usable. When one cannot be had or the signal comes, no engine is left running;
 * a build that is under way goes on as long as this process and fills the cache.
 * @throws EngineUnavailable, SettingUnusable, GuaranteesMissing, DataFolderInUse, or Error with an engine's last words
 */
export async function startEngines(options: StartOptions): Promise<RunningEngines> {
  const folder = join(resolve(options.dataDir), 'engines');
  await mkdir(folder, { recursive: true });
  const lock = await tryLock(join(folder, 'lock'));
  if ('heldBy' in lock) throw new DataFolderInUse(folder, lock.heldBy);
  const { settings, log } = options;
  const ports = options.ports ?? 'preferred';
  const launching: Launching = { folder, settings, ports, log, keepers: [], stopped: false };
  const stop = async () => {
    launching.stopped = true;
    await Promise.all(launching.keepers.map((keeper) => keeper.stop()));
    await lock.release();
  };
  try {
    const [temporal, mongo] = await Promise.race([
      start(launching, options),
      given(options.signal),
    ]);
    const gone = launching.keepers.map((keeper) => keeper.givenUp);
    const running: RunningEngines = { givenUp: Promise.race([never(), ...gone]), stop };
    if (temporal) running.temporal = temporal;
    if (mongo) running.mongo = mongo;
    return running;
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Stops what a killed process left running on these data. False when a living one has them.
 */
export async function stopLeftOvers(dataDir: string, log: Progress): Promise<boolean> {
  const folder = join(resolve(dataDir), 'engines');
  const lock = await tryLock(join(folder, 'lock'));
  if ('heldBy' in lock) return false;
  await endLeftOvers(folder, log);
  await lock.release();
  return true;
}

async function start(launching: Launching, options: StartOptions) {
  await endLeftOvers(launching.folder, options.log);
  if (options.fresh) {
    for (const data of Object.values(dataFolders(launching.folder))) {
      await rm(data, { recursive: true, force: true });
    }
  }
  return Promise.all([
    options.only === 'mongo' ? undefined : startTemporal(launching),
    options.only === 'temporal' ? undefined : startMongo(launching),
  ]);
}

/** Rejects when the signal comes. */
async function given(signal: AbortSignal | undefined): Promise<never> {
  if (signal === undefined) return never();
  return new Promise((_, reject) => {
    const stopped = () => reject(new Error('stopped while starting'));
    if (signal.aborted) stopped();
    signal.addEventListener('abort', stopped, { once: true });
  });
}

/** An engine whose starter was killed still has the data open; two on one file would spoil it. */
async function endLeftOvers(folder: string, log: Progress): Promise<void> {
  for (const marks of marksOfEngines(folder)) {
    for (const pid of await processesWithArguments(marks)) {
      log(`process ${pid} was left over from an earlier start on these data; stopping it`);
      await endProcess(pid, LEFT_OVER_GRACE_MS);
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
