/** A simulated vendor behind real HTTPS: reads the request, lets faults act, answers, writes the log. */
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Certificates } from './certificates.ts';
import type { SandboxReply, SandboxRequest, Vendor } from './exchange.ts';
import { applyFault, rawSockets } from './reply-faults.ts';
import { send } from './reply.ts';
import type { FaultRule, Faults } from './faults.ts';
import { CERTIFICATE_KINDS, REPLY_KINDS } from './faults.ts';
import type { RequestLog } from './request-log.ts';

export interface VendorServerParts {
  vendor: Vendor;
  certificates: Certificates;
  faults: Faults;
  log: RequestLog;
  /** Egress address by the local port of a proxy's connection. */
  egressByPort: Map<number, string>;
  /** Called after the vendor's state may have changed. */
  changed(): void;
}

const BODY_MAX = 10 * 1024 * 1024;

export function createVendorServer(parts: VendorServerParts): Server {
  const { vendor, certificates, egressByPort } = parts;
  const server = createServer({ ...certificates.good, keepAliveTimeout: 60_000 });
  server.on('request', (incoming, outgoing) => {
    receive(parts, incoming, outgoing).catch(() => outgoing.destroy());
  });
  // The map entry lives as long as our end of the connection, so that no request outlives its egress.
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    rawSockets.set(port, socket);
    socket.on('close', () => {
      egressByPort.delete(port);
      if (rawSockets.get(port) === socket) rawSockets.delete(port);
    });
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  serveCertificates(server, parts, vendor.side);
  return server;
}

/** Chooses the certificate per connection: a rule for "connect" counts connections, not calls. */
function serveCertificates(server: Server, parts: VendorServerParts, side: Vendor['side']): void {
  const { certificates, faults } = parts;
  let served = 'good-certificate';
  server.prependListener('connection', () => {
    const rule = faults.next(side, 'connect', CERTIFICATE_KINDS);
    const kind = rule?.kind ?? 'good-certificate';
    if (kind === served) return;
    served = kind;
    if (kind === 'wrong-certificate') server.setSecureContext(certificates.wrong);
    else if (kind === 'expired-certificate') server.setSecureContext(certificates.expired);
    else server.setSecureContext(certificates.good);
  });
  // Kept connections would never show a new certificate.
  faults.onChange(() => {
    const concerned = CERTIFICATE_KINDS.some((kind) => faults.standing(side, 'connect', kind));
    if (concerned) server.closeAllConnections();
  });
}

async function receive(
  parts: VendorServerParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const time = Date.now();
  const rawBody = await readBody(incoming);
  if (rawBody === null) {
    outgoing.writeHead(413).end();
    return;
  }
  const request = toRequest(incoming, rawBody, parts.egressByPort);
  const name = parts.vendor.interfaceOf(request);
  const rule = parts.faults.next(parts.vendor.side, name, replyKinds(parts.vendor));
  const { reply, status } = await answer(parts, { request, outgoing, rule });
  if (reply?.wrote) parts.changed();
  parts.log.add({
    time,
    side: parts.vendor.side,
    interface: name,
    method: request.method,
    path: request.path,
    egress: request.egress,
    status,
    code: reply ? codeOf(reply) : '',
    objects: reply?.objects ?? [],
    wrote: reply?.wrote === true,
    ms: Math.round((performance.now() - started) * 10) / 10,
    fault: rule?.kind ?? null,
    app: reply?.app ?? null,
  });
}

const kindsByVendor = new WeakMap<Vendor, string[]>();

/** All kinds but those of certificates, which act on connections. */
function replyKinds(vendor: Vendor): string[] {
  let kinds = kindsByVendor.get(vendor);
  if (!kinds) {
    kinds = [...REPLY_KINDS, ...Object.keys(vendor.ownFaults ?? {})];
    kindsByVendor.set(vendor, kinds);
  }
  return kinds;
}

interface Exchange {
  request: SandboxRequest;
  outgoing: ServerResponse;
  rule: FaultRule | null;
}

async function answer(
  parts: VendorServerParts,
  { request, outgoing, rule }: Exchange,
): Promise<{ reply: SandboxReply | null; status: number }> {
  const { vendor, faults } = parts;
  if (rule) return applyFault(vendor, { request, outgoing, rule, faults });
  const first = vendor.handle(request);
  const reply = first.later ? await first.later : first;
  return { reply, status: send(outgoing, reply) };
}

async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0]
    ? chunks[0].toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
}

function toRequest(
  incoming: IncomingMessage,
  rawBody: string,
  egressByPort: Map<number, string>,
): SandboxRequest {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const headers = incoming.headers as Record<string, string>;
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
    host: (headers.host ?? '').replace(/:\d+$/, ''),
    body: toBody(rawBody, headers['content-type'] ?? ''),
    rawBody,
    egress: egressByPort.get(incoming.socket.remotePort ?? 0) ?? null,
  };
}

function toBody(rawBody: string, contentType: string): Record<string, unknown> | null {
  if (rawBody === '') return null;
  if (contentType.includes('x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(rawBody));
  }
  try {
    const parsed: unknown = JSON.parse(rawBody);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function codeOf(reply: SandboxReply): string {
  if (reply.code !== undefined) return reply.code;
  if (typeof reply.body !== 'object' || reply.body === null) return '';
  const { errcode, statusCode, apiCode } = reply.body as Record<string, unknown>;
  if (typeof errcode === 'number') return String(errcode);
  const codes = [statusCode, apiCode].filter((code) => typeof code === 'number');
  return codes.join('/');
}
