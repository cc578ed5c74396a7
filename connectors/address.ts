/** Addresses that administrators enter: taken as they are meant, or refused; never guessed. */
import * as net from 'node:net';
import { ProblemError, problem } from '../model/problem.ts';
import { isForbiddenAddress, isForbiddenName } from './address-forbidden.ts';

export interface ProxyAddress {
  protocol: 'http:' | 'https:';
  /** Name or IP address, IPv6 without brackets. */
  host: string;
  port: number;
  /** Host and port as they are shown and sent, IPv6 in brackets. */
  authority: string;
  user?: string;
  password?: string;
}

/** The value of a proxy field by which an administrator says that there is none. */
export const NO_PROXY = 'none';

const LONGEST = 2048;
// Scheme, user and password, host (IPv6 in brackets), port, path. Blanks, control characters, backslashes,
// "?" and "#" have no place in any of them, although the URL parser would swallow or move some.
const FORM =
  /^(https?):\/\/(?:([^\s\p{Cc}\\/?#@:]+)(?::([^\s\p{Cc}\\/?#@:]*))?@)?(\[[^\]@]*\]|[^\s\p{Cc}\\/?#@:[\]]+)(?::([1-9]\d{0,4}))?(\/[^\s\p{Cc}\\?#@]*)?$/iu;

/** Reads a proxy URL; throws ADDRESS_INVALID or ADDRESS_FORBIDDEN, which never repeat user or password. */
export function parseProxy(text: string, field = 'proxy'): ProxyAddress {
  const parts = partsOf(text, field);
  if (parts.path !== '' && parts.path !== '/') throw invalid(field);
  const protocol: ProxyAddress['protocol'] = `${parts.scheme}:`;
  const port = parts.port ?? (protocol === 'https:' ? 443 : 80);
  const authority = `${net.isIPv6(parts.host) ? `[${parts.host}]` : parts.host}:${port}`;
  const made: ProxyAddress = { protocol, host: parts.host, port, authority };
  if (parts.user !== undefined) {
    made.user = decoded(parts.user, field);
    made.password = decoded(parts.password ?? '', field);
  }
  return made;
}

/** Reads a vendor's base address, https only, and returns it without a slash at the end. */
export function parseVendorBase(text: string, field: string): string {
  const { scheme, host, port, path, user } = partsOf(text, field);
  if (scheme !== 'https' || user !== undefined) throw invalid(field);
  if (!/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/.test(path)) throw invalid(field);
  const shown = net.isIPv6(host) ? `[${host}]` : host;
  return `https://${shown}${port === undefined ? '' : `:${port}`}${path.replace(/\/$/, '')}`;
}

/** Checks the URL of one request once more, whatever it was made from. */
export function parseVendorUrl(text: string): URL {
  const { scheme, user } = partsOf(text, 'host');
  if (scheme !== 'https' || user !== undefined) throw invalid('host');
  return new URL(text);
}

interface Parts {
  scheme: 'http' | 'https';
  user?: string;
  password?: string;
  host: string;
  port?: number;
  path: string;
}

function partsOf(text: string, field: string): Parts {
  const match = text.length <= LONGEST ? FORM.exec(text) : null;
  if (!match) throw invalid(field);
  const [, scheme = '', user, password, host = '', port, path = ''] = match;
  if (Number(port ?? 1) > 65_535) throw invalid(field);
  const parts: Parts = {
    scheme: scheme.toLowerCase() as Parts['scheme'],
    host: hostOf(host, field),
    path,
  };
  if (user !== undefined) Object.assign(parts, { user, password });
  if (port !== undefined) parts.port = Number(port);
  return parts;
}

function hostOf(text: string, field: string): string {
  const host = text.startsWith('[') ? ipv6Of(text.slice(1, -1)) : nameOf(text);
  if (host === null) throw invalid(field);
  if (net.isIP(host) ? isForbiddenAddress(host) : isForbiddenName(host)) {
    throw new ProblemError(problem('ADDRESS_FORBIDDEN', { field, address: host }));
  }
  return host;
}

// Forms that carry an IPv4 address, and zones, are refused: whoever means IPv4 can write it.
function ipv6Of(text: string): string | null {
  return net.isIPv6(text) && !text.includes('.') && !text.includes('%') ? text.toLowerCase() : null;
}

/** A name or an IPv4 address; null for every spelling that programs read differently. */
function nameOf(text: string): string | null {
  // Full-width letters, circled digits, ideographic full stops and invisible signs would be folded into
  // other names.
  if (/[%\p{Cf}\u3002]/u.test(text) || text.normalize('NFKC') !== text) return null;
  if (/(?![0-9])\p{N}/u.test(text)) return null;
  const ascii = asciiOf(text);
  if (ascii === null) return null;
  if (net.isIPv4(ascii)) return ascii === text ? text : null;
  const labels = ascii.split('.');
  const sound = labels.every((it) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(it));
  // A last label of digits, or 0x…, makes it an IPv4 address for some and a name for others.
  const number = /^(0x[0-9a-f]*|\d+)$/.test(labels.at(-1) ?? '');
  return sound && !number && ascii.length <= 253 ? ascii : null;
}

function asciiOf(text: string): string | null {
  try {
    return new URL(`https://${text}`).hostname;
  } catch {
    return null;
  }
}

function decoded(text: string, field: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!/[\p{Cc}\p{Cs}]/u.test(plain)) return plain;
  } catch {
    // A "%" that begins no escape.
  }
  throw invalid(field);
}

function invalid(field: string): ProblemError {
  return new ProblemError(problem('ADDRESS_INVALID', { field }));
}
