/** What is sealed opens only here, only at its place, only unaltered; and nothing secret lies in plain. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEFAULT_RATES } from '../../model/connection.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { createConnections } from '../../store/connections.ts';
import { createTokenCache } from '../../store/tokens.ts';
import { createVault } from '../../store/vault.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
});
afterAll(() => desk.close());

const unreadable = { problem: { code: 'SECRET_UNREADABLE' } };
const fails = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'opened';
};

describe('the vault', () => {
  const vault = createVault(randomBytes(32));
  const wrapped = vault.createKey('acme');
  const key = vault.openKey(wrapped, 'acme');

  it('opens what it sealed, and seals the same value differently each time', () => {
    const sealed = key.seal({ a: '秘密' }, 'here');
    expect(key.open(sealed, 'here')).toEqual({ a: '秘密' });
    expect(key.seal({ a: '秘密' }, 'here').equals(sealed)).toBe(false);
  });

  it('refuses another place, another connection, another master key', () => {
    const sealed = key.seal('x', 'here');
    expect(fails(() => key.open(sealed, 'there'))).toMatchObject(unreadable);
    expect(fails(() => vault.openKey(wrapped, 'other'))).toMatchObject(unreadable);
    expect(fails(() => createVault(randomBytes(32)).openKey(wrapped, 'acme'))).toMatchObject(
      unreadable,
    );
    const second = vault.openKey(vault.createKey('other'), 'other');
    expect(fails(() => second.open(sealed, 'here'))).toMatchObject(unreadable);
  });

  it('refuses a ciphertext with any byte changed, or cut short', () => {
    const sealed = key.seal('x', 'here');
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(fails(() => key.open(altered, 'here'))).toMatchObject(unreadable);
    }
    expect(fails(() => key.open(sealed.subarray(0, 10), 'here'))).toMatchObject(unreadable);
    expect(fails(() => key.open(Buffer.alloc(0), 'here'))).toMatchObject(unreadable);
  });

  it('gives equal fingerprints to equal values of one connection only', () => {
    const second = vault.openKey(vault.createKey('other'), 'other');
    expect(key.fingerprint('13800000001')).toBe(key.fingerprint('13800000001'));
    expect(key.fingerprint('13800000001')).not.toBe(second.fingerprint('13800000001'));
  });
});

describe('connections and tokens', () => {
  const secrets = {
    appSecret: 'canary-app-secret',
    accessKeySecret: 'canary-key-secret',
    sourceProxy: 'http://user:canary-proxy@proxy.example:3128',
  };
  const connection = {
    id: 'acme',
    name: '飞花',
    source: { corpId: 'c', appKey: 'k', oapi: 'https://o', api: 'https://a' },
    target: { host: 'https://t', accessKeyId: 'i', organizationCode: 'acme' },
    keyFormat: '{corpId}:{id}',
    rates: DEFAULT_RATES,
    settings: DEFAULT_SETTINGS,
    createdAt: '2026-01-01T00:00:00.000Z',
    version: 1,
  };

  it('hold no secret in plain, and give it back to who has the master key', async () => {
    const connections = createConnections(desk.c, desk.vault);
    await connections.create(connection, secrets);
    const { key, secrets: opened } = await connections.open('acme');
    expect(opened).toEqual(secrets);
    await createTokenCache(desk.c, 'acme', 'source', key).set({
      token: 'canary-token',
      expiresAt: 1,
    });
    expect(await createTokenCache(desk.c, 'acme', 'source', key).get()).toMatchObject({
      token: 'canary-token',
    });
    const raw = [
      ...(await desk.db.collection('connections').find().toArray()),
      ...(await desk.db.collection('tokens').find().toArray()),
    ];
    const text = JSON.stringify(raw) + raw.map((it) => Object.values(it).map(String).join()).join();
    expect(text).toContain('acme');
    expect(text).not.toContain('canary');
    expect(JSON.stringify(await connections.get('acme'))).not.toContain('canary');
  });

  it('stored before there were settings, or with some of them only, have the defaults of the others', async () => {
    const connections = createConnections(desk.c, desk.vault);
    const stored = desk.db.collection('connections');
    await stored.updateOne({ name: '飞花' }, { $unset: { settings: 1 } });
    expect((await connections.get('acme')).settings).toEqual(DEFAULT_SETTINGS);
    await stored.updateOne({ name: '飞花' }, { $set: { settings: { leaders: true } } });
    expect((await connections.open('acme')).connection.settings).toEqual({
      ...DEFAULT_SETTINGS,
      leaders: true,
    });
  });

  it('refuse a second one of the same id, and name an unknown one', async () => {
    const connections = createConnections(desk.c, desk.vault);
    const again = connections.create(connection, secrets);
    await expect(again).rejects.toMatchObject({ problem: { code: 'CONNECTION_EXISTS' } });
    await expect(connections.get('none')).rejects.toMatchObject({
      problem: { code: 'CONNECTION_UNKNOWN' },
    });
  });

  it('refuse secrets that were moved over from another connection', async () => {
    const connections = createConnections(desk.c, desk.vault);
    await connections.create({ ...connection, id: 'second' }, secrets);
    const first = await desk.c.connections.findOne({ _id: 'acme' });
    if (!first) throw new Error('missing');
    await desk.c.connections.updateOne({ _id: 'second' }, { $set: { secrets: first.secrets } });
    await expect(connections.open('second')).rejects.toMatchObject(unreadable);
  });

  it('count a version up when they are changed, so that workers take them anew', async () => {
    const connections = createConnections(desk.c, desk.vault);
    const changed = await connections.update('acme', 1, {
      set: { name: '新名' },
      secrets: { appSecret: 'other', targetProxy: 'http://t:1' },
    });
    expect(changed).toMatchObject({ version: 2, name: '新名', keyFormat: '{corpId}:{id}' });
    const { connection: found, secrets: opened } = await connections.open('acme');
    expect(found).toEqual(changed);
    expect(opened).toEqual({ ...secrets, appSecret: 'other', targetProxy: 'http://t:1' });
    await connections.update('acme', 2, { secrets: { targetProxy: null } });
    expect((await connections.open('acme')).secrets).toEqual({ ...secrets, appSecret: 'other' });
  });

  it('stay readable for all while the master key is replaced, and then need the new one alone', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    const before = createConnections(desk.c, createVault(old));
    await before.create({ ...connection, id: 'rotated' }, secrets);
    await desk.c.connections.deleteMany({ _id: { $nin: ['rotated', 'acme'] } });
    const during = createConnections(desk.c, createVault(next, [old, desk.masterKey]));
    let turning = true;
    const reading = (async () => {
      let reads = 0;
      for (; turning; reads++) {
        expect((await during.open('rotated')).secrets.accessKeySecret).toBe('canary-key-secret');
      }
      return reads;
    })();
    const { version } = await during.get('rotated');
    const [turned] = await Promise.all([
      during.rewrap(),
      during.update('rotated', version, { secrets: { appSecret: 'changed meanwhile' } }),
    ]);
    expect(turned).toEqual({ changed: 2, all: 2 });
    expect(await during.rewrap()).toEqual({ changed: 0, all: 2 });
    turning = false;
    expect(await reading).toBeGreaterThan(0);
    const after = createConnections(desk.c, createVault(next));
    expect((await after.open('rotated')).secrets.appSecret).toBe('changed meanwhile');
    await expect(before.open('rotated')).rejects.toMatchObject(unreadable);
    const back = createConnections(desk.c, createVault(desk.masterKey, [next]));
    expect(await back.rewrap()).toEqual({ changed: 2, all: 2 });
  });

  it('let only the first of two editors change or remove them', async () => {
    const connections = createConnections(desk.c, desk.vault);
    const changed = { problem: { code: 'CONNECTION_CHANGED' } };
    const edit = (name: string) => connections.update('acme', 3, { set: { name } });
    const both = await Promise.allSettled([edit('one'), edit('two')]);
    expect(both.map((it) => it.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(edit('three')).rejects.toMatchObject(changed);
    await expect(connections.remove('acme', 3)).rejects.toMatchObject(changed);
    await connections.remove('acme', 4);
    await expect(connections.get('acme')).rejects.toMatchObject({
      problem: { code: 'CONNECTION_UNKNOWN' },
    });
  });
});
