/** The connector against the simulated DingTalk over HTTPS and a proxy, with every open question both ways. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../model/problem.ts';
import { EVENT_SWITCHES } from '../../sandbox/dingtalk/event-switches.ts';
import { SWITCHES, defaultSwitches, limitSwitches } from '../../sandbox/dingtalk/switches.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { companyOf, expectedDirectory, patient, readerOf, walk } from './dingtalk-company.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import type { App } from '../../sandbox/dingtalk/company.ts';
import type { SwitchValue } from '../../sandbox/dingtalk/switch.ts';
import type { SwitchName } from '../../sandbox/dingtalk/switches.ts';
import type { NewFault } from '../../sandbox/faults.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { Directory, Reader, ReaderOptions } from './dingtalk-company.ts';

let sandbox: Sandbox;
let pristine: unknown;
const readers: Reader[] = [];

beforeAll(async () => {
  const generator = { people: 260, departments: 7, seed: 7, clean: false, bigDepartment: 210 };
  sandbox = await startSandbox({ generator, limits: 'none' });
  pristine = structuredClone(sandbox.dingtalk.snapshot());
});
beforeEach(() => {
  sandbox.faults.remove();
  sandbox.dingtalk.restore(structuredClone(pristine));
  sandbox.dingtalk.configure({ ...defaultSwitches(), ...limitSwitches('none') });
  // Whatever a test left of limits, bans and tokens is over.
  sandbox.clock.advance(86_400_000);
});
afterEach(() => readers.splice(0).forEach((it) => it.transport.close()));
afterAll(() => sandbox.stop());

function reader(options?: ReaderOptions): Reader {
  const made = readerOf(sandbox, options);
  if (!options?.transport) readers.push(made);
  return made;
}

function app(): App {
  const [first] = companyOf(sandbox).apps;
  if (!first) throw new Error('the company has no app');
  return first;
}

/** The department of several pages. */
function bigDepartment(): string {
  const nodes = [...companyOf(sandbox).nodes.values()];
  return String(nodes.find((it) => it.members.length >= 210)?.department.id);
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no problem: ${inspect(error)}`);
  return error.problem;
}

/** The other values of each switch; numbers have none of their own, so each is given one here. */
const numbers: Partial<Record<SwitchName, SwitchValue[]>> = {
  tokenTtlSeconds: [30],
  tokenCallsPerSecond: [1],
  companiesPerAddress: [1],
  departmentDepthMax: [3],
  departmentsMax: [5],
  deletedPersonVisibleMs: [60_000],
  staleReadMs: [60_000],
  appCallsPerSecond: [5],
  globalCallsPerSecond: [5],
  topOfHourShare: [100],
  addressCalls: [10],
  addressWindowSeconds: [5],
  banSeconds: [30],
  banHttpStatus: [403],
};

/** Reads never meet the switches of events. */
const READ = (Object.keys(SWITCHES) as SwitchName[]).filter((name) => !(name in EVENT_SWITCHES));

function otherValues(name: SwitchName): SwitchValue[] {
  const { default: usual, values } = SWITCHES[name];
  if (typeof usual === 'boolean') return [!usual];
  if (values) return values.filter((it) => it !== usual);
  return numbers[name] ?? [];
}

/** What a switch changes in what we can see; nothing, where it is not named here. */
const visible: Partial<Record<SwitchName, (seen: Directory) => void>> = {
  hiddenMobilesLeftOut(seen) {
    const hidden = new Set<string>();
    for (const it of companyOf(sandbox).people.values()) if (it.hideMobile) hidden.add(it.userid);
    for (const it of seen.people) {
      if (!hidden.has(it.id)) continue;
      delete it.mobile;
      delete it.stateCode;
    }
  },
};

describe('a whole company read page by page', () => {
  let kept: Reader;
  beforeAll(() => (kept = readerOf(sandbox)));
  afterAll(() => kept.transport.close());

  it('has switches with other values for each open question', () => {
    for (const name of READ) {
      expect([name, otherValues(name).length > 0]).toEqual([name, true]);
    }
  });

  for (const name of READ) {
    it(`equals DingTalk's whichever way ${name} is`, async () => {
      const expected = expectedDirectory(companyOf(sandbox));
      visible[name]?.(expected);
      // At the top of an hour, so that the throttle of these minutes is met.
      sandbox.clock.advance(3_600_000 - (sandbox.clock.now() % 3_600_000));
      for (const value of otherValues(name)) {
        const limits =
          name === 'banHttpStatus' || name === 'banSeconds' || name === 'addressWindowSeconds';
        sandbox.dingtalk.configure({ ...(limits ? { addressCalls: 10 } : {}), [name]: value });
        const one = reader({ transport: kept.transport });
        expect(await walk(sandbox, one)).toEqual(expected);
        const { source } = one;
        const direct = [
          () => source.person('nobody-has-this-id'),
          () => source.department('999999999'),
          () => source.memberIds('999999999'),
          () => source.departmentPath('999999999'),
          () => source.members('999999999', 0),
          () => source.childDepartments('999999999'),
        ];
        for (const read of direct) expect(await patient<unknown>(sandbox, read)).toBe('gone');
      }
    });
  }

  it('agrees in its ids, its count, its paths and its single reads', async () => {
    const { source } = reader();
    const company = companyOf(sandbox);
    expect(await source.peopleCount()).toBe(company.people.size);
    const [person, manager] = company.people.values();
    if (person) person.managerUserid = manager?.userid ?? '';
    for (const { department, members } of company.nodes.values()) {
      const ids = await source.memberIds(String(department.id));
      expect(new Set(ids)).toEqual(new Set(members));
      const path = await source.departmentPath(String(department.id));
      expect(path[0]).toBe(String(department.id));
      expect(path.at(-1)).toBe('1');
    }
    const expected = expectedDirectory(company).people.find((it) => it.id === person?.userid);
    expect(await source.person(person?.userid ?? '')).toMatchObject({
      ...expected,
      managerId: person?.managerUserid,
    });
  });

  it('never takes somebody for another whose id differs in case only', async () => {
    sandbox.dingtalk.configure({ useridCase: 'folded' });
    const id = [...companyOf(sandbox).people.keys()].find((it) => it !== it.toUpperCase());
    if (id === undefined) throw new Error('no id has letters');
    const problem = await problemOf(reader().source.person(id.toUpperCase()));
    expect(problem).toMatchObject({
      code: 'SOURCE_OBJECT_UNREADABLE',
      detail: { field: 'userid' },
    });
  });

  it('comes through the proxy only', () => {
    const calls = sandbox.log.find({ side: 'dingtalk' });
    expect(calls.length).toBeGreaterThan(500);
    expect(calls.filter((it) => it.egress === null)).toEqual([]);
  });
});

describe('a token whose time is over', () => {
  it('is replaced once, with either code of the vendor', async () => {
    for (const expiredTokenCode of ['40014', '42001']) {
      sandbox.dingtalk.configure({ expiredTokenCode });
      const { source } = reader();
      await source.peopleCount();
      sandbox.clock.advance(7_300_000);
      await Promise.all(Array.from({ length: 20 }, () => source.peopleCount()));
      expect(source.calls.tokens).toBe(2);
    }
  });
});

describe('what an administrator has to mend', () => {
  const cases: [
    what: string,
    arrange: () => ReaderOptions | void,
    code: ProblemCode,
    detail?: object,
  ][] = [
    ['a wrong secret', () => ({ appSecret: 'wrong' }), 'SOURCE_CREDENTIALS_REJECTED'],
    [
      'a secret with a blank',
      () => ({ appSecret: `${app().appSecret} ` }),
      'SOURCE_CREDENTIALS_REJECTED',
    ],
    ['a disabled app', () => void (app().enabled = false), 'SOURCE_APP_DISABLED'],
    [
      'a disabled company',
      () => void (companyOf(sandbox).standing = 'disabled'),
      'SOURCE_COMPANY_CLOSED',
    ],
    [
      'a dissolved company',
      () => void (companyOf(sandbox).standing = 'dissolved'),
      'SOURCE_COMPANY_CLOSED',
    ],
    [
      'an address that is not on the list',
      () => void (app().allowList = ['192.0.2.1']),
      'SOURCE_IP_NOT_ALLOWED',
      { address: '198.51.100.7' },
    ],
    [
      'an empty list of addresses',
      () => {
        app().allowList = [];
        sandbox.dingtalk.configure({ emptyAllowList: 'refuse' });
      },
      'SOURCE_IP_NOT_ALLOWED',
    ],
    [
      'a missing permission',
      () => void (app().permissions = ['qyapi_base']),
      'SOURCE_PERMISSION_MISSING',
      { permission: 'qyapi_get_member', interface: 'topapi/user/count' },
    ],
    [
      'no proxy, where DingTalk wants one',
      () => ({ proxy: 'none', oapi: sandbox.addresses.dingtalkDirect }),
      'SOURCE_IP_NOT_ALLOWED',
    ],
    ['a proxy that is not there', () => ({ proxy: 'http://127.0.0.1:1' }), 'EGRESS_PROXY_REFUSED'],
    [
      'a proxy that does not lead to this host',
      () => ({ oapi: 'https://oapi.example.com' }),
      'EGRESS_PROXY_DENIED',
    ],
  ];
  for (const [what, arrange, code, detail] of cases) {
    it(`is named: ${what}`, async () => {
      const { source } = reader(arrange() ?? {});
      expect(await problemOf(source.peopleCount())).toMatchObject({ code, detail: detail ?? {} });
    });
  }

  it('is named: a CorpId that is not the company’s', async () => {
    await reader().source.proveCompany();
    const problem = await problemOf(reader({ corpId: 'dingwrong' }).source.proveCompany());
    expect(problem.code).toBe('SOURCE_COMPANY_UNKNOWN');
  });

  it('shows as fields that are not there, when a field permission is missing', async () => {
    const id = [...companyOf(sandbox).people.values()].find((it) => it.mobile && it.email)?.userid;
    const { source } = reader();
    expect(await source.presentFields(id ?? '')).toEqual(
      expect.arrayContaining(['mobile', 'email']),
    );
    app().fields = { mobile: false, email: false };
    const fields = await source.presentFields(id ?? '');
    expect(fields).not.toContain('mobile');
    expect(fields).not.toContain('email');
    expect(await source.person(id ?? '')).not.toHaveProperty('mobile');
  });

  it('shows as a narrower scope: its departments and people only, and nobody gone', async () => {
    const company = companyOf(sandbox);
    const root = company.nodes.get(1);
    const [branch, other] = root?.children ?? [];
    if (branch === undefined || other === undefined) throw new Error('the tree is too small');
    const [single = ''] = company.nodes.get(other)?.members ?? [];
    app().scope = { departments: [branch], people: [single] };
    for (const partialScopeRoot of ['refuse', 'filter']) {
      sandbox.dingtalk.configure({ partialScopeRoot });
      const one = reader();
      const seen = await walk(sandbox, one);
      expect(seen.departments.map((it) => it.id)).toContain(String(branch));
      expect(seen.departments.map((it) => it.id)).not.toContain(String(other));
      expect(seen.people.map((it) => it.id)).toContain(single);
      const hidden = await problemOf(one.source.department(String(other)));
      expect(hidden).toMatchObject({ code: 'SOURCE_OUT_OF_SCOPE', kind: 'data' });
      const outside = company.nodes.get(other)?.members.find((id) => id !== single);
      if (outside !== undefined && !seen.people.some((it) => it.id === outside)) {
        expect((await problemOf(one.source.person(outside))).code).toBe('SOURCE_OUT_OF_SCOPE');
      }
      // Ids are visible beyond the scope; that is how a page chain is closed.
      expect(await one.source.memberIds(String(other))).toContain(single);
    }
  });
});

describe('faults', () => {
  const fault = (kind: string, parameters = {}, side: NewFault['side'] = 'dingtalk'): NewFault => ({
    side,
    kind,
    parameters,
    interface: side === 'proxy' ? '*' : 'user/count',
  });
  const certificate = (kind: string): NewFault => ({ ...fault(kind), interface: 'connect' });
  const cases: [NewFault, ProblemCode | 'fine'][] = [
    [fault('delay', { ms: 3000 }), 'SOURCE_TIMEOUT'],
    [fault('5xx'), 'SOURCE_UNAVAILABLE'],
    [fault('5xx', { status: 502 }), 'SOURCE_UNAVAILABLE'],
    [fault('html'), 'SOURCE_ADDRESS_BANNED'],
    [fault('html', { status: 404 }), 'SOURCE_REPLY_UNREADABLE'],
    [fault('reset-before'), 'SOURCE_CONNECTION_BROKEN'],
    [fault('reset-after-commit'), 'SOURCE_CONNECTION_BROKEN'],
    [fault('truncated'), 'SOURCE_REPLY_UNREADABLE'],
    [fault('truncated', { cut: true }), 'SOURCE_CONNECTION_BROKEN'],
    [fault('string-code'), 'fine'],
    [fault('huge-body'), 'SOURCE_REPLY_TOO_LARGE'],
    [fault('huge-body', { gzip: true }), 'SOURCE_REPLY_TOO_LARGE'],
    [fault('empty-body'), 'SOURCE_REPLY_UNREADABLE'],
    [fault('throttle'), 'SOURCE_RATE_LIMITED'],
    [fault('throttle', { code: '90002' }), 'SOURCE_RATE_LIMITED'],
    [fault('ban'), 'SOURCE_ADDRESS_BANNED'],
    [fault('lost-permission'), 'SOURCE_PERMISSION_MISSING'],
    [fault('errcode', { code: '-1' }), 'SOURCE_UNAVAILABLE'],
    [fault('errcode', { code: '15', wrapped: true }), 'SOURCE_UNAVAILABLE'],
    [fault('errcode', { code: '90020', wrapped: true }), 'SOURCE_QUOTA_REACHED'],
    [fault('errcode', { code: '123456' }), 'SOURCE_UNKNOWN_REPLY'],
    [certificate('wrong-certificate'), 'SOURCE_CERTIFICATE'],
    [certificate('expired-certificate'), 'SOURCE_CERTIFICATE'],
    [fault('refuse', {}, 'proxy'), 'EGRESS_PROXY_REFUSED'],
    [fault('hang', {}, 'proxy'), 'EGRESS_PROXY_TIMEOUT'],
    [fault('407', {}, 'proxy'), 'EGRESS_PROXY_AUTH'],
    [fault('502', {}, 'proxy'), 'EGRESS_PROXY_UPSTREAM'],
    [fault('endless-header', {}, 'proxy'), 'EGRESS_PROXY_BROKEN'],
    [fault('one-byte', {}, 'proxy'), 'SOURCE_TIMEOUT'],
    [fault('reset-on-accept', {}, 'proxy'), 'EGRESS_PROXY_BROKEN'],
    [fault('reset-mid-connect', {}, 'proxy'), 'EGRESS_PROXY_BROKEN'],
    [fault('fin-mid-connect', {}, 'proxy'), 'EGRESS_PROXY_BROKEN'],
    [fault('reset-after-200', {}, 'proxy'), 'SOURCE_CONNECTION_BROKEN'],
    [fault('reset-mid-body', {}, 'proxy'), 'SOURCE_CONNECTION_BROKEN'],
    [fault('fin-mid-body', {}, 'proxy'), 'SOURCE_CONNECTION_BROKEN'],
  ];
  for (const [rule, code] of cases) {
    it(`${rule.side} ${rule.kind} ${JSON.stringify(rule.parameters)}: ${code}`, async () => {
      // Packing a hundred megabytes takes the sandbox a while.
      const one = reader({ timeoutMs: rule.kind === 'huge-body' ? 10_000 : 700 });
      // A reply long enough to be broken in its middle.
      const read = (): Promise<unknown> =>
        rule.kind.endsWith('mid-body')
          ? one.source.members(bigDepartment(), 0)
          : one.source.peopleCount();
      if (rule.side === 'dingtalk' && rule.interface !== 'connect') await one.source.token();
      sandbox.faults.add(rule);
      if (code === 'fine') {
        expect(await one.source.peopleCount()).toBe(companyOf(sandbox).people.size);
      } else {
        expect((await problemOf(read())).code).toBe(code);
      }
      sandbox.faults.remove();
      one.transport.close();
      await expect.poll(() => one.transport.openSockets).toBe(0);
    });
  }

  it('a revoked token is replaced without anybody noticing', async () => {
    const { source } = reader();
    await source.token();
    sandbox.faults.add({ ...fault('revoked-token'), count: 1 });
    expect(await source.peopleCount()).toBe(companyOf(sandbox).people.size);
    expect(source.calls).toEqual({ source: 2, tokens: 2 });
  });

  it('a list that is cut short shows when it is closed by the ids', async () => {
    const id = bigDepartment();
    const { members } = companyOf(sandbox).nodes.get(Number(id)) ?? { members: [] };
    for (const kind of ['empty-list', 'early-end', 'missing-page']) {
      const { source } = reader();
      sandbox.faults.add({ ...fault(kind), interface: 'user/list', count: 1 });
      const seen = new Set<string>();
      for (let cursor: number | undefined = 0; cursor !== undefined;) {
        const page = await source.members(id, cursor);
        if (page === 'gone') throw new Error('gone');
        for (const it of page.people) seen.add(it.id);
        cursor = page.next;
      }
      const ids = await source.memberIds(id);
      expect(ids).toHaveLength(members.length);
      expect(seen.size).toBeLessThan(ids.length);
    }
  });
});
