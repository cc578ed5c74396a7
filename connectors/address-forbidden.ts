/** Addresses that no request may go to: link-local, metadata services, and what is no single machine. */
import * as dns from 'node:dns';
import * as net from 'node:net';
import type { LookupFunction } from 'node:net';

const forbidden = new net.BlockList();
// Link-local; clouds answer at 169.254.169.254 with the machine's own credentials.
forbidden.addSubnet('169.254.0.0', 16);
forbidden.addSubnet('fe80::', 10, 'ipv6');
// The same service at Alibaba Cloud, Oracle Cloud, Azure, AWS over IPv6 and Google over IPv6.
forbidden.addAddress('100.100.100.200');
forbidden.addAddress('192.0.0.192');
forbidden.addAddress('168.63.129.16');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('fd20:ce::254', 'ipv6');
// "This network", multicast, reserved and broadcast.
forbidden.addSubnet('0.0.0.0', 8);
forbidden.addSubnet('224.0.0.0', 4);
forbidden.addSubnet('240.0.0.0', 4);
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');

// Names under which clouds offer their metadata; behind a proxy it is the proxy who would resolve them.
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
]);

/** True for addresses that no request may go to; private and loopback addresses are allowed. */
export function isForbiddenAddress(ip: string): boolean {
  if (net.isIPv4(ip)) return forbidden.check(ip, 'ipv4');
  const inside = ipv4Inside(ip);
  return forbidden.check(ip, 'ipv6') || (inside !== null && forbidden.check(inside, 'ipv4'));
}

export function isForbiddenName(host: string): boolean {
  return METADATA_NAMES.has(host);
}

/** Resolves as the system does, and fails with EFORBIDDEN when any of the addresses is forbidden. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  guarded(dns.lookup)(hostname, options, callback);
};

type ResolveAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/** The guard around any resolver, so that one can be handed in by tests. */
export function guarded(resolve: ResolveAll): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const first = addresses[0];
      if (!first || addresses.some((it) => isForbiddenAddress(it.address))) {
        const code = first ? 'EFORBIDDEN' : 'ENOTFOUND';
        return callback(Object.assign(new Error('no usable address'), { code }), '', 0);
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 (64:ff9b::/96) and 6to4 (2002::/16). */
function ipv4Inside(ip: string): string | null {
  const groups = groupsOf(ip);
  const head = groups.slice(0, 6).join(':');
  const last = groups.slice(6);
  // ::1 is loopback, and its neighbours stand for nothing.
  if (head === COMPATIBLE && last[0] === '0') return null;
  if (EMBEDDING.has(head)) return dotted(last);
  return groups[0] === '2002' ? dotted(groups.slice(1, 3)) : null;
}

const COMPATIBLE = '0:0:0:0:0:0';
const EMBEDDING = new Set([COMPATIBLE, '0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

/** The eight groups, without leading zeros; the URL parser brings every spelling into one form. */
function groupsOf(ip: string): string[] {
  const canonical = new URL(`http://[${ip.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [before = '', after] = canonical.split('::');
  const left = before === '' ? [] : before.split(':');
  if (after === undefined) return left;
  const right = after === '' ? [] : after.split(':');
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

function dotted(groups: string[]): string {
  return groups
    .flatMap((group) => {
      const value = parseInt(group, 16);
      return [value >> 8, value & 255];
    })
    .join('.');
}
