/** `orgsync connection add|list|show`: secrets come from files, the environment or unseen typing. */
import { readFileSync } from 'node:fs';
import type { Connection } from '../model/connection.ts';
import { ask, isTerminal, secretFrom } from '../runtime/secret-input.ts';
import { promptWords } from '../model/words-options.ts';
import type { PromptName } from '../model/words-options.ts';
import { column } from './columns.ts';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command, Options } from './command.ts';
import { settingsLines } from './settings-lines.ts';

const text = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** An answer by option, or asked for; without a terminal its option is named. */
async function answer(context: CliContext, options: Options, name: PromptName): Promise<string> {
  const given = text(options, name);
  if (given !== undefined) return given;
  const label = promptWords[name][context.language];
  if (!isTerminal() || options['no-input'] === true) {
    throw new CliFault(context.say('noInput', { name: label, flag: `--${name}` }));
  }
  return ask(label);
}

async function secret(
  context: CliContext,
  options: Options,
  way: { file: PromptName; variable: string },
): Promise<string> {
  const file = text(options, way.file);
  const mayAsk = options['no-input'] !== true;
  const label = promptWords[way.file][context.language];
  const asked = { variable: way.variable, file, prompt: label, mayAsk };
  const found = await readable(context, file, () => secretFrom(asked));
  if (found) return found;
  const flag = `--${way.file}, ${way.variable}`;
  throw new CliFault(context.say('noInput', { name: label, flag }));
}

/** A proxy with a password in it is a secret, and not taken from the command line. */
async function proxyOf(context: CliContext, options: Options): Promise<string> {
  const given = text(options, 'proxy');
  if (given !== undefined) {
    if (given.includes('@'))
      throw new CliFault(context.say('secretByFlag', { flag: '--proxy-file' }));
    return given;
  }
  return secret(context, options, { file: 'proxy-file', variable: 'DINGTALK_PROXY' });
}

export const connectionAdd: Command = {
  name: 'connection add',
  summary: 'sayAdd',
  takes: [],
  options: [
    'id',
    'name',
    'corp-id',
    'app-key',
    'app-secret-file',
    'proxy',
    'proxy-file',
    'access-key-id',
    'access-key-file',
    'organization',
    'authing-host',
    'dingtalk-oapi',
    'dingtalk-api',
    'ca-file',
    'settings',
  ],
  flags: ['no-input'],
  examples: [
    'orgsync connection add',
    'orgsync connection add --id feihua --name 飞花 --corp-id ding1 --app-key dinga --app-secret-file s --proxy http://10.0.0.5:3128 --access-key-id 64a0 --access-key-file k --organization feihua',
  ],
  async run(context, _args, options) {
    const id = await answer(context, options, 'id');
    const body = {
      id,
      name: await answer(context, options, 'name'),
      source: {
        corpId: await answer(context, options, 'corp-id'),
        appKey: await answer(context, options, 'app-key'),
        appSecret: await secret(context, options, {
          file: 'app-secret-file',
          variable: 'DINGTALK_APP_SECRET',
        }),
        proxy: await proxyOf(context, options),
        oapi: text(options, 'dingtalk-oapi'),
        api: text(options, 'dingtalk-api'),
      },
      target: {
        host: text(options, 'authing-host'),
        accessKeyId: await answer(context, options, 'access-key-id'),
        accessKeySecret: await secret(context, options, {
          file: 'access-key-file',
          variable: 'AUTHING_ACCESS_KEY_SECRET',
        }),
        organizationCode: await answer(context, options, 'organization'),
      },
      ca: await fileText(context, options, 'ca-file'),
      settings: await settingsFrom(context, options),
    };
    const made = await context.api.post<Connection>('/connections', body);
    context.data(made, () => [context.say('added', { id })]);
    context.talk(context.say('nextDoctor', { id }));
    return EXIT.done;
  },
};

/** A file that cannot be read is named, and nothing of it. */
async function readable<T>(
  context: CliContext,
  file: string | undefined,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (file === undefined) throw error;
    throw new CliFault(context.say('fileAway', { file }));
  }
}

function fileText(
  context: CliContext,
  options: Options,
  name: string,
): Promise<string | undefined> {
  const file = text(options, name);
  return readable(context, file, () =>
    file === undefined ? undefined : readFileSync(file, 'utf8'),
  );
}

/** What is in the file is judged by the API; here it only has to be JSON. */
async function settingsFrom(context: CliContext, options: Options): Promise<unknown> {
  const content = await fileText(context, options, 'settings');
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw new CliFault(context.say('notJson', { file: text(options, 'settings') ?? '' }));
  }
}

export const connectionList: Command = {
  name: 'connection list',
  summary: 'sayConnections',
  takes: [],
  options: [],
  examples: ['orgsync connection list', 'orgsync connection list --json'],
  async run(context) {
    const { connections } = await context.api.get<{ connections: Connection[] }>('/connections');
    context.data({ connections }, () =>
      connections.length === 0
        ? [context.say('noConnection')]
        : connections.map(
            (it) => `${column(it.id, 20)} ${column(it.target.organizationCode, 20)} ${it.name}`,
          ),
    );
    return EXIT.done;
  },
};

export const connectionShow: Command = {
  name: 'connection show',
  summary: 'sayShow',
  takes: ['ID'],
  options: [],
  examples: ['orgsync connection show feihua', 'orgsync connection show feihua --json'],
  async run(context, [id]) {
    const found = await context.api.get<Connection>(`/connections/${encodeURIComponent(id ?? '')}`);
    context.data(found, () => [
      `${found.id}  ${found.name}`,
      `  CorpId ${found.source.corpId}  AppKey ${found.source.appKey}`,
      `  ${found.source.oapi}  ${found.source.api}`,
      `  Authing ${found.target.host}  ${found.target.accessKeyId}  ${found.target.organizationCode}`,
      ...settingsLines(found.settings),
    ]);
    return EXIT.done;
  },
};
