/** The first start of a clone: dependencies once, whole, by one of several; then the program as if started directly. */
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clone } from './clone.ts';

let clone: Clone;
beforeEach(() => {
  clone = new Clone();
});
afterEach(() => {
  rmSync(clone.root, { recursive: true, force: true });
});

describe('the first start', () => {
  it('installs, says so on stderr, and runs the program with its arguments and exit code', async () => {
    const first = await clone.run('hello.mjs', '7', '--json');
    expect(first.code).toBe(7);
    expect(JSON.parse(first.stdout)).toEqual({
      args: ['7', '--json'],
      entry: realpathSync(clone.path('hello.mjs')),
    });
    expect(first.stderr).toMatch(/Installing dependencies \(2 packages.*\n.*installed in [\d.]+ s/);
    expect(clone.calls()).toEqual([expect.stringMatching(/^ci --include=dev/)]);

    const second = await clone.run('hello.mjs');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(clone.calls()).toHaveLength(1);
  });

  it('installs again when the lock file changed, not when only its time did', async () => {
    await clone.run('hello.mjs');
    writeFileSync(
      clone.path('package-lock.json'),
      readFileSync(clone.path('package-lock.json'), 'utf8'),
    );
    await clone.run('hello.mjs');
    expect(clone.calls()).toHaveLength(1);
    clone.lock('0.9.0');
    const failing = await clone.run('hello.mjs');
    expect(failing.code).toBe(1);
    expect(clone.calls()).toHaveLength(2);
  });

  it('takes a complete installation that was made by hand', async () => {
    await clone.run('hello.mjs');
    rmSync(clone.path('node_modules/.orgsync-ready.json'));
    expect((await clone.run('hello.mjs')).stderr).toBe('');
    expect(clone.calls()).toHaveLength(1);
    expect(existsSync(clone.path('node_modules/.orgsync-ready.json'))).toBe(true);
  });

  it('does not take half of one', async () => {
    await clone.run('hello.mjs');
    rmSync(clone.path('node_modules/.orgsync-ready.json'));
    rmSync(clone.path('node_modules/.package-lock.json'));
    await clone.run('hello.mjs');
    expect(clone.calls()).toHaveLength(2);

    rmSync(clone.path('node_modules/.orgsync-ready.json'));
    rmSync(clone.path('node_modules/tsx/package.json'));
    expect((await clone.run('hello.mjs')).code).toBe(0);
    expect(clone.calls()).toHaveLength(3);
  });

  it('that was killed leaves npm to finish alone; the next start waits for it and takes the result', async () => {
    clone.npm('slow');
    const killed = clone.start(['hello.mjs']);
    while (clone.calls().length === 0) await pause(20);
    killed.child.kill('SIGKILL');
    const next = await clone.run('hello.mjs');
    expect(next.code).toBe(0);
    expect(next.stderr).toContain('waiting for it');
    expect(clone.calls()).toHaveLength(1);
  });

  it('that was interrupted takes npm with it, and the next start begins anew', async () => {
    clone.npm('endless');
    const stopped = clone.start(['hello.mjs']);
    while (clone.calls().length === 0) await pause(20);
    stopped.child.kill('SIGTERM');
    expect((await stopped.ended).code).toBe(130);
    clone.npm('works');
    expect((await clone.run('hello.mjs')).code).toBe(0);
    expect(clone.calls()).toHaveLength(2);
  });

  it('lets one of two starts install while the other waits', async () => {
    clone.npm('slow');
    const both = await Promise.all([clone.run('hello.mjs', '3'), clone.run('hello.mjs', '4')]);
    expect(both.map((it) => it.code)).toEqual([3, 4]);
    expect(clone.calls()).toHaveLength(1);
    expect(both.filter((it) => it.stderr.includes('waiting for it'))).toHaveLength(1);
  });

  it('that fails shows the words of npm and what to do, and is not taken for done', async () => {
    clone.npm('fails');
    const { code, stdout, stderr } = await clone.run('hello.mjs');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('  | npm error code E404');
    expect(stderr).toContain('  | npm error 404 Not Found - tsx@1.0.0');
    expect(stderr).toContain('What to do:');
    clone.npm('works');
    expect((await clone.run('hello.mjs')).code).toBe(0);
  });

  it('does not believe an npm that says it is done and left no record', async () => {
    clone.npm('forgets');
    expect((await clone.run('hello.mjs')).code).toBe(1);
  });
});

describe('starting', () => {
  it('with an old Node ends with 78 and says which one is needed', async () => {
    const old =
      "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.18.9'})";
    const { code, stderr } = await clone.start(['hello.mjs'], ['--import', old]).ended;
    expect(code).toBe(78);
    expect(stderr).toContain('needs Node 20.19 or newer; this is Node 20.18.9');
    expect(clone.calls()).toEqual([]);
  });

  it('something that does not exist, or nothing, is wrong use', async () => {
    expect(await clone.run('nothing.ts')).toMatchObject({ code: 64, stdout: '' });
    expect(await clone.run()).toMatchObject({ code: 64, stdout: '' });
    expect((await clone.run('--run', 'nonsense')).stderr).toContain('nothing called "nonsense"');
  });
});

describe('running the tests', () => {
  const report = (passed: number, failed: number, pending: number, todo: number) =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: pending,
      numTodoTests: todo,
    });

  it.each([
    ['all pass', 'test', '0', report(7, 0, 0, 0), 0, '7 passed, 0 failed, 0 skipped'],
    ['one fails', 'test', '1', report(6, 1, 2, 1), 1, '6 passed, 1 failed, 3 skipped'],
    ['a file cannot be read', 'test', '1', report(3, 0, 0, 0), 1, '3 passed, 0 failed, 0 skipped'],
    ['no test ran', 'test', '0', report(0, 0, 4, 0), 1, '0 passed, 0 failed, 4 skipped'],
    ['the runner dies', 'test', '137', 'none', 137, '0 passed, 0 failed, 0 skipped'],
    [
      'all pass, at length',
      'test:long',
      '0',
      report(9, 0, 0, 0),
      0,
      '9 passed, 0 failed, 0 skipped',
    ],
  ])(
    'ends with the count of the runner when %s',
    async (_, name, runnerCode, runnerReport, code, line) => {
      await clone.run('hello.mjs');
      clone.withVitest();
      const ended = await clone.run('--run', name, runnerCode, runnerReport);
      expect(ended.code).toBe(code);
      expect(ended.stdout.trimEnd().split('\n').at(-1)).toBe(line);
      expect(ended.stdout).toContain(`runner says ${name === 'test:long' ? '1' : 'nothing'}`);
    },
  );
});
