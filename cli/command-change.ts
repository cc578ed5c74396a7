/** `orgsync connection set|remove`: what was seen is what is changed; nobody's change is lost. */
import type { Connection } from '../model/connection.ts';
import { ask, isTerminal } from '../runtime/secret-input.ts';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command, Options } from './command.ts';
import { fileText, proxyOf, secret, settingsFrom, text } from './given.ts';

const at = (id: string): string => `/connections/${encodeURIComponent(id)}`;

/** Calls a second, or undefined; what is no number is refused here, its size by the API. */
function rate(context: CliContext, options: Options, name: string): number | undefined {
  const given = text(options, name);
  if (given === undefined) return undefined;
  if (/^\d{1,5}(\.\d+)?$/.test(given)) return Number(given);
  throw new CliFault(context.say('notNumber', { name: `--${name}` }));
}

/** Secrets that are to be entered anew although no file of theirs was named. */
function replaced(context: CliContext, options: Options): Set<string> {
  const names = text(options, 'replace')?.split(',') ?? [];
  const wrong = names.find((it) => !['app-secret', 'access-key', 'proxy'].includes(it));
  if (wrong !== undefined) throw new CliFault(context.say('replaceWhat', { name: wrong }));
  return new Set(names);
}

async function changes(context: CliContext, options: Options) {
  const replace = replaced(context, options);
  const wants = (name: string, ...given: string[]): boolean =>
    replace.has(name) || given.some((it) => options[it] !== undefined);
  const appSecret = { file: 'app-secret-file', variable: 'DINGTALK_APP_SECRET' } as const;
  const accessKey = { file: 'access-key-file', variable: 'AUTHING_ACCESS_KEY_SECRET' } as const;
  const source = {
    appKey: text(options, 'app-key'),
    appSecret: wants('app-secret', 'app-secret-file')
      ? await secret(context, options, appSecret)
      : undefined,
    proxy: wants('proxy', 'proxy', 'proxy-file') ? await proxyOf(context, options) : undefined,
    oapi: text(options, 'dingtalk-oapi'),
    api: text(options, 'dingtalk-api'),
  };
  const target = {
    host: text(options, 'authing-host'),
    accessKeyId: text(options, 'access-key-id'),
    accessKeySecret: wants('access-key', 'access-key-file')
      ? await secret(context, options, accessKey)
      : undefined,
  };
  const rates = {
    sourcePerSecond: rate(context, options, 'source-rate'),
    egressPerSecond: rate(context, options, 'egress-rate'),
    targetPerSecond: rate(context, options, 'target-rate'),
  };
  return {
    name: text(options, 'name'),
    ca: await fileText(context, options, 'ca-file'),
    settings: await settingsFrom(context, options),
    ...Object.fromEntries(Object.entries({ source, target, rates }).filter(([, it]) => some(it))),
  };
}

const some = (fields: object): boolean => Object.values(fields).some((it) => it !== undefined);

export const connectionSet: Command = {
  name: 'connection set',
  summary: 'saySet',
  takes: ['ID'],
  options: [
    ...(['name', 'app-key', 'app-secret-file', 'proxy', 'proxy-file', 'replace'] as const),
    ...(['access-key-id', 'access-key-file', 'authing-host'] as const),
    ...(['dingtalk-oapi', 'dingtalk-api', 'ca-file', 'settings'] as const),
    ...(['source-rate', 'egress-rate', 'target-rate', 'if-version'] as const),
  ],
  flags: ['no-input'],
  examples: [
    'orgsync connection set feihua --replace app-secret',
    'orgsync connection set feihua --target-rate 10 --settings \'leaders=true;scope.exclude=["31"]\'',
  ],
  json: 'Connection',
  async run(context, [id = ''], options) {
    const body = await changes(context, options);
    if (!some(body)) throw new CliFault(context.say('nothingToSet'));
    const seen = text(options, 'if-version');
    const version =
      seen === undefined ? (await context.api.get<Connection>(at(id))).version : +seen;
    if (!Number.isInteger(version)) {
      throw new CliFault(context.say('notNumber', { name: '--if-version' }));
    }
    const changed = await context.api.patch<Connection>(at(id), body, version);
    context.data(changed, () => [
      context.say('changedConnection', { id, version: changed.version }),
    ]);
    context.talk(context.say('nextDoctor', { id }));
    return EXIT.done;
  },
};

/** Typed on a terminal; elsewhere the option that answers is named. */
async function confirmed(
  context: CliContext,
  options: Options,
  connection: Connection,
): Promise<boolean> {
  const { id, name } = connection;
  const given = text(options, 'confirm');
  if (given !== undefined) return given === id;
  const question = context.say('confirmRemoval', { id, name });
  if (!isTerminal() || options['no-input'] === true) {
    throw new CliFault(context.say('noInput', { name: question, flag: `--confirm ${id}` }));
  }
  return (await ask(question)) === id;
}

export const connectionRemove: Command = {
  name: 'connection remove',
  summary: 'sayRemove',
  takes: ['ID'],
  options: ['confirm'],
  flags: ['no-input'],
  examples: [
    'orgsync connection remove feihua',
    'orgsync connection remove feihua --confirm feihua --json',
  ],
  json: 'Removed',
  async run(context, [id = ''], options) {
    const connection = await context.api.get<Connection>(at(id));
    if (!(await confirmed(context, options, connection))) {
      throw new CliFault(context.say('notConfirmed'));
    }
    const gone = await context.api.remove<{ stays: { departments: number; people: number } }>(
      ...([at(id), connection.version] as const),
    );
    context.data(gone, () => [context.say('removedConnection', { id, ...gone.stays })]);
    return EXIT.done;
  },
};
