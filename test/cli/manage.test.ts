/** Commands over the real API and a real database, in this process: what they print is what docs/fields.md promises. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { shapes } from '../../api/replies.ts';
import { CliFault } from '../../cli/command.ts';
import { commands, orgsync } from '../../cli/run.ts';
import { problem } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { Run } from '../../model/run.ts';
import { readConfig } from '../../runtime/config.ts';
import { productVersion } from '../../runtime/version.ts';
import { TOKEN, connection, openApi } from '../api/desk.ts';
import type { ApiDesk } from '../api/desk.ts';
import { fieldsText, file as fieldsFile } from './fields.ts';

let desk: ApiDesk;
let folder: string;

beforeAll(async () => {
  desk = await openApi(inject('mongoUri'), {
    dependencies: () =>
      Promise.resolve([{ name: 'database', state: 'up', ms: 1, seenAt: null }] as const).then(
        (it) => [...it],
      ),
  });
  folder = mkdtempSync(join(tmpdir(), 'orgsync-cli-'));
  writeFileSync(join(folder, 'api.token'), TOKEN);
  await desk.call('/connections', { body: connection('feihua') });
});
afterAll(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number;
  out: string;
  err: string;
}

async function type(...argv: string[]): Promise<Ended> {
  const { port } = new URL(desk.origin);
  const config = readConfig('cli', { ORGSYNC_DATA_DIR: folder, ORGSYNC_API_PORT: port, LANG: 'C' });
  const ended: Ended = { code: 0, out: '', err: '' };
  const terminal = {
    out: (text: string) => void (ended.out += text),
    err: (text: string) => void (ended.err += text),
  };
  try {
    ended.code = await orgsync(argv, config, terminal);
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    ended.code = error.exitCode;
    ended.err += error.message;
  }
  return ended;
}

/** With --json, held against what docs/fields.md promises of the command. */
async function json(...argv: string[]): Promise<Record<string, unknown>> {
  const ended = await type(...argv, '--json');
  const command = commands.find((it) => argv.join(' ').startsWith(it.name));
  const shape = shapes._idmap.get(command?.json ?? '') as ZodType | undefined;
  if (!shape) throw new Error(`${argv.join(' ')}: ${ended.err}`);
  return shape.parse(JSON.parse(ended.out)) as Record<string, unknown>;
}

async function addRun(id: string, more: Partial<Run> = {}): Promise<void> {
  await desk.parts.runs.create({
    ...{ id, workflowId: 'import/feihua', connection: 'feihua', trigger: 'manual', by: 'test' },
    ...{ scope: { kind: 'organization' }, status: 'failed', stage: 'done', endedAt: null },
    ...{
      startedAt: '2026-01-01T00:00:00.000Z',
      counts: emptyCounts(),
      complete: false,
      verified: false,
    },
    ...{ calls: { source: 0, targetReads: 0, targetWrites: 0 }, failure: null },
    ...{ asked: null, pausedAt: null, ...more },
  });
}

describe('every command', () => {
  it('is explained with two examples in both languages, and says what its JSON is', async () => {
    for (const { name, examples, json: shape } of commands) {
      const [en, zh] = [
        await type(...name.split(' '), '--help'),
        await type('help', ...name.split(' '), '--lang', 'zh'),
      ];
      for (const example of examples) {
        expect(en.out, name).toContain(example);
        expect(example.replace(/^source <\(/, ''), name).toMatch(new RegExp(`^orgsync ${name}`));
      }
      expect(zh.out, name).toMatch(/\p{Script=Han}/u);
      if (shape) {
        expect(shapes._idmap.has(shape), `${name}: ${shape}`).toBe(true);
        expect(en.out).toContain(`prints ${shape} of`);
      }
    }
  });

  it('prints the fields that docs/fields.md explains', () => {
    expect(readFileSync(fieldsFile, 'utf8')).toBe(fieldsText());
  });

  it('says which version it is', async () => {
    expect(productVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await type('--version')).out).toBe(`orgsync ${productVersion()}\n`);
  });
});

describe('a connection', () => {
  it('is changed as it was seen, and a change in between is not overwritten', async () => {
    const first = await json('connection', 'set', 'feihua', '--name', '新名', '--target-rate', '7');
    expect(first).toMatchObject({ name: '新名', version: 2, rates: { targetPerSecond: 7 } });
    const late = await type('connection', 'set', 'feihua', '--name', 'x', '--if-version', '1');
    expect(late.code).toBe(78);
    expect(late.err).toContain('CONNECTION_CHANGED');
    expect(await json('connection', 'show', 'feihua')).toMatchObject({ name: '新名', version: 2 });
  });

  it('takes single settings by their place, and settings files, and leaves the others as they are', async () => {
    await desk.call('/connections', { body: connection('settled') });
    const first = await json(
      ...['connection', 'set', 'settled', '--settings', 'leaders=true;scope.exclude=["31"]'],
    );
    expect(first['settings']).toMatchObject({ leaders: true, scope: { exclude: ['31'] } });
    const file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ hideNames: true }));
    const second = await json('connection', 'set', 'settled', '--settings', file);
    expect(second['settings']).toMatchObject({
      ...{ hideNames: true, leaders: true, scope: { exclude: ['31'] } },
    });
    const wrong = await type('connection', 'set', 'settled', '--settings', 'leader=true');
    expect(wrong.err).toContain('did you mean "leaders"');
    await type('connection', 'remove', 'settled', '--confirm', 'settled');
  });

  it('takes new secrets from files, never from the command line, and shows none', async () => {
    writeFileSync(join(folder, 'secret'), 'canary-from-file\n');
    const typed = await type('connection', 'set', 'feihua', '--proxy', 'http://u:canary@p:1');
    expect(typed).toMatchObject({ code: 64, out: '' });
    const asked = await type(
      'connection',
      'set',
      'feihua',
      '--replace',
      'access-key',
      '--no-input',
    );
    expect(asked).toMatchObject({ code: 64 });
    expect(asked.err).toContain('--access-key-file');
    const set = await type(
      'connection',
      'set',
      'feihua',
      '--app-secret-file',
      join(folder, 'secret'),
    );
    expect(set.code).toBe(0);
    expect(JSON.stringify([typed, asked, set])).not.toContain('canary');
    const { secrets } = await desk.parts.connections.open('feihua');
    expect(secrets.appSecret).toBe('canary-from-file');
    expect((await type('connection', 'set', 'feihua')).code).toBe(64);
  });

  it('is removed only when its id is said, and what stays is said', async () => {
    await desk.call('/connections', { body: connection('goes') });
    const unasked = await type('connection', 'remove', 'goes');
    expect(unasked).toMatchObject({ code: 64 });
    expect(unasked.err).toContain('--confirm goes');
    expect((await type('connection', 'remove', 'goes', '--confirm', 'went')).code).toBe(64);
    expect((await json('connection', 'list'))['connections']).toHaveLength(2);
    expect(await json('connection', 'remove', 'goes', '--confirm', 'goes')).toMatchObject({
      ...{ removed: 'goes', stays: { departments: 0, people: 0 } },
    });
  });
});

describe('runs', () => {
  const person = { kind: 'person', id: 'u-1' } as const;
  const department = { kind: 'department', id: '7' } as const;

  it('are listed page by page, and by state', async () => {
    await desk.c.runs.deleteMany({});
    for (const n of [1, 2, 3])
      await addRun(`2026010${n}`, { status: n === 2 ? 'succeeded' : 'failed' });
    const page = await type('run', 'list', '--limit', '2');
    expect(page.out.match(/^2026\d+/gm)).toEqual(['20260103', '20260102']);
    expect(page.err).toContain('orgsync run list --after 20260102');
    const rest = await json('run', 'list', '--limit', '2', '--after', '20260102');
    expect(rest).toMatchObject({ runs: [{ id: '20260101' }], next: null });
    const failed = (await json('run', 'list', '--status', 'failed'))['runs'] as Run[];
    expect(failed.map((it) => it.id)).toEqual(['20260103', '20260101']);
    expect((await type('run', 'list', '--status', 'lost')).code).toBe(78);
  });

  it('are tried again object by object: departments first, nothing that is held', async () => {
    await desk.parts.runs.addProblems('20260103', [
      { problem: problem('DATA_PHONE_TAKEN', { object: person }), object: person },
      { problem: problem('DATA_PARENT_MISSING', { object: department }), object: department },
      { problem: problem('REMOVAL_HELD'), object: { kind: 'person', id: 'u-2' } },
    ]);
    desk.synced.length = 0;
    const retried = await json('run', 'retry', '20260103', '--detach');
    const own = await json('run', 'show', String(retried['run']));
    expect(own).toMatchObject({ trigger: 'retry', retries: '20260103', status: 'running' });
    await desk.c.runs.deleteOne({ _id: String(retried['run']) });
    expect(desk.synced).toEqual(['sync/feihua/department/7', 'sync/feihua/person/u-1']);
    const none = await type('run', 'retry', '20260101');
    expect(none.code).toBe(0);
    expect(none.out).toContain('orgsync import --connection feihua');
  });
});

describe('an export', () => {
  it('has every run as JSON lines, over all pages', async () => {
    const lines = (await type('export', 'runs')).out.trim().split('\n');
    expect(lines.map((it) => (JSON.parse(it) as Run).id)).toEqual([
      '20260103',
      '20260102',
      '20260101',
    ]);
    const shape = shapes._idmap.get('RunRow') as ZodType;
    for (const line of lines) shape.parse(JSON.parse(line));
  });

  it('has every problem of a run, also beyond a page', async () => {
    await addRun('20260104');
    const objects = Array.from(
      { length: 501 },
      (_, n) => ({ kind: 'person', id: `p${n}` }) as const,
    );
    const taken = (object: (typeof objects)[number]) => ({
      ...{ problem: problem('DATA_PHONE_TAKEN', { object }), object },
    });
    await desk.parts.runs.addProblems('20260104', objects.map(taken));
    const ids = (await type('export', 'problems', '20260104')).out
      .trim()
      .split('\n')
      .map((it) => (JSON.parse(it) as { object: { id: string } }).object.id);
    expect(new Set(ids).size).toBe(501);
    const shown = await json('run', 'show', '20260104');
    expect(shown['problems']).toHaveLength(500);
    expect(shown['problemCount']).toBe(501);
  });

  it('is CSV that no spreadsheet runs, in a file that only its owner reads', async () => {
    const tricky = { kind: 'person', id: '=cmd|"x",\n1' } as const;
    await desk.parts.runs.addProblems('20260102', [
      { problem: problem('DATA_PHONE_TAKEN', { object: tricky }), object: tricky },
    ]);
    const out = join(folder, 'problems.csv');
    const ended = await type('export', 'problems', '20260102', '--format', 'csv', '--out', out);
    expect(ended).toMatchObject({ code: 0, out: '' });
    const text = readFileSync(out, 'utf8');
    expect(text.startsWith('\ufeffcode,kind,object.kind,object.id,')).toBe(true);
    expect(text).toContain(`DATA_PHONE_TAKEN,data,person,"'=cmd|""x"",\n1",`);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect((await type('export', 'departments', '20260102', '--format', 'csv')).out).toBe(
      'id,name,status,people.read,people.written,people.changed,people.failed\r\n',
    );
    expect((await type('export', 'runs', '--format', 'xls')).code).toBe(64);
  });
});

describe('the installation', () => {
  it('hands out a token once, and takes it away', async () => {
    const { id, token } = await json('token', 'add', 'ci', '--days', '3');
    expect(await desk.parts.tokens.find(String(token))).toMatchObject({ name: 'ci' });
    expect(JSON.stringify(await json('token', 'list'))).not.toContain(token);
    expect(await json('token', 'remove', String(id))).toEqual({ removed: id });
    expect(await desk.parts.tokens.find(String(token))).toBeNull();
  });

  it('tells how its parts are, and that all keys are wrapped by the key of today', async () => {
    expect(await json('status')).toMatchObject({ status: 'ready' });
    expect(await json('master-key', 'rewrap')).toEqual({ changed: 0, all: 1 });
  });
});

describe('completion', () => {
  const complete = (script: string, words: string): string =>
    execFileSync('bash', [
      '-c',
      `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _orgsync; printf '%s\\n' "\${COMPREPLY[*]}"`,
    ]).toString();

  it('offers in bash what may follow', async () => {
    const { out } = await type('completion', 'bash');
    expect(complete(out, "orgsync ''").split(' ')).toContain('connection');
    expect(complete(out, 'orgsync run re').trim().split(' ').sort()).toEqual(['resume', 'retry']);
    expect(complete(out, 'orgsync run list --st').trim()).toBe('--status');
    expect(complete(out, 'orgsync run show 2026 --js').trim()).toBe('--json');
  });

  it('is there for zsh and fish, and for nothing else', async () => {
    expect((await type('completion', 'zsh')).out).toContain('bashcompinit');
    expect((await type('completion', 'fish')).out).toContain('-l status');
    expect((await type('completion', 'tcsh')).code).toBe(64);
  });
});
