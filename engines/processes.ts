/** Processes of this machine: who they are beyond their number, found by argument, run, and ended in bounded time. */
import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Text that names one process for good, or undefined when there is none: numbers are reused, a number with
 * its start time is not. Zombies count as gone.
 */
export async function identityOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return identityFromPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // proc(5): fields 3 (state) and 22 (start time in ticks since boot) follow the name in parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${pid}@${fields[19]}/${boot.trim()}`;
}

async function identityFromPs(pid: number): Promise<string | undefined> {
  const listed = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => undefined);
  const line = listed?.stdout.trim();
  if (!line || line.startsWith('Z')) return undefined;
  return `${pid}@${line.replace(/^\S+\s+/, '')}`;
}

/** Numbers of the processes of this machine that have all of these arguments, spelt exactly so. */
export async function processesWithArguments(wanted: readonly string[]): Promise<number[]> {
  if (process.platform !== 'linux') return processesFromPs(wanted);
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const given = line.split('\0');
    if (wanted.every((argument) => given.includes(argument))) found.push(Number(entry));
  }
  return found;
}

async function processesFromPs(wanted: readonly string[]): Promise<number[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => wanted.every((argument) => ` ${line} `.includes(` ${argument} `)))
    .map((line) => Number.parseInt(line.trim(), 10));
}

/** Ends a process that is not our child: asks, waits at most `graceMs`, then kills. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  const identity = await identityOf(pid);
  if (identity === undefined) return;
  signal(pid, 'SIGTERM');
  if (await goneWithin(pid, identity, graceMs)) return;
  signal(pid, 'SIGKILL');
  if (await goneWithin(pid, identity, 5_000)) return;
  throw new Error(`process ${pid} does not end, even killed`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself.
  }
}

async function goneWithin(pid: number, identity: string, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if ((await identityOf(pid)) !== identity) return true;
    await pause(20);
  }
  return false;
}

/** Waits; with `unref`, a process that has nothing else to do does not stay for it. */
export function pause(ms: number, unref = false): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (unref) timer.unref();
  });
}

export interface CommandOptions {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Told every line of the program's output. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and returns its output. @throws when it cannot start, fails, or takes too long */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let rest = '';
    const take = (chunk: string) => {
      output = (output + chunk).slice(-64_000);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, options.timeoutMs);
    const endWithUs = () => killGroup(child.pid);
    process.once('exit', endWithUs);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      process.off('exit', endWithUs);
      act();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code, signalName) => {
      settle(() => {
        if (late) reject(new Error(`took longer than ${Math.round(options.timeoutMs / 1000)} s`));
        else if (code === 0) resolve(output);
        else reject(new Error(`ended with ${signalName ?? code}: ${lastWords(output)}`));
      });
    });
  });
}

/** Compilers start programs of their own; the whole group has to go. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** The last few lines of a program's output, as one line for a message. */
export function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).slice(-4).join(' | ').slice(-600) || '(no output)';
}
