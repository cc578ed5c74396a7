/** The life of a process, seen from outside: its one line, its exit code, and what it says when it dies. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { environmentWith } from '../../runtime/config.ts';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Started {
  child: ChildProcess;
  /** Resolves when stdout or stderr holds the text. */
  says(text: string): Promise<void>;
  ended: Promise<Ended>;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(
    process.execPath,
    ['engines/ready.mjs', 'test/runtime/sample-process.ts', ...args],
    { env: environmentWith(env), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  children.push(child);
  const out = { stdout: '', stderr: '' };
  const waiting: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      out[name] += chunk.toString('utf8');
      for (const look of waiting) look();
    });
  }
  return {
    child,
    says: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (`${out.stdout}${out.stderr}`.includes(text)) resolve();
        };
        waiting.push(look);
        look();
      }),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...out })),
  };
}

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when ready, and ends in order on %s',
    async (signal) => {
      const it = start(['works'], { ORGSYNC_LANGUAGE: 'zh' });
      await it.says('"Ready"');
      it.child.kill(signal);
      const { code, stdout, stderr } = await it.ended;
      expect(code).toBe(0);
      expect(stdout.split('\n')).toHaveLength(2);
      expect(JSON.parse(stdout)).toEqual({
        ready: { process: 'cli', pid: it.child.pid, language: 'zh', port: 4711 },
      });
      expect(stderr).toContain('Put away');
    },
  );

  it('takes the second delivery of one Ctrl-C for the same wish', async () => {
    const it = start(['stops-slowly']);
    await it.says('"Ready"');
    it.child.kill('SIGINT');
    await it.says('"Stopping"');
    it.child.kill('SIGINT');
    const { code, stderr } = await it.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('Put away');
  });

  it('that does not end is ended by asking again a second later', async () => {
    const it = start(['never-stops']);
    await it.says('"Ready"');
    it.child.kill('SIGTERM');
    await it.says('"Stopping"');
    await pause(1_200);
    it.child.kill('SIGTERM');
    expect((await it.ended).code).toBe(130);
  });

  it('ends with its parent when told so, and lives on without its input otherwise', async () => {
    const with_ = start(['works', '--with-parent']);
    await with_.says('"Ready"');
    with_.child.stdin?.end();
    expect((await with_.ended).code).toBe(0);

    const without = start(['works']);
    await without.says('"Ready"');
    without.child.stdin?.end();
    await pause(300);
    expect(without.child.exitCode).toBeNull();
  });

  it('can be ended while it still starts', async () => {
    const it = start(['hangs']);
    await it.says('Waiting');
    it.child.kill('SIGTERM');
    const { code, stdout } = await it.ended;
    expect(code).toBe(0);
    expect(stdout).toBe('');
  });

  it('that cannot start says why in words, with the code of the reason', async () => {
    const { code, stdout, stderr } = await start(['refuses']).ended;
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('The door is shut. What to do: open it.\n');
  });

  it.each(['throws', 'rejects-later', 'throws-later', 'ends-badly', 'stop-fails'])(
    'with a fault of ours ends with 70 and keeps the message to itself (%s)',
    async (how) => {
      const it = start([how]);
      if (how === 'stop-fails') {
        await it.says('"Ready"');
        it.child.kill('SIGTERM');
      }
      const { code, stderr } = await it.ended;
      expect(code).toBe(70);
      expect(stderr).toContain('"level":"error"');
      expect(stderr).toContain('test/runtime/sample-process.ts:');
      expect(stderr).not.toContain('hunter2');
    },
  );

  it('with wrong settings ends with 78 and lists them all', async () => {
    const env = { ORGSYNC_API_PORT: 'x', ORGSYNC_LOG_LEVEL: 'loud' };
    const { code, stdout, stderr } = await start(['works'], env).ended;
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toContain('ORGSYNC_API_PORT');
    expect(stderr).toContain('ORGSYNC_LOG_LEVEL');
  });
});
