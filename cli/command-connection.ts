/** `orgsync connection add|list|show`: secrets come from files, the environment or unseen typing. */
import type { Connection } from '../model/connection.ts';
import { column } from './columns.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';
import { answer, fileText, proxyOf, secret, settingsFrom, text } from './given.ts';
import { settingsLines } from './settings-lines.ts';

export const connectionAdd: Command = {
  name: 'connection add',
  json: 'Connection',
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

export const connectionList: Command = {
  name: 'connection list',
  json: 'Connections',
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
  json: 'Connection',
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
