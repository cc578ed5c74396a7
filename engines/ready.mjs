// Makes a fresh clone runnable (Node checked, dependencies there), then runs a TypeScript file or a set of checks.
//
//   node engines/ready.mjs cli/demo.ts ARGS…      runs the file in this very process
//   node engines/ready.mjs --run check|test|test:long|build ARGS…
//
// It uses nothing that is not part of Node, and nothing newer than Node 14, so that an old Node still reaches the
// sentence that says what is wrong. Everything it says goes to stderr; stdout belongs to the program.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(modules, '.orgsync-ready.json');

const NODE_MIN = [20, 19];
const INSTALL_LIMIT_MS = 15 * 60_000;
const HOLDER_SILENT_MS = 3_000;
const EXIT = { failed: 1, usage: 64, config: 78 };

const say = (text) => process.stderr.write(`${text}\n`);
const seconds = (sinceMs) => ((Date.now() - sinceMs) / 1000).toFixed(1);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  say(
    `This program needs Node ${NODE_MIN.join('.')} or newer; this is Node ${process.versions.node}.`,
  );
  say(
    'What to do: install a current Node LTS (https://nodejs.org) and run the same command again.',
  );
  process.exit(EXIT.config);
}

/** What an installation was made from; another lock file, machine or Node makes another one necessary. */
function wantedStamp() {
  const hash = createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex');
  const node = process.versions.node.split('.')[0];
  return JSON.stringify({ lock: hash, node, platform: `${process.platform}-${process.arch}` });
}

function readOr(path, otherwise) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (_) {
    return otherwise;
  }
}

/**
 * Compares the tree npm says it installed with the lock file. npm writes its record last, so a tree without one, or with
 * another one, is unfinished or old. Parts for other machines are optional and may be absent.
 */
function treeMatchesLock() {
  const record = readOr(join(modules, '.package-lock.json'), '');
  if (record === '') return false;
  let installed;
  try {
    installed = JSON.parse(record).packages;
  } catch (_) {
    return false;
  }
  const wanted = JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const there = installed[path];
    if (there === undefined ? !entry.optional : there.version !== entry.version) return false;
    if (there !== undefined && !fs.existsSync(join(root, path, 'package.json'))) return false;
  }
  return true;
}

function stampIsRight() {
  return readOr(stampFile, '') === wantedStamp();
}

/** The lock's path depends on the clone, not on its contents: `npm ci` deletes node_modules as its first act. */
function installLockPath() {
  const name = createHash('sha256').update(fs.realpathSync(root)).digest('hex').slice(0, 16);
  const user = typeof process.getuid === 'function' ? process.getuid() : 'user';
  return join(tmpdir(), `orgsync-install-${user}-${name}.lock`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * A holder touches its file every second and wrote its pid and npm's into it: npm outlives a start that was killed, and
 * two of them in one folder would spoil each other's work.
 */
function holderIsGone(path) {
  const silentMs = Date.now() - fs.statSync(path).mtimeMs;
  if (silentMs > INSTALL_LIMIT_MS + 60_000) return true;
  const pids = readOr(path, '').split(' ').map(Number).filter(Boolean);
  return silentMs > HOLDER_SILENT_MS && !pids.some(isAlive);
}

/** Takes the lock, or says false. */
function takeLock(path) {
  try {
    fs.writeFileSync(path, `${process.pid} `, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    if (!holderIsGone(path)) return false;
    const aside = `${path}.${process.pid}`;
    fs.renameSync(path, aside);
    fs.unlinkSync(aside);
  } catch (_) {
    // Somebody else removed it first; the next round decides.
  }
  return false;
}

function npmCommand() {
  const started = process.env.npm_execpath;
  if (started && /npm-cli\.c?js$/.test(started)) return [process.execPath, [started]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

function runNpm(lockPath, onTick) {
  const [command, first] = npmCommand();
  // Development packages belong to a clone whatever NODE_ENV says: the checks and tests need them.
  const args = [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((done) => {
    const lines = [];
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && first.length === 0,
    });
    if (child.pid) fs.appendFileSync(lockPath, `${child.pid} `);
    const stop = (signal) => {
      child.kill(signal);
      fs.rmSync(lockPath, { force: true });
      process.exit(130);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.once(signal, stop);
    const keep = (chunk) => {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      // Npm names the reason first and may end with a page about its usage.
      if (lines.length > 30) lines.splice(15, lines.length - 30);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ticker = setInterval(onTick, 1_000);
    const limit = setTimeout(() => {
      lines.push(`stopped after ${INSTALL_LIMIT_MS / 60_000} minutes`);
      child.kill('SIGKILL');
    }, INSTALL_LIMIT_MS);
    const end = (code) => {
      clearInterval(ticker);
      clearTimeout(limit);
      for (const signal of signals) process.removeListener(signal, stop);
      done({ code, lines });
    };
    child.on('error', (error) => end((keep(Buffer.from(error.message)), 1)));
    child.on('close', (code) => end(code === null ? 1 : code));
  });
}

async function install(lockPath) {
  const begun = Date.now();
  const total = Object.keys(JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages).length - 1;
  say(`Installing dependencies (${total} packages, needed once per clone) …`);
  let said = begun;
  const { code, lines } = await runNpm(lockPath, () => {
    fs.utimesSync(lockPath, new Date(), new Date());
    if (Date.now() - said < 5_000) return;
    said = Date.now();
    say(`  still installing, ${seconds(begun)} s`);
  });
  if (code === 0 && treeMatchesLock()) {
    fs.writeFileSync(stampFile, wantedStamp());
    say(`Dependencies installed in ${seconds(begun)} s.`);
    return;
  }
  say(
    `Dependencies could not be installed; npm ended with ${code} after ${seconds(begun)} s. Its words:`,
  );
  for (const line of lines) say(`  | ${line}`);
  say(
    'What to do: check that this machine reaches your npm registry ("npm ping"; behind a proxy or with a',
  );
  say('mirror, set it with "npm config set registry ADDRESS"), then run the same command again.');
  fs.rmSync(lockPath, { force: true });
  process.exit(EXIT.failed);
}

async function ensureDependencies() {
  if (stampIsRight()) return;
  const lockPath = installLockPath();
  const deadline = Date.now() + INSTALL_LIMIT_MS + 60_000;
  let told = false;
  while (!takeLock(lockPath)) {
    if (!told) say('Another start is installing the dependencies of this clone; waiting for it …');
    told = true;
    await pause(200);
    if (Date.now() < deadline) continue;
    say(`The other installation does not end. What to do: remove ${lockPath} and run again.`);
    process.exit(EXIT.failed);
  }
  const release = () => {
    if (readOr(lockPath, '').startsWith(`${process.pid} `)) fs.rmSync(lockPath, { force: true });
  };
  process.once('exit', release);
  if (!stampIsRight()) {
    // Installed by hand with npm and complete: taken as it is.
    if (treeMatchesLock()) fs.writeFileSync(stampFile, wantedStamp());
    else await install(lockPath);
  }
  process.removeListener('exit', release);
  release();
}

/** Runs the entry in this process: its pid, signals, exit code and terminal are the program's own. */
async function runEntry(entry, args) {
  const path = resolve(root, entry);
  if (!fs.existsSync(path)) {
    say(`There is no ${entry} in this project.`);
    process.exit(EXIT.usage);
  }
  const { register } = await import('tsx/esm/api');
  register();
  process.argv = [process.argv[0], path, ...args];
  await import(pathToFileURL(path).href);
}

/** Runs one tool of node_modules; its output is passed through, or kept to be shown only when it fails. */
function runTool(script, args, { quiet = false, env = {} } = {}) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(modules, script), ...args], {
      cwd: root,
      // What is kept to be shown later goes to a file as often as to a terminal.
      env: { ...process.env, ...(quiet ? { NO_COLOR: '1' } : {}), ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    const kept = [];
    if (quiet)
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (c) => kept.push(c));
    const stop = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    child.on('close', (code, signal) => {
      for (const name of signals) process.removeListener(name, stop);
      done({
        code: code === null ? 1 : code,
        signal,
        output: Buffer.concat(kept).toString('utf8'),
      });
    });
  });
}

async function check() {
  const steps = [
    ['types', 'typescript/bin/tsc', ['-p', '.']],
    ['linter', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']],
    ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']],
    ['architecture', 'vitest/vitest.mjs', ['run', '--project=house']],
  ];
  let failed = 0;
  for (const [name, script, args] of steps) {
    const begun = Date.now();
    const { code, output, signal } = await runTool(script, args, { quiet: true });
    if (signal === 'SIGINT' || signal === 'SIGTERM') return 130;
    say(`${name.padEnd(14)}${code === 0 ? 'ok' : 'FAILED'}  ${seconds(begun)} s`);
    if (code !== 0) {
      failed += 1;
      process.stderr.write(output.endsWith('\n') ? output : `${output}\n`);
    }
  }
  say(failed === 0 ? 'All checks passed.' : `${failed} of ${steps.length} checks failed.`);
  return failed === 0 ? 0 : EXIT.failed;
}

/** Runs vitest; the last line is the runner's own count, and a run without a test is a failure. */
async function test(args, env) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'orgsync-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runTool('vitest/vitest.mjs', ['run', ...reporters, ...args], { env });
  const written = readOr(report, '');
  fs.rmSync(folder, { recursive: true, force: true });
  let result = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  if (written === '') say('The test runner ended without a report.');
  else result = JSON.parse(written);
  const passed = result.numPassedTests;
  const failed = result.numFailedTests;
  const skipped = result.numPendingTests + result.numTodoTests;
  // Said on stdout like everything else the runner prints, so that it stays the last line there.
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return code !== 0 ? code : failed > 0 || passed === 0 ? EXIT.failed : 0;
}

async function run(name, args) {
  if (name === 'check') return check();
  if (name === 'test') return test(args, {});
  if (name === 'test:long') return test(args, { ORGSYNC_LONG: '1' });
  if (name === 'build') {
    return (await runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', ...args])).code;
  }
  say(`There is nothing called "${name}" to run; there are check, test, test:long and build.`);
  return EXIT.usage;
}

checkNode();
const [first, ...rest] = process.argv.slice(2);
if (first === undefined) {
  say(
    'Say what to run: node engines/ready.mjs FILE.ts ARGS…, or --run check, test, test:long or build.',
  );
  process.exit(EXIT.usage);
}
await ensureDependencies();
if (first === '--run') process.exitCode = await run(rest[0], rest.slice(1));
else await runEntry(first, rest);
