/** Settings: all faults at once, no secret shown, defaults that fit together. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../runtime/config.ts';
import type { Environment, Part } from '../../runtime/config.ts';
import { exampleText } from '../../runtime/example.ts';
import { engineVariables } from '../../runtime/foreign-variables.ts';
import { variables } from '../../runtime/variables.ts';

function faultsOf(part: Part, env: Environment): ConfigError {
  try {
    readConfig(part, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

const parts: Part[] = ['worker', 'api', 'cli'];

describe('the settings of a process', () => {
  it.each(parts)('are complete without any variable for the %s', (part) => {
    const config = readConfig(part, {});
    expect(config.mongo).toEqual({ uri: 'mongodb://127.0.0.1:27017', database: 'orgsync' });
    expect(config.temporal.namespace).toBe('default');
    expect(config.temporal.connectionOptions.address).toBe('127.0.0.1:7233');
    expect(config.masterKey).toEqual({ file: join(process.cwd(), 'data/master.key') });
    expect(config.times).toEqual({
      confirmDelaySeconds: 6,
      requestTimeoutSeconds: 10,
      longestWriteSeconds: 30,
      claimSeconds: 40,
    });
    expect(config.language).toBe('en');
    expect(config.hideNamesInTemporal).toBe(false);
  });

  it('take what the environment says', () => {
    const key = Buffer.alloc(32, 7);
    const config = readConfig('worker', {
      MONGODB_URI: 'mongodb+srv://u:p@cluster.example/?x=1',
      ORGSYNC_DATABASE: 'other',
      ORGSYNC_MASTER_KEY: key.toString('base64'),
      ORGSYNC_WORKER_BULK_SLOTS: ' 3 ',
      ORGSYNC_HIDE_NAMES_IN_TEMPORAL: 'true',
      ORGSYNC_DATA_DIR: '/srv/orgsync',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'people',
      TEMPORAL_API_KEY: 'abc',
      LANG: 'zh_CN.UTF-8',
    });
    expect(config.mongo.uri).toBe('mongodb+srv://u:p@cluster.example/?x=1');
    expect(config.mongo.database).toBe('other');
    expect(config.masterKey).toEqual({ key });
    expect(config.worker.bulkSlots).toBe(3);
    expect(config.hideNamesInTemporal).toBe(true);
    expect(config.api.tokenFile).toBe('/srv/orgsync/api.token');
    expect(config.temporal.namespace).toBe('people');
    expect(config.temporal.connectionOptions).toMatchObject({
      address: 'temporal.example:7233',
      apiKey: 'abc',
      tls: true,
    });
    expect(config.language).toBe('zh');
  });

  it('name every fault at once, with what was expected and what was found', () => {
    const error = faultsOf('api', {
      ORGSYNC_API_PORT: '80a80',
      ORGSYNC_LOG_LEVEL: 'loud',
      ORGSYNC_DATABASE: 'a/b',
      ORGSYNC_LANGUAGE: 'fr',
    });
    expect(error.faults.map((it) => it.name)).toEqual([
      'ORGSYNC_DATABASE',
      'ORGSYNC_API_PORT',
      'ORGSYNC_LOG_LEVEL',
      'ORGSYNC_LANGUAGE',
    ]);
    expect(error.message).toContain('4 settings are wrong');
    expect(error.message).toContain(
      'ORGSYNC_API_PORT: expected a whole number from 0 to 65535; found "80a80"',
    );
  });

  it('never show a secret that is wrong', () => {
    const error = faultsOf('worker', {
      MONGODB_URI: 'mongo://admin:hunter2@db',
      ORGSYNC_MASTER_KEY: 'aHVudGVyMw==',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/hunter4.pem',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'hunter5',
    });
    expect(error.faults.map((it) => it.name)).toEqual([
      'MONGODB_URI',
      'ORGSYNC_MASTER_KEY',
      'TEMPORAL_*',
    ]);
    expect(error.message).not.toMatch(/hunter|aHVudGVy/);
  });

  it('refuse times that do not fit together, with the reason', () => {
    const error = faultsOf('worker', {
      ORGSYNC_REQUEST_TIMEOUT_SECONDS: '20',
      ORGSYNC_LONGEST_WRITE_SECONDS: '20',
      ORGSYNC_CLAIM_SECONDS: '20',
    });
    expect(error.faults.map((it) => it.name)).toEqual([
      'ORGSYNC_LONGEST_WRITE_SECONDS',
      'ORGSYNC_CLAIM_SECONDS',
    ]);
    expect(error.message).toContain('no write would ever be sent under a claim');
  });

  it('refuse two places for the master key', () => {
    const error = faultsOf('api', {
      ORGSYNC_MASTER_KEY: Buffer.alloc(32).toString('base64'),
      ORGSYNC_MASTER_KEY_FILE: '/etc/key',
    });
    expect(error.faults.map((it) => it.name)).toEqual(['ORGSYNC_MASTER_KEY_FILE']);
  });

  it('refuse a misspelt variable of ours, and leave the names of engines and tests alone', () => {
    const error = faultsOf('cli', {
      ORGSYNC_LOGLEVEL: 'info',
      ORGSYNC_TEST_ANYTHING: '1',
      ORGSYNC_LONG: '1',
    });
    expect(error.faults.map((it) => it.name)).toEqual(['ORGSYNC_LOGLEVEL']);
  });

  it('look only at what the part uses', () => {
    expect(() => readConfig('cli', { MONGODB_URI: 'nonsense' })).not.toThrow();
    expect(() => readConfig('worker', { ORGSYNC_API_PORT: 'nonsense' })).not.toThrow();
    expect(faultsOf('api', { MONGODB_URI: 'nonsense' }).faults).toHaveLength(1);
  });

  it('take an empty variable for an unset one', () => {
    const config = readConfig('api', { ORGSYNC_API_PORT: '', ORGSYNC_MASTER_KEY: ' ' });
    expect(config.api.port).toBe(8080);
    expect(config.masterKey).toHaveProperty('file');
  });

  it('read a Temporal profile from its file, and refuse one that is not there', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'orgsync-config-')), 'temporal.toml');
    writeFileSync(file, '[profile.prod]\naddress = "prod.example:7233"\nnamespace = "p"\n');
    const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' };
    expect(readConfig('api', env).temporal.namespace).toBe('p');
    const error = faultsOf('api', { ...env, TEMPORAL_PROFILE: 'other' });
    expect(error.faults.map((it) => it.name)).toEqual(['TEMPORAL_*']);
  });
});

describe('.env.example', () => {
  it('is what the table of variables says; renew it with: node engines/ready.mjs runtime/example.ts', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(exampleText());
  });

  it('shows defaults that are themselves right', () => {
    const env: Environment = {};
    for (const line of exampleText().split('\n')) {
      const match = /^#([A-Z_]+)=(.*)$/.exec(line);
      if (match?.[1]) env[match[1]] = match[2];
    }
    for (const part of parts) expect(readConfig(part, env)).toEqual(readConfig(part, {}));
  });

  it('gives every variable a sentence, a unit in the name of a time, and a reader', () => {
    for (const [name, it] of Object.entries(variables)) {
      expect(it.says, name).toMatch(/^[A-Z].*\.$/);
      expect(it.parts.length, name).toBeGreaterThan(0);
      if (/^Seconds/.test(it.says)) expect(name).toMatch(/_SECONDS$/);
    }
  });

  it('lists all that the engines read', () => {
    const source = readFileSync('engines/settings.ts', 'utf8');
    const read = [...source.matchAll(/env\['([A-Z_]+)'\]/g)].map((it) => it[1]);
    expect(read.length).toBeGreaterThan(0);
    const listed = [...engineVariables.map((it) => it.name), 'PATH', 'MONGODB_URI'];
    expect(listed).toEqual(expect.arrayContaining(read.filter((it) => it !== 'TEMPORAL_ADDRESS')));
  });
});
