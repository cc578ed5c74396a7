/** One request to a vendor: through the connection's own proxy or directly, bounded in time and size, failing as a Problem. */

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

export interface TransportOptions {
  side: 'source' | 'target';
  /** Proxy URL, http or https, with user and password where needed; or "none". */
  proxy: string;
  /** Certificate authorities in PEM form, trusted beside the public ones. */
  ca?: string;
  /** For a whole exchange, in milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** Largest reply after decompression, in bytes. Default 10 MB. */
  maxBytes?: number;
}

/** One per connection and side; keeps its sockets. Throws `ProblemError` when the proxy address is unusable. */
export function createTransport(_options: TransportOptions): Transport {
  throw new Error('under construction');
}
