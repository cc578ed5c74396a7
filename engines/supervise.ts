/** Keeps one engine running: starts it, waits until it is usable, starts it again when it dies, stops it when told. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lastWords, pause } from './processes.ts';
import { messageOf } from './resolution.ts';
import type { Progress } from './resolution.ts';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const RESTARTS_A_MINUTE = 5;
const FIRST_WAIT_MS = 100;
const LOG_LIMIT_BYTES = 5 * 1024 * 1024;

export interface EnginePlan {
  /** "Temporal" or "MongoDB", for messages. */
  name: string;
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** The engine leaves by itself when its standard input closes. */
  endsWithInput: boolean;
  logFile: string;
  /** Resolves when the engine is usable; called after each start. */
  ready(): Promise<void>;
  log: Progress;
}

/** One engine's process, and whether it should run. */
export class Keeper {
  /** Resolves with the reason when it died too often and is not started again. */
  readonly givenUp: Promise<string>;
  private readonly plan: EnginePlan;
  private child: ChildProcess | undefined;
  private stopping = false;
  private restarts: number[] = [];
  private giveUp: (reason: string) => void = () => {};

  constructor(plan: EnginePlan) {
    this.plan = plan;
    this.givenUp = new Promise((resolve) => (this.giveUp = resolve));
  }

  /** Of the process that runs now; undefined between two. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the engine and resolves when it is usable. @throws with its last words when it is not */
  async start(): Promise<void> {
    const { plan } = this;
    await mkdir(dirname(plan.logFile), { recursive: true });
    await makeRoomInLog(plan.logFile);
    const logStart = await sizeOf(plan.logFile);
    const file = await open(plan.logFile, 'a');
    if (this.stopping) {
      await file.close();
      throw new Error(`${plan.name} was stopped while starting`);
    }
    const child = spawn(plan.program, plan.args, {
      env: plan.env,
      stdio: [plan.endsWithInput ? 'pipe' : 'ignore', file.fd, file.fd],
      // Ctrl-C in a terminal goes to the whole group; whoever started us decides the order of stopping.
      detached: true,
    });
    child.stdin?.on('error', () => {});
    this.child = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
    });
    await file.close();
    const failure = await Promise.race([
      ended,
      plan.ready().then(() => undefined, messageOf),
      pause(READY_WITHIN_MS, true).then(() => `not usable after ${READY_WITHIN_MS / 1000} s`),
    ]);
    if (failure !== undefined) {
      await endChild(child);
      this.child = undefined;
      const said = (await readFile(plan.logFile, 'utf8').catch(() => '')).slice(logStart);
      throw new Error(`${plan.name} did not start: ${failure}; ${lastWords(said)}`);
    }
    void ended.then((reason) => this.died(child, reason));
  }

  private async died(child: ChildProcess, reason: string): Promise<void> {
    if (this.child === child) this.child = undefined;
    while (!this.stopping) {
      const now = Date.now();
      this.restarts = this.restarts.filter((time) => now - time < 60_000);
      if (this.restarts.length >= RESTARTS_A_MINUTE) {
        this.giveUp(
          `${this.plan.name} ${reason}, the ${RESTARTS_A_MINUTE + 1}th time within a minute; not started again. Its log: ${this.plan.logFile}`,
        );
        return;
      }
      const wait = FIRST_WAIT_MS * 2 ** this.restarts.length;
      this.restarts.push(now);
      this.plan.log(`${this.plan.name} ${reason} unexpectedly; starting it again in ${wait} ms`);
      await pause(wait);
      if (this.stopping) return;
      try {
        await this.start();
        if (this.stopping) await this.stop();
        else this.plan.log(`${this.plan.name} runs again (process ${this.pid})`);
        return;
      } catch (error) {
        reason = messageOf(error);
      }
    }
  }

  /** Ends the process in bounded time, or forbids one that is about to start. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child !== undefined) await endChild(child);
  }
}

/** Asks a child to end, kills it after a bounded wait, and waits for its end. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(killer);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

/** One older log is kept. */
async function makeRoomInLog(file: string): Promise<void> {
  if ((await sizeOf(file)) > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
}
