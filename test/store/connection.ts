/** A connection with its secrets, for tests that need one to be there and nothing of it. */
import type { Connection, ConnectionSecrets } from '../../model/connection.ts';
import { DEFAULT_RATES } from '../../model/connection.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';

export function connectionOf(id: string): [Connection, ConnectionSecrets] {
  const connection = {
    id,
    name: '飞花',
    source: {
      corpId: 'dingsimcorp0001',
      appKey: 'dingsimappkey00000001',
      oapi: 'https://oapi.dingtalk.com',
      api: 'https://api.dingtalk.com',
    },
    target: { host: 'https://api.authing.cn', accessKeyId: 'k', organizationCode: 'feihua' },
    keyFormat: '{corpId}:{id}',
    rates: DEFAULT_RATES,
    settings: DEFAULT_SETTINGS,
    createdAt: '2026-01-01T00:00:00.000Z',
    version: 1,
  };
  return [connection, { appSecret: 's', accessKeySecret: 's', sourceProxy: 'none' }];
}
