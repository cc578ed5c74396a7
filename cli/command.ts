/** What a command of the terminal is, and what it is given: words, the API, data out and talk out. */
import { readFileSync } from 'node:fs';
import { cliSay } from '../model/words-cli.ts';
import type { CliWord } from '../model/words-cli.ts';
import type { OptionName } from '../model/words-options.ts';
import type { Language } from '../model/words.ts';
import type { Config } from '../runtime/config.ts';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';

/** Exit codes are a promise; differences are told by `plan --exit-code` alone. */
export const EXIT = {
  done: 0,
  failed: 1,
  differs: 2,
  waits: 3,
  partly: 4,
  usage: 64,
  config: 78,
  interrupted: 130,
} as const;

export type Options = Record<string, string | boolean | undefined>;

export interface Command {
  /** Words that call it, for example "run show". */
  name: string;
  summary: CliWord;
  /** Behind the name: arguments that must be there. */
  takes: string[];
  /** Options that take a value, and those that do not. */
  options: OptionName[];
  flags?: OptionName[];
  examples: [string, string];
  /** Name of what --json prints, as docs/fields.md explains it; left out where there are no data. */
  json?: string;
  run(context: CliContext, args: string[], options: Options): Promise<number>;
}

/** Wrong use, or something the person must change first; the message is all that is shown. */
export class CliFault extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.name = 'CliFault';
    this.exitCode = exitCode;
  }
}

/** Where a command writes; the process's own streams, or what a test reads. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

export class CliContext {
  readonly language: Language;
  readonly json: boolean;
  readonly #config: Config;
  readonly #terminal: Terminal;
  #api: ApiClient | null = null;

  constructor(config: Config, language: Language, json: boolean, where: Terminal) {
    this.#config = config;
    this.#terminal = where;
    this.language = language;
    this.json = json;
  }

  /** Talk: for the person in front of the terminal, on stderr. */
  readonly talk = (line: string): void => this.#terminal.err(`${line}\n`);

  /** Data as it is: on stdout. */
  readonly text = (it: string): void => this.#terminal.out(it);

  /** Data: on stdout, as lines, or as JSON with --json. */
  data(value: unknown, lines: () => string[]): void {
    const text = this.json
      ? `${JSON.stringify(value)}\n`
      : lines()
          .map((it) => `${it}\n`)
          .join('');
    this.text(text);
  }

  readonly say = (word: CliWord, values?: Record<string, string | number>): string =>
    cliSay(word, this.language, values);

  get url(): string {
    const { host, port } = this.#config.api;
    return `http://${host}:${port}`;
  }

  get api(): ApiClient {
    if (this.#api) return this.#api;
    const file = this.#config.api.tokenFile;
    let token: string;
    try {
      token = readFileSync(file, 'utf8').trim();
    } catch {
      throw new CliFault(this.say('tokenAway', { file }), EXIT.config);
    }
    this.#api = createApiClient(this.url, token, this.language);
    return this.#api;
  }

  /** The connection meant: the one named, or the only one there is. */
  async connection(options: Options): Promise<string> {
    if (typeof options['connection'] === 'string') return options['connection'];
    const { connections } = await this.api.get<{ connections: { id: string }[] }>('/connections');
    const [only, ...more] = connections;
    if (!only) throw new CliFault(this.say('noConnection'), EXIT.config);
    if (more.length > 0) {
      throw new CliFault(
        this.say('whichConnection', { ids: connections.map((it) => it.id).join(', ') }),
      );
    }
    return only.id;
  }
}
