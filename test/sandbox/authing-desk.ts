/** Short ways to call the simulated Authing in tests: by hand, and as a client with a token. */
import { createAuthing, DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import type { SandboxReply, SandboxRequest } from '../../sandbox/exchange.ts';
import type { Envelope } from '../../sandbox/authing/envelope.ts';
import type { Authing, AuthingOptions } from '../../sandbox/authing/vendor.ts';

// Replies are the vendor's JSON, which tests look into by field.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Desk {
  authing: Authing;
  /** Moves the vendor's clock. */
  advance(ms: number): void;
  /** `data` of a call by hand; throws when it was refused. */
  ok(operation: string, params?: Record<string, unknown>): Json;
  /** The envelope of a call by hand, without its request id. */
  reply(operation: string, params?: Record<string, unknown>): Envelope;
  /** Status code of a call by hand, with "/" and the api code if there is one. */
  code(operation: string, params?: Record<string, unknown>): string;
}

/** 2026-01-05, so that tests do not depend on the machine's clock. */
export const START = Date.UTC(2026, 0, 5, 8);

/** A sandbox with the empty organisation "acme". */
export function desk(options: AuthingOptions = {}): Desk {
  let now = START;
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const authing = createAuthing({ now: () => now, random, ...options });
  const made: Desk = {
    authing,
    advance(ms) {
      now += ms;
    },
    ok(operation, params = {}) {
      const envelope = authing.byHand(operation, params);
      if (envelope.statusCode === 200) return envelope.data;
      throw new Error(`${operation}: ${envelope.statusCode} ${envelope.message}`);
    },
    reply(operation, params = {}) {
      const envelope = { ...authing.byHand(operation, params) };
      delete envelope.requestId;
      return envelope;
    },
    code(operation, params = {}) {
      return codeOf(authing.byHand(operation, params));
    },
  };
  made.ok('create-organization', { organizationCode: 'acme', organizationName: 'Acme' });
  return made;
}

export const codeOf = ({ statusCode, apiCode }: Envelope): string =>
  apiCode === undefined ? String(statusCode) : `${statusCode}/${apiCode}`;

/** A request as the HTTP side hands it over. */
export function request(
  method: 'GET' | 'POST',
  operation: string,
  params: Record<string, unknown> | URLSearchParams,
  headers: Record<string, string> = {},
): SandboxRequest {
  const inQuery = method === 'GET' || params instanceof URLSearchParams;
  const query = inQuery ? new URLSearchParams(params as Record<string, string>) : undefined;
  const body = inQuery ? null : params;
  return {
    method,
    path: `/api/v3/${operation}`,
    query: query ?? new URLSearchParams(),
    headers,
    host: 'api.authing.example',
    body,
    rawBody: body === null ? '' : JSON.stringify(body),
    egress: null,
  };
}

/** A management token of the default pool. */
export function tokenOf(authing: Authing): string {
  const reply = authing.handle(
    request('POST', 'get-management-token', {
      accessKeyId: DEFAULT_POOL.id,
      accessKeySecret: DEFAULT_POOL.secret,
    }),
  );
  return ((reply.body as Envelope).data as { access_token: string }).access_token;
}

/** "HTTP status: status code / api code" of a reply. */
export const outcomeOf = (reply: SandboxReply): string =>
  `${reply.status ?? 200}: ${codeOf(reply.body as Envelope)}`;
