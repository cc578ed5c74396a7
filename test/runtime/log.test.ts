/** Logs: allowed fields only, one line each, and nothing of a person or a secret, however it was handed over. */
import { describe, expect, it } from 'vitest';
import { problem, ProblemError } from '../../model/problem.ts';
import { makeLog, silentLog } from '../../runtime/log.ts';
import type { LogFields } from '../../runtime/log.ts';

function recorded(level: 'debug' | 'info' = 'debug') {
  const lines: string[] = [];
  const log = makeLog('worker', level, { write: (line: string) => void lines.push(line) });
  return { log, lines, parsed: () => lines.map((it) => JSON.parse(it) as Record<string, unknown>) };
}

const PHONE = '13812345678';
const MAIL = 'xiaohong@feihua.example';
const SECRET = 'dQw4w9WgXcQabcd1234EFGH5678';
const NAME = '小红';
const canaries = [PHONE, MAIL, SECRET, NAME, 'hunter2'];

/** Hands over what the types would refuse, as careless code might. */
const loose = (value: unknown) => value as LogFields;

describe('a log line', () => {
  it('is one line of JSON with time, level, process and message', () => {
    const { log, lines, parsed } = recorded();
    log.info('Page read', { connection: 'feihua', run: 'r1', count: 100, ms: 12 });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(parsed()[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      process: 'worker',
      connection: 'feihua',
      run: 'r1',
      count: 100,
      ms: 12,
      message: 'Page read',
    });
  });

  it('carries the fields of the log it was made from', () => {
    const { log, parsed } = recorded();
    log.with({ connection: 'a' }).with({ run: 'r' }).warn('Waiting', { run: 's' });
    expect(parsed()[0]).toMatchObject({ connection: 'a', run: 's', level: 'warn' });
  });

  it('is left out below the level', () => {
    const { log, lines } = recorded('info');
    log.debug('Detail');
    silentLog.error('Nothing');
    expect(lines).toEqual([]);
  });

  it('cannot be forged with line ends or control signs', () => {
    const { log, lines } = recorded();
    log.info('one\r\n{"level":"error"}\u001b[31m\u2028x', { path: '/a\r\nSet-Cookie: b' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n\u001b\u2028]|\\[rn]|\\u001b/);
  });
});

describe('what never gets out', () => {
  it('fields that are not allowed, nested objects and values of another type', () => {
    const { log, lines, parsed } = recorded();
    log.info('Person written', loose({ name: NAME, phone: PHONE, person: { email: MAIL } }));
    log.info('Person written', loose({ connection: { token: SECRET }, count: PHONE, ms: NaN }));
    log.info('Person written', loose(NAME));
    log.info('Person written', loose([PHONE]));
    log.with(loose({ secret: SECRET, run: 'r' })).info('Person written');
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
    expect(Object.keys(parsed()[0] ?? {}).sort()).toEqual(['level', 'message', 'process', 'time']);
    expect(parsed()[4]).toMatchObject({ run: 'r' });
  });

  it('messages of errors, of their causes, and what hangs on them', () => {
    const { log, lines } = recorded();
    const cause = Object.assign(new Error(`POST /user {"phone":"${PHONE}","name":"${NAME}"}`), {
      config: { headers: { authorization: SECRET } },
      response: { data: { email: MAIL } },
    });
    const error = new TypeError(`hunter2 and ${MAIL}\n    at ${NAME} (${PHONE})`, { cause });
    log.error('Write failed', { error });
    log.error('Write failed', { error: new AggregateError([cause], SECRET) });
    log.error('Write failed', { error: `${PHONE}` });
    log.error('Write failed', { error: { message: MAIL, stack: SECRET } });
    log.error('Write failed', {
      error: Object.assign(new Error('x'), { name: `E ${NAME}`, code: PHONE }),
    });
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
  });

  it('frames that only look like ours because a message says so', () => {
    const { log, lines } = recorded();
    const forged = new Error('x');
    forged.stack = `Error: y\n    at ${process.cwd()}/${NAME}.ts:1:1\n    at f (/etc/${SECRET}.js:1:1)`;
    log.error('Write failed', { error: forged });
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
  });

  it('format arguments and what they would have filled', () => {
    const { log, lines } = recorded();
    const info = log.info as (...all: unknown[]) => void;
    info('Hello %s %o %j', PHONE, { mail: MAIL }, SECRET);
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
  });

  it('phones, addresses, tokens, queries and passwords that were put into the message', () => {
    const { log, lines } = recorded();
    log.info(`phone ${PHONE} or +86 138-1234-5678 of ${MAIL}`);
    log.info(`token ${SECRET}`);
    log.info(`GET https://oapi.example/topapi?access_token=${SECRET}&x=hunter2 failed`);
    log.info('proxy http://user:hunter2@proxy.example:3128 refused');
    const all = lines.join('');
    for (const canary of [PHONE, '138-1234-5678', MAIL, SECRET, 'hunter2']) {
      expect(all).not.toContain(canary);
    }
    expect(all).toContain('proxy.example:3128');
  });

  it('queries of paths and interfaces, and the user part of a host', () => {
    const { log, parsed } = recorded();
    log.info('Called', {
      path: `/callbacks/feihua?signature=${SECRET}`,
      interface: `topapi/v2/user/list?access_token=${SECRET}`,
      host: 'http://user:hunter2@proxy.example',
    });
    expect(parsed()[0]).toMatchObject({
      path: '/callbacks/feihua',
      interface: 'topapi/v2/user/list',
      host: 'http://proxy.example',
    });
  });
});

describe('what is kept', () => {
  it('of an error: its name, its code and where in our files it passed', () => {
    const { log, parsed } = recorded();
    const error = Object.assign(new RangeError('hunter2'), { code: 'ECONNREFUSED' });
    log.error('Write failed', { error });
    expect(parsed()[0]?.error).toEqual({
      name: 'RangeError',
      code: 'ECONNREFUSED',
      at: [expect.stringMatching(/^test\/runtime\/log\.test\.ts:\d+$/)],
    });
  });

  it('of a problem: code, kind, vendor code and interface', () => {
    const { log, parsed } = recorded();
    const it = problem('SOURCE_CREDENTIALS_REJECTED', {
      vendorCode: '40089',
      vendorMessage: NAME,
      interface: 'gettoken',
    });
    log.error('Read failed', { error: new ProblemError(it) });
    expect(parsed()[0]?.error).toMatchObject({
      name: 'ProblemError',
      code: 'SOURCE_CREDENTIALS_REJECTED',
      kind: 'config',
      vendorCode: '40089',
      interface: 'gettoken',
    });
    expect(JSON.stringify(parsed())).not.toContain(NAME);
  });

  it('ids of runs, workflows and objects, and sentences with small numbers', () => {
    const { log, parsed } = recorded();
    const fields = {
      run: '0198f3a2-7c1e-7d3a-9a34-1f0f5a6b7c8d',
      workflowId: 'sync/feihua/user/manager4220',
      object: 'department 2031',
    };
    log.info('Attempt 3 of 20, again in 12 s', fields);
    expect(parsed()[0]).toMatchObject({ ...fields, message: 'Attempt 3 of 20, again in 12 s' });
  });
});
