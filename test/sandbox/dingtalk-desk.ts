/** Short ways to call the simulated DingTalk in tests, without a network and with a clock of its own. */
import { createClock } from '../../sandbox/clock.ts';
import { makeCompany } from '../../sandbox/companies.ts';
import type { BookChange } from '../../sandbox/dingtalk/book-events.ts';
import { applyChange } from '../../sandbox/dingtalk/change-requests.ts';
import type { ChangeRequest } from '../../sandbox/dingtalk/change-requests.ts';
import type { App } from '../../sandbox/dingtalk/company.ts';
import { createDingTalk } from '../../sandbox/dingtalk/dingtalk.ts';
import type { DingTalk } from '../../sandbox/dingtalk/dingtalk.ts';
import type { Company } from '../../sandbox/dingtalk/directory.ts';
import type { GeneratorOptions } from '../../sandbox/dingtalk/generator-options.ts';
import type { SandboxReply, SandboxRequest } from '../../sandbox/exchange.ts';
import { seededRandom } from '../../sandbox/random.ts';

// Replies are the vendor's JSON, which tests look into by field.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** 2026-01-05 16:10:00 in China; no top of an hour. */
export const START = Date.UTC(2026, 0, 5, 8, 10);
export const RESEARCH = 300000001;
export const COMMERCE = 300000002;
export const OPERATIONS = 300000003;

export interface Desk {
  dingtalk: DingTalk;
  company: Company;
  app: App;
  token: string;
  /** The whole body of a call to the old interface: business fields, errcode. */
  call(path: string, body?: Record<string, unknown>, more?: Partial<SandboxRequest>): Json;
  /** `result` of a call that has to succeed. */
  ok(path: string, body?: Record<string, unknown>): Json;
  /** The code of a call, taken out of 88 where it is wrapped. */
  code(path: string, body?: Record<string, unknown>): string;
  raw(request: Partial<SandboxRequest> & { path: string }): SandboxReply;
  change(...changes: ChangeRequest[]): string[];
  advance(ms: number): void;
  set(switches: Record<string, unknown>): void;
  /** What DingTalk pushed, answered or not. */
  pushes: Push[];
  /** What a push is answered; nobody is there until this is set. */
  answer: (push: Push) => Promise<{ status: number; body: string }>;
}

export interface Push {
  url: URL;
  body: { encrypt: string };
}

export interface DeskOptions {
  generator?: GeneratorOptions;
}

export function desk({ generator }: DeskOptions = {}): Desk {
  const clock = createClock(0, () => START);
  const random = seededRandom(3);
  const pushes: Desk['pushes'] = [];
  const dingtalk = createDingTalk({
    clock,
    random: () => random.next(),
    port: () => 4711,
    post(url, body) {
      const push = { url: new URL(url), body: JSON.parse(body) as { encrypt: string } };
      pushes.push(push);
      return it.answer(push);
    },
  });
  const made = makeCompany({ number: 1, now: START, ...(generator ? { generator } : {}) });
  const company = dingtalk.addCompany(made.data);

  function raw(request: Partial<SandboxRequest> & { path: string }): SandboxReply {
    const body = request.body ?? null;
    return dingtalk.handle({
      method: body ? 'POST' : 'GET',
      query: new URLSearchParams(),
      headers: {},
      host: 'oapi.dingtalk.com',
      rawBody: body ? JSON.stringify(body) : '',
      egress: made.egress,
      ...request,
      body,
    });
  }

  const it: Desk = {
    dingtalk,
    company,
    app: made.app,
    token: '',
    raw,
    call(path, body, more = {}) {
      const query = new URLSearchParams({ access_token: it.token });
      return parsed(raw({ path, query, ...(body ? { body } : {}), ...more }));
    },
    ok(path, body) {
      const reply = it.call(path, body);
      if (reply.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(reply)}`);
      return reply.result;
    },
    code: (path, body) => codeOf(it.call(path, body)),
    change(...changes) {
      const { switches, events } = dingtalk.core;
      const tell = (change: BookChange): void => events.tell(company, change);
      return changes.map((each) =>
        applyChange({ company, switches, now: clock.now(), tell }, each),
      );
    },
    advance: (ms) => clock.advance(ms),
    set: (switches) => dingtalk.configure(switches),
    pushes,
    answer: () => Promise.reject(new Error('nobody is there')),
  };
  it.token = freshToken(it);
  return it;
}

export function parsed(reply: SandboxReply): Json {
  return typeof reply.body === 'string' ? JSON.parse(reply.body) : reply.body;
}

export function codeOf(body: Json): string {
  return body.errcode === 88 ? String(body.sub_code) : String(body.errcode);
}

export function freshToken(it: Desk): string {
  const { appKey, appSecret } = it.app;
  const query = new URLSearchParams({ appkey: appKey, appsecret: appSecret });
  return parsed(it.raw({ path: '/gettoken', query })).access_token;
}
