/** What each kind of fault does to one exchange with a vendor. */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SandboxReply, SandboxRequest, Vendor } from './exchange.ts';
import type { FaultRule, Faults, ReplyKind } from './faults.ts';
import { send, textOf } from './reply.ts';

export interface FaultyExchange {
  request: SandboxRequest;
  outgoing: ServerResponse;
  rule: FaultRule;
  faults: Faults;
}

export interface Outcome {
  /** Null when the vendor was never asked. */
  reply: SandboxReply | null;
  /** HTTP status that was sent, 0 for none. */
  status: number;
}

/** The raw connections under TLS, because only a raw one can be reset. */
export const rawSockets = new Map<number, Socket>();

function reset(outgoing: ServerResponse): void {
  const raw = rawSockets.get(outgoing.socket?.remotePort ?? 0);
  if (raw) raw.resetAndDestroy();
  else outgoing.destroy();
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

/** Codes as texts: some replies of real gateways have `"errcode":"0"`. */
function stringCodes(text: string): string {
  return text.replace(/"(errcode|statusCode|apiCode)":(-?\d+)/g, '"$1":"$2"');
}

const HTML = '<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>';

/** A 5xx or HTML page; with `{"commit":true}` the vendor has done the work before it fails. */
function gatewayPage(vendor: Vendor, exchange: FaultyExchange, status: number): Outcome {
  const { request, outgoing, rule } = exchange;
  const reply = rule.parameters.commit === true ? vendor.handle(request) : null;
  send(outgoing, { status, body: HTML, contentType: 'text/html' });
  return { reply, status };
}

/** `bytes` (100 MB) of one JSON text; with `{"gzip":true}` a few kilobytes that unpack to it. */
async function hugeBody({ outgoing, rule }: FaultyExchange): Promise<Outcome> {
  const bytes = numberOf(rule.parameters.bytes, 100 * 1024 * 1024);
  const headers: Record<string, string> = { 'content-type': 'application/json;charset=utf-8' };
  if (rule.parameters.gzip === true) {
    headers['content-encoding'] = 'gzip';
    outgoing.writeHead(200, headers);
    outgoing.end(gzipSync(Buffer.alloc(bytes, ' ')));
    return { reply: null, status: 200 };
  }
  outgoing.writeHead(200, headers);
  const chunk = Buffer.alloc(64 * 1024, ' ');
  for (let sent = 0; sent < bytes && !outgoing.destroyed; sent += chunk.length) {
    if (!outgoing.write(chunk)) await drained(outgoing);
  }
  outgoing.end('{}');
  return { reply: null, status: 200 };
}

/** Resolves when more can be written, or nothing more has to be. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
  });
}

/** Half of the reply; with `{"cut":true}` the connection breaks there, else the length is honest. */
function truncated(vendor: Vendor, { request, outgoing, rule }: FaultyExchange): Outcome {
  const reply = vendor.handle(request);
  const text = textOf(reply);
  const half = text.slice(0, Math.floor(text.length / 2));
  if (rule.parameters.cut !== true) return { reply, status: send(outgoing, reply, half) };
  const status = reply.status ?? 200;
  outgoing.writeHead(status, { 'content-length': Buffer.byteLength(text) });
  outgoing.write(half, () => outgoing.destroy());
  return { reply, status };
}

/** Lets the rule act; the vendor is asked before, after or not at all, as the kind says. */
export async function applyFault(vendor: Vendor, exchange: FaultyExchange): Promise<Outcome> {
  const { request, outgoing, rule } = exchange;
  const own = vendor.ownFaults?.[rule.kind];
  if (own) {
    const reply = own(request, rule.parameters);
    return { reply, status: send(outgoing, reply) };
  }
  switch (rule.kind as ReplyKind) {
    case 'delay':
      return delayed(vendor, exchange);
    case 'hold':
      return held(vendor, exchange);
    case '5xx':
      return gatewayPage(vendor, exchange, numberOf(rule.parameters.status, 500));
    case 'html':
      return gatewayPage(vendor, exchange, numberOf(rule.parameters.status, 200));
    case 'reset-before':
      reset(outgoing);
      return { reply: null, status: 0 };
    case 'reset-after-commit': {
      const reply = vendor.handle(request);
      reset(outgoing);
      return { reply, status: 0 };
    }
    case 'truncated':
      return truncated(vendor, exchange);
    case 'string-code': {
      const reply = vendor.handle(request);
      return { reply, status: send(outgoing, reply, stringCodes(textOf(reply))) };
    }
    case 'huge-body':
      return hugeBody(exchange);
    case 'empty-body': {
      const reply = vendor.handle(request);
      return { reply, status: send(outgoing, reply, '') };
    }
  }
}

/** Waits `ms` (1,000); with `{"after":true}` the vendor has committed before the wait. */
async function delayed(vendor: Vendor, exchange: FaultyExchange): Promise<Outcome> {
  const { request, outgoing, rule } = exchange;
  const after = rule.parameters.after === true;
  const early = after ? vendor.handle(request) : null;
  await wait(numberOf(rule.parameters.ms, 1000), undefined, { ref: false });
  const reply = early ?? vendor.handle(request);
  return { reply, status: outgoing.destroyed ? 0 : send(outgoing, reply) };
}

/** Waits until the rule is removed; with `{"after":true}` the vendor has committed before the wait. */
async function held(vendor: Vendor, exchange: FaultyExchange): Promise<Outcome> {
  const { request, outgoing, rule, faults } = exchange;
  const early = rule.parameters.after === true ? vendor.handle(request) : null;
  await faults.gone(rule);
  // Who has hung up in the meantime is not served: a write would come at a time that no vendor takes.
  if (outgoing.destroyed) return { reply: early, status: 0 };
  const reply = early ?? vendor.handle(request);
  return { reply, status: send(outgoing, reply) };
}
