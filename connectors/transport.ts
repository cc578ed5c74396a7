/** The way to a vendor, for requests and wires: the connection's own proxy or none, bounded in time and size, failing as a Problem. */
import { X509Certificate } from 'node:crypto';
import * as https from 'node:https';
import * as tls from 'node:tls';
import axios from 'axios';
import { ProblemError, problem } from '../model/problem.ts';
import { NO_PROXY, parseProxy, parseVendorUrl } from './address.ts';
import { noteAttempt } from './transport-attempt.ts';
import { DirectAgent } from './transport-direct.ts';
import { failureProblem } from './transport-failure.ts';
import { TunnelAgent } from './transport-tunnel.ts';
import { dialWire } from './transport-wire.ts';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { AxiosResponse } from 'axios';
import type { Attempt } from './transport-attempt.ts';
import type { Side } from './transport-failure.ts';
import type { Wire, WireEars } from './transport-wire.ts';

/** One request; `name` is the only part of it that may appear in problems and logs. */
export interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  /** Repeated names are sent once per value. */
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Interface name that is safe to show, for example "topapi/v2/user/list". */
  name: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** A write whose reply may be lost: problems have effect `unknown` unless the request surely never left. */
  write?: boolean;
}

/** A wire that is to be opened. */
export type Dial = Pick<Exchange, 'url' | 'query' | 'name' | 'signal' | 'timeoutMs'>;

export interface Reply {
  status: number;
  /** Parsed JSON, or undefined when the body is not JSON. */
  json: unknown;
  /** First 200 characters of the body, for classification only, never logged. */
  head: string;
  /** Lower-case names; repeated headers are joined by ", ". */
  headers: Record<string, string>;
}

export interface Transport {
  /**
   * Any HTTP status is a reply; everything else is a thrown `ProblemError`.
   * An abort by the caller's signal throws the signal's reason; a write that was aborted may have happened.
   */
  send(exchange: Exchange): Promise<Reply>;
  /** Destroys all sockets; requests under way fail. */
  close(): void;
  readonly openSockets: number;
}

export interface WireTransport extends Transport {
  /** Opens a WebSocket by the same way; its address is given as https. Fails as `send` does; `close` ends it. */
  dial(exchange: Dial, ears: WireEars): Promise<Wire>;
}

export interface TransportOptions {
  side: Side;
  /** Proxy URL, http or https, with user and password where needed; or "none". */
  proxy: string;
  /** Certificate authorities in PEM form, trusted beside the public ones, for vendor and proxy. */
  ca?: string;
  /** For a whole exchange, in milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** Largest reply after decompression, in bytes. Default 10 MB. */
  maxBytes?: number;
}

/** One per connection and side; keeps its sockets. Throws `ProblemError` when proxy or authorities are unusable. */
export function createTransport(options: TransportOptions): WireTransport {
  return new VendorTransport(options);
}

class VendorTransport implements WireTransport {
  readonly #side: Side;
  readonly #proxy: string | null;
  readonly #agent: TunnelAgent | DirectAgent;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #closing = new Set<() => void>();
  #closed = false;

  constructor(options: TransportOptions) {
    const proxy = options.proxy === NO_PROXY ? null : parseProxy(options.proxy);
    const secureContext = options.ca === undefined ? undefined : trusting(options.ca);
    this.#side = options.side;
    this.#proxy = proxy?.authority ?? null;
    this.#agent = proxy
      ? new TunnelAgent({ proxy, secureContext })
      : new DirectAgent({ secureContext });
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#maxBytes = options.maxBytes ?? 10 * 1024 * 1024;
  }

  get openSockets(): number {
    return this.#agent.openSockets;
  }

  close(): void {
    this.#closed = true;
    for (const abort of this.#closing) abort();
    this.#agent.destroy();
  }

  async send(exchange: Exchange): Promise<Reply> {
    exchange.signal?.throwIfAborted();
    const url = withQuery(exchange);
    const ask = async (attempt: Attempt): Promise<Reply> =>
      toReply(await this.#request(exchange, url, attempt));
    const first = await this.#try(exchange, url, ask);
    if ('made' in first) return first.made;
    // A kept socket may have been closed by the other end at the very moment we used it. A read is
    // then sent once more, on a new one; a write is not, as nobody knows whether it arrived.
    if (!first.staleSocket || exchange.write) throw first.error;
    const second = await this.#try(exchange, url, ask);
    if ('made' in second) return second.made;
    throw second.error;
  }

  async dial(exchange: Dial, ears: WireEars): Promise<Wire> {
    exchange.signal?.throwIfAborted();
    const url = withQuery(exchange);
    const agent = this.#agent;
    const opened = await this.#try(exchange, url, (attempt) => {
      const observe = (request: ClientRequest): void => noteProgress(request, attempt);
      return dialWire({ url, agent, attempt, ears, observe, name: exchange.name });
    });
    if ('made' in opened) return opened.made;
    throw opened.error;
  }

  async #try<T>(
    exchange: Dial & Pick<Exchange, 'write'>,
    url: URL,
    work: (attempt: Attempt) => Promise<T>,
  ): Promise<{ made: T } | { error: Error; staleSocket: boolean }> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort();
    }, exchange.timeoutMs ?? this.#timeoutMs);
    exchange.signal?.addEventListener('abort', abort);
    this.#closing.add(abort);
    if (this.#closed) abort();
    const attempt: Attempt = { phase: 'start', signal: controller.signal };
    try {
      return { made: await work(attempt) };
    } catch (error) {
      exchange.signal?.throwIfAborted();
      if (error instanceof ProblemError) return { error, staleSocket: false };
      const it = failureProblem({
        side: this.#side,
        attempt,
        error: this.#closed
          ? { code: 'ECLOSED' }
          : isTooLarge(error)
            ? { code: 'ETOOLARGE' }
            : error,
        timedOut,
        proxy: this.#proxy,
        vendor: `${url.hostname}:${url.port || 443}`,
        interface: exchange.name,
        write: exchange.write ?? false,
      });
      const staleSocket = attempt.reusedSocket === true && isReset(error) && !timedOut;
      // The client's own error is dropped here: it holds URL, headers and body.
      return { error: new ProblemError(it), staleSocket };
    } finally {
      clearTimeout(timer);
      exchange.signal?.removeEventListener('abort', abort);
      this.#closing.delete(abort);
    }
  }

  #request(exchange: Exchange, url: URL, attempt: Attempt): Promise<AxiosResponse<string>> {
    return axios.request<string>({
      adapter: 'http',
      method: exchange.method,
      url: url.href,
      headers: {
        accept: 'application/json',
        'user-agent': 'dingtalk-authing-sync',
        ...(exchange.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...exchange.headers,
      },
      data: exchange.body === undefined ? undefined : JSON.stringify(exchange.body),
      transformRequest: [(data: unknown) => data],
      responseType: 'text',
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      // Without this, HTTPS_PROXY of the environment would win over the connection's own proxy.
      proxy: false,
      // Following would send tokens elsewhere; and with redirects on, time limits do not hold during CONNECT.
      maxRedirects: 0,
      maxContentLength: this.#maxBytes,
      maxBodyLength: 10 * 1024 * 1024,
      httpsAgent: this.#agent,
      signal: attempt.signal,
      transport: {
        request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void) =>
          observed(options, onResponse, attempt),
      },
    });
  }
}

/** Starts the request and notes how far it comes. */
function observed(
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
  attempt: Attempt,
): ClientRequest {
  const request = https.request(options, (response) => {
    attempt.reusedSocket = false;
    onResponse(response);
  });
  noteAttempt(request, attempt);
  noteProgress(request, attempt);
  return request;
}

function noteProgress(request: ClientRequest, attempt: Attempt): void {
  request.once('socket', (socket) => {
    attempt.reusedSocket = request.reusedSocket;
    if (request.reusedSocket || !(socket instanceof tls.TLSSocket) || !socket.connecting) {
      attempt.phase = 'sent';
      return;
    }
    attempt.phase = 'vendor';
    socket.once('connect', () => (attempt.phase = 'tls'));
    socket.once('secureConnect', () => (attempt.phase = 'sent'));
  });
}

/** Node takes any text for an authority and then trusts nothing by it, so the text is read here first. */
function trusting(ca: string): tls.SecureContext {
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    blocks.length = 0;
  }
  if (blocks.length === 0) throw new ProblemError(problem('CA_INVALID', { field: 'ca' }));
  return tls.createSecureContext({ ca: [...tls.rootCertificates, ...blocks] });
}

function withQuery(exchange: Dial): URL {
  const url = parseVendorUrl(exchange.url);
  for (const [name, value] of Object.entries(exchange.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, one);
  }
  return url;
}

function isReset(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

// The client has no code of its own for this.
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength');
}

function toReply(response: AxiosResponse<string>): Reply {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  const text = typeof response.data === 'string' ? response.data : '';
  return { status: response.status, json: parsed(text), head: text.slice(0, 200), headers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
