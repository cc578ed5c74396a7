/** `orgsync status`, `token …`, `master-key rewrap`, `sandbox`: about the installation itself. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentWith } from '../runtime/config.ts';
import { column } from './columns.ts';
import { CliFault, EXIT } from './command.ts';
import type { Command } from './command.ts';
import { text } from './given.ts';

interface Readiness {
  status: 'ready' | 'degraded' | 'not_ready';
  dependencies: { name: string; state: 'up' | 'down' | 'unknown'; seenAt: string | null }[];
}

const status: Command = {
  name: 'status',
  summary: 'sayStatus',
  takes: [],
  options: [],
  examples: ['orgsync status', 'orgsync status --json'],
  json: 'Readiness',
  async run(context) {
    const found = await context.api.readiness<Readiness>();
    const words = { up: 'up', down: 'down', unknown: 'unknownState' } as const;
    context.data(found, () => [
      ...found.dependencies.map(({ name, state, seenAt }) =>
        `${column(name, 14)} ${column(context.say(words[state]), 10)} ${seenAt ?? ''}`.trimEnd(),
      ),
      context.say(found.status),
    ]);
    return found.status === 'not_ready' ? EXIT.failed : EXIT.done;
  },
};

interface Token {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
}

const tokenAdd: Command = {
  name: 'token add',
  summary: 'sayTokenAdd',
  takes: ['NAME'],
  options: ['days'],
  examples: ['orgsync token add ci --days 90', 'orgsync token add console --json'],
  json: 'NewToken',
  async run(context, [name = ''], options) {
    const days = text(options, 'days');
    if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
      throw new CliFault(context.say('daysWhat'));
    }
    const body = { name, ...(days === undefined ? {} : { days: Number(days) }) };
    const made = await context.api.post<Token & { token: string }>('/tokens', body);
    context.talk(context.say('tokenMade', { name, id: made.id }));
    context.data(made, () => [made.token]);
    return EXIT.done;
  },
};

const tokenList: Command = {
  name: 'token list',
  summary: 'sayTokenList',
  takes: [],
  options: [],
  examples: ['orgsync token list', 'orgsync token list --json'],
  json: 'Tokens',
  async run(context) {
    const found = await context.api.get<{ tokens: Token[] }>('/tokens');
    context.data(found, () =>
      found.tokens.map((it) =>
        `${it.id}  ${column(it.name, 20)} ${it.createdAt}  ${it.expiresAt ?? ''}`.trimEnd(),
      ),
    );
    return EXIT.done;
  },
};

const tokenRemove: Command = {
  name: 'token remove',
  summary: 'sayTokenRemove',
  takes: ['ID'],
  options: [],
  examples: ['orgsync token remove 3f9a0c1d2e4b', 'orgsync token remove 3f9a0c1d2e4b --json'],
  json: 'Removed',
  async run(context, [id = '']) {
    const gone = await context.api.remove(`/tokens/${encodeURIComponent(id)}`);
    context.data(gone, () => [context.say('tokenRemoved', { id })]);
    return EXIT.done;
  },
};

const rewrap: Command = {
  name: 'master-key rewrap',
  summary: 'sayRewrap',
  takes: [],
  options: [],
  examples: ['orgsync master-key rewrap', 'orgsync master-key rewrap --json'],
  json: 'Rewrapped',
  async run(context) {
    const done = await context.api.post<{ changed: number; all: number }>('/master-key/rewrap', {});
    context.data(done, () => [context.say('rewrapped', { ...done })]);
    return EXIT.done;
  },
};

/** The sandbox as a process: from its sources through the starter, or as it was built. */
function sandboxCommand(): string[] {
  const built = import.meta.url.endsWith('.js');
  const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  return built ? [file('../sandbox/main.js')] : [file('../engines/ready.mjs'), 'sandbox/main.ts'];
}

const SANDBOX_OPTIONS = ['data', 'people', 'departments', 'seed', 'limits'] as const;

const sandbox: Command = {
  name: 'sandbox',
  summary: 'saySandbox',
  takes: [],
  options: [...SANDBOX_OPTIONS],
  examples: ['orgsync sandbox', 'orgsync sandbox --people 2000 --departments 60 --limits none'],
  async run(_context, _args, options) {
    const given = SANDBOX_OPTIONS.flatMap((name) => {
      const value = text(options, name);
      return value === undefined ? [] : [`--${name}`, value];
    });
    const child = spawn(process.execPath, [...sandboxCommand(), ...given], {
      ...{ stdio: 'inherit', env: environmentWith({}) },
    });
    // Ctrl-C reaches both; the sandbox stops in order, and its end is ours.
    const wait = (): void => undefined;
    process.on('SIGINT', wait).on('SIGTERM', () => child.kill('SIGTERM'));
    return new Promise<number>((resolve) => {
      child.once('exit', (code) => resolve(code ?? EXIT.interrupted));
    });
  },
};

export const installationCommands: Command[] = [
  ...[status, tokenAdd, tokenList, tokenRemove, rewrap, sandbox],
];
