/** What went wrong on the way to a vendor, decided from how far the request came and what the system said. */
import { problem } from '../model/problem.ts';
import type { Problem, ProblemCode, ProblemDetail } from '../model/problem.ts';
import type { Attempt } from './transport-attempt.ts';

export type Side = 'source' | 'target';

/** Everything about a failed request that words may be made of. */
export interface Failed {
  side: Side;
  attempt: Attempt;
  error: unknown;
  timedOut: boolean;
  /** Host and port of the proxy, or null when there is none. */
  proxy: string | null;
  /** Host and port of the vendor. */
  vendor: string;
  interface: string;
  write: boolean;
}

const UNRESOLVED = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|ENONAME)/;
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
// Names of OpenSSL's verification results as Node spells them (tls documentation), and Node's own.
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED/;
// The other end does not speak TLS, or no version and cipher of ours; EPROTO is what a write into such a
// handshake gives, with OpenSSL's reason in its text alone.
const NO_TLS =
  /^EPROTO$|WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL/;

export function failureProblem(failed: Failed): Problem {
  const { attempt } = failed;
  const system = codeOf(attempt.failure) ?? codeOf(failed.error);
  const code = failed.timedOut ? timeoutCode(failed) : phaseCode(failed, system);
  const detail: ProblemDetail = { interface: failed.interface };
  const atProxy = attempt.phase === 'proxy' || attempt.phase === 'tunnel';
  detail.address = atProxy && failed.proxy !== null ? failed.proxy : failed.vendor;
  if (attempt.proxyStatus !== undefined) detail.httpStatus = attempt.proxyStatus;
  if (system !== undefined && !failed.timedOut) detail.vendorCode = system;
  const unclear = failed.write && attempt.phase === 'sent';
  return problem(code, detail, { effect: unclear ? 'unknown' : 'none' });
}

function timeoutCode({ attempt, side }: Failed): ProblemCode {
  if (attempt.phase === 'proxy' || attempt.phase === 'tunnel') return 'EGRESS_PROXY_TIMEOUT';
  return side === 'source' ? 'SOURCE_TIMEOUT' : 'TARGET_TIMEOUT';
}

function phaseCode(failed: Failed, system: string | undefined): ProblemCode {
  const { attempt, side } = failed;
  if (system === 'EFORBIDDEN') return 'ADDRESS_FORBIDDEN';
  switch (attempt.phase) {
    case 'start':
      return system === 'ECLOSED' ? vendorCode(side, system) : 'BUG_UNEXPECTED';
    case 'proxy':
      return proxyCode(system);
    case 'tunnel':
      return attempt.proxyStatus === undefined
        ? 'EGRESS_PROXY_BROKEN'
        : declinedCode(attempt.proxyStatus);
    case 'vendor':
    case 'tls':
    case 'sent':
      return vendorCode(side, system);
  }
}

function proxyCode(system: string | undefined): ProblemCode {
  if (system === undefined) return 'EGRESS_PROXY_BROKEN';
  if (UNRESOLVED.test(system)) return 'EGRESS_PROXY_UNRESOLVED';
  if (UNREACHABLE.has(system)) return 'EGRESS_PROXY_REFUSED';
  if (system === 'ETIMEDOUT') return 'EGRESS_PROXY_TIMEOUT';
  if (CERTIFICATE.test(system)) return 'EGRESS_PROXY_CERTIFICATE';
  return 'EGRESS_PROXY_BROKEN';
}

/** A proxy's own verdict; 5xx and 429 say that it could not, other statuses that it will not. */
function declinedCode(status: number): ProblemCode {
  if (status === 407) return 'EGRESS_PROXY_AUTH';
  if (status >= 500 || status === 408 || status === 429) return 'EGRESS_PROXY_UPSTREAM';
  return 'EGRESS_PROXY_DENIED';
}

function vendorCode(side: Side, system: string | undefined): ProblemCode {
  const source = side === 'source';
  if (system !== undefined) {
    if (UNRESOLVED.test(system) || UNREACHABLE.has(system)) {
      return source ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE';
    }
    if (system === 'ETIMEDOUT') return source ? 'SOURCE_TIMEOUT' : 'TARGET_TIMEOUT';
    if (system === 'ETOOLARGE') return source ? 'SOURCE_REPLY_TOO_LARGE' : 'TARGET_REPLY_TOO_LARGE';
    if (CERTIFICATE.test(system)) return source ? 'SOURCE_CERTIFICATE' : 'TARGET_CERTIFICATE';
    if (NO_TLS.test(system)) return source ? 'SOURCE_TLS_FAILED' : 'TARGET_TLS_FAILED';
  }
  return source ? 'SOURCE_CONNECTION_BROKEN' : 'TARGET_CONNECTION_BROKEN';
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
