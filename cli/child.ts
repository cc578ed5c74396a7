/** Child processes of the demo: started, awaited, restarted when they die, stopped together. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ready = fileURLToPath(new URL('../engines/ready.mjs', import.meta.url));

/** Restarts within the last minute after which a child is given up. */
const RESTARTS_A_MINUTE = 5;

export interface ChildOptions {
  name: string;
  /** Entry file below the repository, for example "worker/main.ts". */
  entry: string;
  args: string[];
  env: Record<string, string>;
  /** File for its log, or null to pass what it says on to people. */
  log: string | null;
  onRestart(name: string): void;
  /** It died too often, or before it was ready. */
  onGiveUp(name: string, exitCode: number | null): void;
}

export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  /** The facts of its first `{"ready":…}` line. */
  ready: Promise<Record<string, unknown>>;
  /** The facts of the next such line, after it was started again. */
  again(): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Starts a process that speaks our protocol: one JSON line on stdout when ready, talk on stderr. */
export function startChild(options: ChildOptions): Child {
  let stopping = false;
  let current: ChildProcess | null = null;
  const restarts: number[] = [];
  let announce: (facts: Record<string, unknown>) => void = () => undefined;
  const facts = new Promise<Record<string, unknown>>((resolve) => {
    announce = resolve;
  });
  let wasReady = false;
  let nextTime: ((facts: Record<string, unknown>) => void)[] = [];

  const start = (): void => {
    const child = spawn(
      process.execPath,
      [ready, options.entry, ...options.args, '--with-parent'],
      {
        env: options.env,
        // A group of its own: Ctrl-C reaches the demo alone, which then stops its children in order.
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    current = child;
    keepLog(child, options.log);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = readyFacts(line);
      if (!found) return;
      wasReady = true;
      announce(found);
      for (const tell of nextTime) tell(found);
      nextTime = [];
    });
    child.on('exit', (code) => {
      if (stopping) return;
      const now = Date.now();
      while (restarts.length > 0 && (restarts[0] ?? 0) < now - 60_000) restarts.shift();
      if (!wasReady || restarts.length >= RESTARTS_A_MINUTE)
        return options.onGiveUp(options.name, code);
      restarts.push(now);
      options.onRestart(options.name);
      setTimeout(() => {
        if (!stopping) start();
      }, 300 * restarts.length);
    });
  };
  start();
  return {
    name: options.name,
    get pid() {
      return current?.pid;
    },
    ready: facts,
    again: () => new Promise((resolve) => nextTime.push(resolve)),
    stop: () => {
      stopping = true;
      return end(current);
    },
  };
}

function readyFacts(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{"ready"')) return null;
  try {
    return (JSON.parse(line) as { ready: Record<string, unknown> }).ready;
  } catch {
    return null;
  }
}

function keepLog(child: ChildProcess, file: string | null): void {
  if (file === null) {
    child.stderr?.pipe(process.stderr, { end: false });
    return;
  }
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  child.stderr?.pipe(stream);
}

/** SIGTERM, and SIGKILL for who has not left after 20 seconds. */
async function end(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const left = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await left;
  clearTimeout(limit);
}
