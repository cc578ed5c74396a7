/** `npm run demo`: everything on this machine, one import, and the tree that came of it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectoryView } from '../model/directory.ts';
import { tell } from '../model/words-terminal.ts';
import type { TerminalWord } from '../model/words-terminal.ts';
import type { Language } from '../model/words.ts';
import { environmentWith, loadConfig } from '../runtime/config.ts';
import { ApiProblem, createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { demoConnection } from './demo-company.ts';
import type { SandboxFacts } from './demo-company.ts';
import { playStory } from './demo-story.ts';
import type { StoryStep } from './demo-story.ts';
import { DEMO_USAGE, readDemoOptions } from './demo-options.ts';
import type { DemoOptions } from './demo-options.ts';
import type { RunView } from './views.ts';
import { showEnd, showProblem, watchRun } from './watch.ts';
import { treeLines } from './tree.ts';
import { wrongProxy } from './wrong-proxy.ts';

const EXIT = { done: 0, failed: 1, partly: 4, usage: 64, config: 78, interrupted: 130 } as const;

interface EngineFacts {
  temporal: { address: string; ui: string };
  mongo: { uri: string };
}

/** One demo: its children, its words, its end. */
class Demo {
  readonly #options: DemoOptions;
  readonly #language: Language;
  readonly #children: Child[] = [];
  #ending = false;

  constructor(options: DemoOptions, language: Language) {
    this.#options = options;
    this.#language = language;
  }

  /** People read stdout; with --json it belongs to the result, and talk goes to stderr. */
  readonly say = (line: string): void => {
    (this.#options.json ? process.stderr : process.stdout).write(`${line}\n`);
  };

  tell(word: TerminalWord, values?: Record<string, string | number>): void {
    this.say(tell(word, this.#language, values));
  }

  async run(): Promise<number> {
    this.#prepareFolder();
    this.tell('starting');
    const engines = this.#start(
      'engines',
      'engines/main.ts',
      ['--data', this.#path('engines')],
      null,
    );
    const sandboxArgs = ['--data', this.#path('sandbox'), ...this.#options.sandboxArgs];
    const sandbox = this.#start('sandbox', 'sandbox/main.ts', sandboxArgs, 'sandbox.log');
    const [engineFacts, sandboxFacts] = await Promise.all([engines.ready, sandbox.ready]);
    const at = engineFacts as unknown as EngineFacts;
    const vendors = sandboxFacts as unknown as SandboxFacts;
    this.tell('processes');
    const env = this.#environment(at);
    const apiChild = this.#start('API', 'api/main.ts', [], 'api.log', env);
    const worker = this.#start('worker', 'worker/main.ts', [], 'worker.log', env);
    const receiver = this.#start('receiver', 'api/receiver.ts', [], 'receiver.log', env);
    const [{ url }, , { url: callbacks }] = await Promise.all([
      apiChild.ready,
      worker.ready,
      receiver.ready,
    ]);
    const token = readFileSync(this.#path('api.token'), 'utf8').trim();
    const api = createApiClient(String(url), token, this.#language);
    const run = await this.#import(api, vendors);
    showEnd(run, this.#language, this.say);
    if (run.status !== 'failed') await this.#showTree(api, run.connection);
    this.#showAddresses(at, vendors, String(url));
    const story = await this.#play(run, api, vendors, String(callbacks));
    const result = story ? { run, story } : run;
    if (this.#options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    if (this.#options.once || run.status === 'failed') {
      return story?.some((it) => !it.ok) ? EXIT.failed : exitCode(run);
    }
    this.tell('staysUp');
    return new Promise<number>(() => undefined);
  }

  /** Stops what was started, last first; safe to call again. */
  async end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.tell('stopping');
    const [engines, sandbox, ...ours] = this.#children;
    await Promise.all(ours.map((child) => child.stop()));
    await Promise.all([engines?.stop(), sandbox?.stop()]);
    rmSync(this.#path('demo.pid'), { force: true });
    this.tell('stopped');
  }

  #path(name: string): string {
    return join(this.#options.data, name);
  }

  #prepareFolder(): void {
    const { data, fresh } = this.#options;
    const pidFile = this.#path('demo.pid');
    const other = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
    if (other > 0 && other !== process.pid && isAlive(other)) {
      this.tell('alreadyRunning', { pid: other });
      process.exit(EXIT.failed);
    }
    const found = existsSync(this.#path('engines'));
    if (fresh && found) {
      rmSync(data, { recursive: true, force: true });
      this.tell('forgotten');
    } else if (found) this.tell('foundData', { folder: data });
    mkdirSync(data, { recursive: true });
    mkdirSync(this.#path('logs'), { recursive: true });
    writeFileSync(pidFile, String(process.pid));
  }

  #environment(at: EngineFacts): Record<string, string> {
    return environmentWith({
      MONGODB_URI: at.mongo.uri,
      TEMPORAL_ADDRESS: at.temporal.address,
      ORGSYNC_DATA_DIR: this.#options.data,
      ORGSYNC_API_PORT: '0',
      ORGSYNC_CALLBACK_PORT: '0',
      ORGSYNC_LANGUAGE: this.#language,
      ORGSYNC_MASTER_KEY_FILE: this.#path('master.key'),
      ORGSYNC_API_TOKEN_FILE: this.#path('api.token'),
    });
  }

  #start(
    name: string,
    entry: string,
    args: string[],
    log: string | null,
    env: Record<string, string> = environmentWith({}),
  ): Child {
    const file = log === null ? null : join(this.#options.data, 'logs', log);
    const child = startChild({
      name,
      entry,
      args,
      env,
      log: file,
      onRestart: (who) => this.tell('restarted', { name: who }),
      onGiveUp: (who, code) => {
        this.tell('gaveUp', { name: who, log: file ?? '' });
        void this.end().finally(() => process.exit(code === EXIT.config ? code : EXIT.failed));
      },
    });
    this.#children.push(child);
    return child;
  }

  async #import(api: ApiClient, vendors: SandboxFacts): Promise<RunView> {
    const wrong = await wrongProxy(this.#options.mistake);
    const connection = demoConnection(
      vendors,
      this.#options.mistake,
      wrong?.url ?? null,
      this.#options.limits,
      this.#options.story ?? 'callback',
    );
    try {
      await api.post('/connections', connection);
      this.tell('connected', { name: connection.name });
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'CONNECTION_EXISTS') throw error;
      this.tell('connectionKept', { name: connection.name });
    }
    try {
      const { run } = await api.post<{ run: string }>(`/connections/${connection.id}/imports`, {});
      this.tell('importing', { run });
      return await watchRun(api, run, this.#language, this.say);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.run === null) throw error;
      this.tell('joining', { run: error.run });
      return await watchRun(api, error.run, this.#language, this.say);
    } finally {
      wrong?.stop();
    }
  }

  async #play(
    run: RunView,
    api: ApiClient,
    facts: SandboxFacts,
    receiver: string,
  ): Promise<StoryStep[] | null> {
    const way = this.#options.story;
    if (way === null || run.status === 'failed') return null;
    const { connection } = run;
    const here = { language: this.#language, say: this.say };
    return playStory({ api, facts, connection, way, receiver, ...here });
  }

  async #showTree(api: ApiClient, connection: string): Promise<void> {
    const view = await api.get<DirectoryView>(`/connections/${connection}/directory`);
    const { organization, departments, rootPeople } = view;
    const root = {
      id: organization.rootId,
      parentId: null,
      label: organization.name,
      leaves: rootPeople,
    };
    const nodes = departments.slice(0, 200).map(({ id, parentId, name, people }) => {
      return { id, parentId, label: name, leaves: people };
    });
    this.tell('treeTitle');
    const lines = treeLines([root, ...nodes]);
    for (const line of lines.slice(0, 120)) this.say(`  ${line}`);
    if (view.cut) this.tell('treeCut');
  }

  #showAddresses(at: EngineFacts, vendors: SandboxFacts, url: string): void {
    const rows: [TerminalWord, string][] = [
      ['apiAddress', url],
      ['apiToken', this.#path('api.token')],
      ['temporalUi', at.temporal.ui],
      ['mongoAddress', at.mongo.uri],
      ['sandboxControl', vendors.control],
      ['sandboxProxy', vendors.proxy],
      ['logs', this.#path('logs')],
    ];
    const { port } = new URL(url);
    const settings = `ORGSYNC_DATA_DIR=${this.#options.data} ORGSYNC_API_PORT=${port}`;
    rows.push(['tryCli', `${settings} npm run orgsync -- doctor`]);
    this.tell('addresses');
    for (const [word, value] of rows)
      this.say(`  ${tell(word, this.#language).padEnd(16)}${value}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function exitCode(run: RunView): number {
  if (run.status === 'succeeded') return EXIT.done;
  if (run.status === 'partly_succeeded') return EXIT.partly;
  return run.failure?.kind === 'config' ? EXIT.config : EXIT.failed;
}

async function main(): Promise<void> {
  let options: DemoOptions | 'help';
  try {
    options = readDemoOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : 'wrong use'}\n\n${DEMO_USAGE}\n`,
    );
    process.exit(EXIT.usage);
  }
  if (options === 'help') {
    process.stdout.write(`${DEMO_USAGE}\n`);
    return;
  }
  const language = options.language ?? loadConfig('cli').language;
  const demo = new Demo(options, language);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void demo
        .end()
        .finally(() => process.exit(signal === 'SIGINT' ? EXIT.done : EXIT.interrupted));
    });
  }
  let code: number;
  try {
    code = await demo.run();
  } catch (error) {
    if (error instanceof ApiProblem) showProblem(error.words, language, demo.say);
    else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    code = EXIT.failed;
  }
  await demo.end();
  process.exit(code);
}

await main();
