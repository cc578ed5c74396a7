/** The life of a process: settings, one line when it is ready, an orderly end, and a reason when it dies. */
import { loadConfig } from './config.ts';
import type { Config, Part } from './config.ts';
import { makeLog } from './log.ts';
import type { Log } from './log.ts';
import { StartFault } from './start-fault.ts';

/** Exit code of a process that met a fault of its own (EX_SOFTWARE of sysexits.h). */
const EXIT_BUG = 70;

export interface Running {
  /** Facts for whoever started the process, for example its port; no secret. */
  ready: Record<string, string | number>;
  /** Ends what was started; called once. */
  stop(): Promise<void>;
  /** Settles when the process's work ends by itself; a rejection ends the process with an error. */
  done?: Promise<void>;
}

export interface ProcessContext {
  config: Config;
  log: Log;
  /** Aborted when the process is asked to end, also while it still starts. */
  stopping: AbortSignal;
}

const STOP_LIMIT_MS = 30_000;
/** A terminal and npm both deliver Ctrl-C, so a second signal counts only after this. */
const SECOND_SIGNAL_MS = 1_000;

/** Ends the process when its standard input closes: a parent that died takes its children with it. */
function endWithParent(stop: (why: string) => void): void {
  process.stdin.on('end', () => stop('parent')).on('close', () => stop('parent'));
  process.stdin.on('error', () => stop('parent'));
  process.stdin.resume();
}

/** Lets the first signal ask for an orderly end and a later one force it. */
function onSignals(stop: (why: string) => void): void {
  let first = 0;
  const heard = (signal: NodeJS.Signals) => {
    if (first === 0) first = Date.now();
    else if (Date.now() - first > SECOND_SIGNAL_MS) process.exit(130);
    stop(signal);
  };
  process.on('SIGINT', heard).on('SIGTERM', heard).on('SIGHUP', heard);
}

/** Node raises a failed promise that nobody looks at as an uncaught error too. */
function onUncaught(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.error('An error reached the top of the process', { error });
    process.exit(EXIT_BUG);
  });
}

function endWith(log: Log, error: unknown): never {
  if (error instanceof StartFault) {
    log.error('The process cannot start', { error: error.cause });
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
  log.error('The process failed', { error });
  process.exit(EXIT_BUG);
}

/**
 * Runs one of our processes until it is asked to end (SIGTERM, SIGINT, or its parent's death under
 * `--with-parent`). Prints `{"ready":{"process":…,"pid":…,…}}` on stdout once `start` has resolved.
 * Exit codes: 0 ended in order, 1 a server did not answer, 70 a fault of ours, 78 wrong settings.
 */
export async function runProcess(
  part: Part,
  start: (context: ProcessContext) => Promise<Running>,
): Promise<void> {
  const config = loadConfig(part);
  const log = makeLog(part, config.logLevel);
  onUncaught(log);
  const stopping = new AbortController();
  const stop = (why: string) => {
    if (stopping.signal.aborted) return;
    log.info('Stopping', { signal: why });
    stopping.abort(new Error('the process ends'));
  };
  onSignals(stop);
  if (process.argv.includes('--with-parent')) endWithParent(stop);

  let running: Running;
  try {
    running = await start({ config, log, stopping: stopping.signal });
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    endWith(log, error);
  }
  const facts = { process: part, pid: process.pid, ...running.ready };
  process.stdout.write(`${JSON.stringify({ ready: facts })}\n`);
  log.info('Ready', { pid: process.pid });

  const asked = new Promise<void>((resolve) => {
    // Without a timer a process that waits for nothing else would end here, silently, with code 13.
    const awake = setInterval(() => undefined, 2_147_483_647);
    const end = () => {
      clearInterval(awake);
      resolve();
    };
    if (stopping.signal.aborted) end();
    else stopping.signal.addEventListener('abort', end, { once: true });
  });
  try {
    await Promise.race([asked, ...(running.done ? [running.done] : [])]);
    await stopInTime(running, log);
  } catch (error) {
    endWith(log, error);
  }
  log.info('Stopped');
  process.exit(0);
}

async function stopInTime(running: Running, log: Log): Promise<void> {
  const limit = setTimeout(() => {
    log.error('The process did not end in time', { ms: STOP_LIMIT_MS });
    process.exit(EXIT_BUG);
  }, STOP_LIMIT_MS);
  await running.stop();
  clearTimeout(limit);
}
