/** How far one request has come, noted while it runs, so that a failure can be told apart afterwards. */
import type { ClientRequest } from 'node:http';

/**
 * - `start`: nothing left this machine.
 * - `proxy`: connecting to the proxy.
 * - `tunnel`: CONNECT was sent, the proxy has not answered.
 * - `vendor`: connecting to the vendor without a proxy.
 * - `tls`: shaking hands with the vendor.
 * - `sent`: the request may have reached the vendor.
 */
export type Phase = 'start' | 'proxy' | 'tunnel' | 'vendor' | 'tls' | 'sent';

export interface Attempt {
  phase: Phase;
  /** Aborts when time is up, when the caller gives up, or when the transport is closed. */
  signal: AbortSignal;
  /** Status with which the proxy declined to open the tunnel. */
  proxyStatus?: number;
  /** What the agent met; the HTTP client wraps it beyond recognition. */
  failure?: unknown;
  /** True when the request went out on a socket that had served others before. */
  reusedSocket?: boolean;
}

// An agent is given the request, but none of the request's own options; this is the only way to hand
// it the signal. Without it a request that is aborted during CONNECT leaves its socket behind
// (https-proxy-agent 9.1.0: 20 of 20).
const attempts = new WeakMap<ClientRequest, Attempt>();

export function noteAttempt(request: ClientRequest, attempt: Attempt): void {
  attempts.set(request, attempt);
}

export function attemptOf(request: ClientRequest): Attempt {
  const attempt = attempts.get(request);
  if (!attempt) throw new Error('a request came to this agent from outside its transport');
  return attempt;
}
