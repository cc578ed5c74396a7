/** Addresses that administrators enter: proxy and vendor hosts, checked by form and again after name resolution. */
import * as dns from 'node:dns';
import * as net from 'node:net';
import { ProblemError, problem } from '../model/problem.ts';
import type { LookupFunction } from 'node:net';

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

// 169.254/16 and fe80::/10 are link-local, where clouds answer with the machine's own credentials;
// the others are the addresses of the same service at Alibaba Cloud, AWS over IPv6 and Oracle.
const forbidden = new net.BlockList();
forbidden.addSubnet('169.254.0.0', 16);
forbidden.addSubnet('0.0.0.0', 8);
forbidden.addAddress('100.100.100.200');
forbidden.addAddress('192.0.0.192');
forbidden.addSubnet('224.0.0.0', 4);
forbidden.addSubnet('240.0.0.0', 4);
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');

/** True for addresses that no request may go to; private and loopback addresses are allowed. */
export function isForbiddenAddress(ip: string): boolean {
  return net.isIPv6(ip) ? forbidden.check(ip, 'ipv6') : forbidden.check(ip, 'ipv4');
}

/** Resolves like the system does, and fails with EFORBIDDEN when any address is forbidden. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    if (addresses.some((it) => isForbiddenAddress(it.address))) {
      return callback(Object.assign(new Error('forbidden address'), { code: 'EFORBIDDEN' }), '', 0);
    }
    const first = addresses[0];
    if (options.all) return (callback as unknown as AllCallback)(null, addresses);
    callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

type AllCallback = (error: null, addresses: dns.LookupAddress[]) => void;

/** Reads a proxy URL; throws ADDRESS_INVALID or ADDRESS_FORBIDDEN. */
export function parseProxy(text: string): ProxyAddress {
  const url = read(text, 'proxy');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('proxy');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const made: ProxyAddress = {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    authority: `${url.hostname}:${port}`,
  };
  if (url.username !== '') {
    made.user = decodeURIComponent(url.username);
    made.password = decodeURIComponent(url.password);
  }
  return made;
}

/** Checks a vendor's base address or a URL below it; throws ADDRESS_INVALID or ADDRESS_FORBIDDEN. */
export function parseVendorUrl(text: string): URL {
  const url = read(text, 'host');
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw invalid('host');
  }
  return url;
}

function read(text: string, field: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(field);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (net.isIP(host) && isForbiddenAddress(host)) {
    throw new ProblemError(problem('ADDRESS_FORBIDDEN', { field, address: host }));
  }
  return url;
}

function invalid(field: string): ProblemError {
  return new ProblemError(problem('ADDRESS_INVALID', { field }));
}
