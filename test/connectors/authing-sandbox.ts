/** The sandbox's Authing behind HTTPS, with a log of calls and replies that get lost after the work was done. */
import { ProblemError, problem } from '../../model/problem.ts';
import { createAuthing, DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { startAuthing } from './authing-server.ts';
import type { AuthingSwitches } from '../../sandbox/authing/switches.ts';
import type { AuthingLimits } from '../../sandbox/authing/limits.ts';
import type { Transport } from '../../connectors/transport.ts';
import type { NewPerson } from '../../connectors/target.ts';
import type { Answer, Asked } from './authing-server.ts';

export type Settings = Partial<AuthingSwitches & AuthingLimits>;

/** What happens to a call: its reply is lost after or before the work, or another answer is given. */
export type Fault =
  'lost' | 'never-arrives' | 'html' | 'empty-reply' | 'throttled' | 'over-quota' | null;

export async function sandboxAuthing() {
  let authing = createAuthing();
  let log: Asked[] = [];
  let fault: (asked: Asked) => Fault = () => null;

  function handle(asked: Asked) {
    const request = { ...asked, host: 'localhost', egress: null };
    return authing.handle({ ...request, body: asked.rawBody ? asked.body : null });
  }

  function answer(asked: Asked): Answer {
    log.push(asked);
    const kind = fault(asked);
    if (kind === 'never-arrives') return { body: '', lost: true };
    if (kind === 'throttled') return { body: { statusCode: 429, message: 'slow down' } };
    if (kind === 'over-quota')
      return { body: { statusCode: 402, apiCode: 4021, message: 'quota' } };
    const reply = handle(asked);
    if (kind === 'html') return { status: 502, body: '<html>Bad Gateway</html>' };
    if (kind === 'empty-reply') return { body: { statusCode: 200, message: '', data: null } };
    return { body: reply.body, status: reply.status ?? 200, lost: kind === 'lost' };
  }

  const server = await startAuthing(answer);

  return {
    server,
    get authing() {
      return authing;
    },
    /** A new empty pool with the organisation "northwind"; returns its root. */
    fresh(settings: Settings = {}): string {
      server.disconnect();
      authing = createAuthing();
      fault = () => null;
      const made = authing.byHand('create-organization', {
        organizationCode: 'northwind',
        organizationName: 'Northwind',
      });
      authing.configure(settings);
      log = [];
      return (made.data as { departmentId: string }).departmentId;
    },
    fail(how: (asked: Asked) => Fault) {
      fault = how;
    },
    /** Names of the calls since the last time, without the token's. */
    calls(): string[] {
      const names = log.map((it) => it.name).filter((it) => it !== 'get-management-token');
      log = [];
      return names;
    },
    connect: (options: Parameters<typeof server.connect>[0] = {}) =>
      server.connect({ accessKeySecret: DEFAULT_POOL.secret, ...options }),
    /** The same without HTTPS, where thousands of calls are made. */
    connectDirectly: () =>
      server.connect({ accessKeySecret: DEFAULT_POOL.secret, transport: direct(answer) }),
    people: () => authing.state().users,
    departments: () => authing.state().departments,
    close: () => server.close(),
  };
}

/** A transport that ends in a function: what it sends and receives goes through JSON all the same. */
function direct(answer: (asked: Asked) => Answer): Transport {
  return {
    openSockets: 0,
    close: () => undefined,
    async send({ url, method, query = {}, headers = {}, body, name, write }) {
      const rawBody = body === undefined ? '' : JSON.stringify(body);
      const pairs = Object.entries(query).flatMap(([key, value]) =>
        [value].flat().map((one): [string, string] => [key, one]),
      );
      const it = answer({
        name,
        method,
        path: new URL(url).pathname,
        query: new URLSearchParams(pairs),
        headers,
        rawBody,
        body: (rawBody ? JSON.parse(rawBody) : {}) as Record<string, unknown>,
      });
      if (it.lost) {
        const effect = write ? 'unknown' : 'none';
        throw new ProblemError(problem('TARGET_CONNECTION_BROKEN', {}, { effect }));
      }
      const json: unknown =
        typeof it.body === 'string' ? undefined : JSON.parse(JSON.stringify(it.body));
      return { status: it.status ?? 200, json, head: '', headers: it.headers ?? {} };
    },
  };
}

export type SandboxAuthing = Awaited<ReturnType<typeof sandboxAuthing>>;

/** The n-th person of a company, with a phone number and nothing else to clash with others. */
export function person(n: number, more: Partial<NewPerson> = {}): NewPerson {
  return {
    key: `corp:${n}`,
    fields: { name: `Person ${n}`, phone: `138${String(n).padStart(8, '0')}` },
    departmentIds: [],
    ...more,
  };
}

/** `from`, `from + 1`, … */
export const people = (count: number, from = 0): NewPerson[] =>
  Array.from({ length: count }, (_, n) => person(from + n));
