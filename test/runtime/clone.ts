/** A small clone of the project with a pretended npm, for the tests of the first start. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from '../../runtime/config.ts';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** What `npm ci` does here: deletes node_modules, takes its time, writes packages, and its record last. */
const pretendedNpm = `
import { appendFileSync, mkdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
const how = readFileSync('how.txt', 'utf8');
appendFileSync('npm-calls.txt', process.argv.slice(2).join(' ') + '\\n');
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/tsx/api', { recursive: true });
writeFileSync('node_modules/tsx/package.json',
  JSON.stringify({ name: 'tsx', version: '1.0.0', exports: { './esm/api': './api/esm.mjs' } }));
if (how === 'fails') {
  console.log('npm error code E404');
  console.error('npm error 404 Not Found - tsx@1.0.0');
  process.exit(1);
}
await new Promise((resolve) => setTimeout(resolve, how === 'slow' ? 4500 : how === 'endless' ? 60000 : 0));
writeFileSync('node_modules/tsx/api/esm.mjs', 'export function register() {}');
if (how !== 'forgets') writeFileSync('node_modules/.package-lock.json',
  JSON.stringify({ packages: { 'node_modules/tsx': { version: '1.0.0' } } }));
`;

/** What vitest does here: prints something, writes the report it was asked for, ends. */
const pretendedVitest = `
import { writeFileSync } from 'node:fs';
const report = process.argv.find((it) => it.startsWith('--outputFile.json=')).split('=')[1];
const [code, json] = process.argv.slice(-2);
console.log('runner says', process.env.ORGSYNC_LONG ?? 'nothing');
if (json !== 'none') writeFileSync(report, json);
process.exitCode = Number(code);
`;

const entry = `
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), entry: process.argv[1] }) + '\\n');
process.exitCode = Number(process.argv[2] ?? 0);
`;

export type Npm = 'works' | 'slow' | 'fails' | 'forgets' | 'endless';

export class Clone {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'orgsync-clone-'));
    mkdirSync(join(this.root, 'engines'));
    cpSync('engines/ready.mjs', this.path('engines/ready.mjs'));
    writeFileSync(this.path('npm-cli.js'), pretendedNpm);
    writeFileSync(this.path('package.json'), '{ "type": "module" }');
    writeFileSync(this.path('hello.mjs'), entry);
    this.lock('1.0.0');
    this.npm('works');
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Sets how the pretended npm behaves. */
  npm(how: Npm): void {
    writeFileSync(this.path('how.txt'), how);
  }

  /** Writes the lock file; packages for other machines are in it as they are in real ones. */
  lock(version: string, comment = ''): void {
    const other = { version: '2.0.0', optional: true, os: ['beos'] };
    const packages = { '': {}, 'node_modules/tsx': { version }, 'node_modules/other': other };
    writeFileSync(this.path('package-lock.json'), JSON.stringify({ comment, packages }));
  }

  /** Puts a pretended test runner into the installation; it ends with its last two arguments: code and report. */
  withVitest(): void {
    mkdirSync(this.path('node_modules/vitest'), { recursive: true });
    writeFileSync(this.path('node_modules/vitest/vitest.mjs'), pretendedVitest);
  }

  /** How npm was called so far, one line a call. */
  calls(): string[] {
    try {
      return readFileSync(this.path('npm-calls.txt'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  }

  start(args: string[], nodeArgs: string[] = []) {
    const env = environmentWith({ npm_execpath: this.path('npm-cli.js') });
    const child = spawn(process.execPath, [...nodeArgs, 'engines/ready.mjs', ...args], {
      cwd: this.root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString('utf8')));
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, ...out }));
    });
    return { child, ended };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }
}
