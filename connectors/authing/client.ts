/** One call of Authing's management interface: token, pool, limits, and the decision what the answer is. */
import { ProblemError, problem } from '../../model/problem.ts';
import { foreign, refusal } from './codes.ts';
import { replies } from './replies.ts';
import { slots } from './slots.ts';
import { createTokens, poolOf } from './token.ts';
import type { TargetAddress } from '../../model/connection.ts';
import type { Reply, Transport } from '../transport.ts';
import type { Asked } from './codes.ts';
import type { Envelope } from './replies.ts';
import type { TokenCache } from './token.ts';

/** Resolves when the call of this interface may be made now. */
export type Limiter = (name: string, signal?: AbortSignal) => Promise<void>;

/** Whether a write may still begin; asked right before each one is sent. */
export type SendWindow = () => boolean;

/**
 * Calls of one connection under way at once, those included that wait for their turn under a limit.
 * Authing documents no figure (error class 429 only).
 */
export const CALLS_AT_ONCE = 5;

export interface AuthingOptions {
  address: TargetAddress;
  accessKeySecret: string;
  transport: Transport;
  tokens?: TokenCache;
  limiter?: Limiter;
  /** Calls under way at once; `CALLS_AT_ONCE` when left out. */
  concurrency?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

interface ReadCall<T> {
  name: string;
  query?: Record<string, string | string[]>;
  /** A search reads, and is sent as POST all the same. */
  search?: Record<string, unknown>;
  parse: (data: unknown) => T;
  signal?: AbortSignal | undefined;
}

interface WriteCall<T> {
  name: string;
  body: Record<string, unknown>;
  parse: (data: unknown) => T;
  window: SendWindow;
}

/** Speaks for one connection; give it to a reader or a writer. */
export interface AuthingClient {
  read<T>(call: ReadCall<T>): Promise<T>;
  write<T>(call: WriteCall<T>): Promise<T>;
  /** Asks for a token if none is held; throws TARGET_CREDENTIALS_REJECTED for a wrong key. */
  proveKey(): Promise<void>;
  /** Requests sent so far; fetching a token counts as neither reading nor writing. */
  readonly calls: { targetReads: number; targetWrites: number };
  readonly now: () => number;
}

/** The key of a user pool is the pool's own id (docs-v3 sdk/node/install.md). */
const POOL_ID = /^[0-9a-f]{24}$/i;

type Call<T> =
  (ReadCall<T> & { body?: undefined }) | (WriteCall<T> & { query?: undefined; search?: undefined });

/** The envelope's content when the answer is a success; every other answer is thrown. */
function content(asked: Asked, reply: Reply, now: number): Envelope {
  let answer: Envelope;
  try {
    answer = replies.envelope(reply.json);
  } catch {
    throw new ProblemError(foreign(asked, reply, now));
  }
  const ok = reply.status >= 200 && reply.status < 300;
  if (ok && answer.statusCode === 200) return answer;
  // A gateway's own 5xx, or a body that contradicts its status, decides nothing about the request.
  const contradicts = answer.statusCode === 200 || (reply.status >= 500 && answer.statusCode < 500);
  const it = contradicts ? foreign(asked, reply, now) : refusal(asked, answer, reply, now);
  throw new ProblemError(it);
}

function parsed<T>(asked: Asked, answer: Envelope, parse: (data: unknown) => T): T {
  try {
    return parse(answer.data);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const detail = { ...error.problem.detail, interface: asked.name };
    if (answer.requestId) detail.requestId = answer.requestId;
    throw new ProblemError(
      asked.write
        ? problem('TARGET_WRITE_UNCLEAR', detail, { effect: 'unknown' })
        : problem('BUG_TARGET_REPLY', detail),
    );
  }
}

function abortable<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export function createAuthingClient(options: AuthingOptions): AuthingClient {
  const { address, transport, limiter } = options;
  const now = options.now ?? Date.now;
  const base = address.host.replace(/\/+$/, '');
  const host = base.replace(/^[a-z]+:\/\//i, '').replace(/^[^/]*@/, '');
  const slot = slots(options.concurrency ?? CALLS_AT_ONCE);
  const calls = { targetReads: 0, targetWrites: 0 };
  const tokens = createTokens({
    fetch: () => fetchToken(options, base, host, now),
    now,
    ...(options.tokens ? { cache: options.tokens } : {}),
  });

  /** Which form of the header this server takes; learned from the first refusal. */
  let bare = false;

  async function attempt<T>(
    call: Call<T>,
    asked: Asked,
    token: string,
    bareToken: boolean,
  ): Promise<T> {
    const { query, search, body = search } = call;
    const signal = 'signal' in call ? call.signal : undefined;
    const leave = await slot(signal);
    try {
      await limiter?.(asked.name, signal);
      signal?.throwIfAborted();
      if ('window' in call && !call.window()) {
        throw new ProblemError(problem('TARGET_WRITE_NOT_SENT', { interface: asked.name }));
      }
      calls[asked.write ? 'targetWrites' : 'targetReads'] += 1;
      const reply = await transport.send({
        method: body ? 'POST' : 'GET',
        url: `${base}/api/v3/${asked.name}`,
        name: asked.name,
        headers: headers(address, token, bareToken),
        write: asked.write,
        ...(query ? { query } : {}),
        ...(body ? { body } : {}),
        ...(signal ? { signal } : {}),
      });
      return parsed(asked, content(asked, reply, now()), call.parse);
    } finally {
      leave();
    }
  }

  async function perform<T>(call: Call<T>): Promise<T> {
    const asked: Asked = { name: call.name, write: call.body !== undefined, address: host };
    const signal = 'signal' in call ? call.signal : undefined;
    signal?.throwIfAborted();
    const token = await abortable(tokens.current(), signal);
    const first = bare;
    try {
      return await attempt(call, asked, token, first);
    } catch (error) {
      if (!isTokenRejected(error)) throw error;
    }
    // Refused before anything was done, so even a write may be sent again with another token.
    const fresh = await abortable(tokens.renew(token), signal);
    try {
      return await attempt(call, asked, fresh, first);
    } catch (error) {
      if (!isTokenRejected(error)) throw error;
    }
    const result = await attempt(call, asked, fresh, !first);
    bare = !first;
    return result;
  }

  const proveKey = async (): Promise<void> => void (await tokens.current());
  return { read: perform, write: perform, proveKey, calls, now };
}

async function fetchToken(options: AuthingOptions, base: string, host: string, now: () => number) {
  const asked: Asked = { name: 'get-management-token', write: false, address: host };
  const { accessKeyId } = options.address;
  await options.limiter?.(asked.name);
  const reply = await options.transport.send({
    method: 'POST',
    url: `${base}/api/v3/${asked.name}`,
    name: asked.name,
    body: { accessKeyId, accessKeySecret: options.accessKeySecret },
  });
  try {
    return parsed(asked, content(asked, reply, now()), replies.token);
  } catch (error) {
    throw error instanceof ProblemError ? new ProblemError(keyProblem(error)) : error;
  }
}

function isTokenRejected(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'TARGET_TOKEN_REJECTED';
}

/** Authing's own clients send `Bearer` (Go, Python, PHP) or the bare token (Java); no document decides it. */
function headers(address: TargetAddress, token: string, bare: boolean): Record<string, string> {
  const ownPool = POOL_ID.test(address.accessKeyId) ? address.accessKeyId : null;
  const pool = address.userPoolId ?? poolOf(token) ?? ownPool;
  if (pool === null) throw new ProblemError(problem('TARGET_POOL_UNKNOWN'));
  return {
    authorization: bare ? token : `Bearer ${token}`,
    'x-authing-userpool-id': pool,
    'x-authing-lang': 'en-US',
  };
}

/** Refusals of the token interface speak about the key, whatever their class. */
function keyProblem(error: ProblemError) {
  const { code, kind, detail } = error.problem;
  const aboutKey =
    kind === 'data' ||
    [
      'TARGET_TOKEN_REJECTED',
      'TARGET_FORBIDDEN',
      'TARGET_ANSWER_UNKNOWN',
      'BUG_TARGET_REQUEST',
    ].includes(code);
  const definite = detail.vendorCode !== undefined && /^4\d\d/.test(detail.vendorCode);
  return aboutKey && definite ? problem('TARGET_CREDENTIALS_REJECTED', detail) : error.problem;
}
