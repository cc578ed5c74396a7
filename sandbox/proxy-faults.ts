/** What each kind of fault does to one connection of a proxy. */
import type { Socket } from 'node:net';
import type { FaultRule } from './faults.ts';

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

/** Faults before the proxy reads a byte; true when the connection is taken care of. */
export function actOnAccept(client: Socket, rule: FaultRule): boolean {
  switch (rule.kind) {
    case 'hang':
      client.resume();
      return true;
    case 'reset-on-accept':
      client.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

/** Faults in the place of the reply to CONNECT. */
export function actOnConnect(client: Socket, rule: FaultRule): boolean {
  switch (rule.kind) {
    case '407':
    case '502': {
      const reason =
        rule.kind === '407'
          ? 'Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="sandbox"'
          : 'Bad Gateway';
      client.end(`HTTP/1.1 ${rule.kind} ${reason}\r\nContent-Length: 0\r\n\r\n`);
      client.resume();
      return true;
    }
    case 'endless-header':
      endlessHeader(client);
      return true;
    case 'reset-mid-connect':
      client.write('HTTP/1.1 200 Conn', () => setTimeout(() => client.resetAndDestroy(), 20));
      return true;
    case 'fin-mid-connect':
      client.end();
      client.resume();
      return true;
    default:
      return false;
  }
}

/** Writes header lines as fast as the client takes them, until it goes away. */
function endlessHeader(client: Socket): void {
  const line = `X-Filler: ${'a'.repeat(1000)}\r\n`;
  const more = (): void => {
    while (!client.destroyed && client.write(line)) {
      // Goes on until the socket's buffer is full; "drain" comes back here.
    }
  };
  client.write('HTTP/1.1 200 Connection established\r\n');
  client.on('drain', more);
  client.resume();
  more();
}

/** Faults inside the tunnel, after the 200; false when the tunnel is to work. */
export function actOnTunnel(client: Socket, upstream: Socket, rule: FaultRule): boolean {
  upstream.on('close', () => client.destroy());
  switch (rule.kind) {
    case 'reset-after-200':
      setTimeout(() => client.resetAndDestroy(), 20);
      return true;
    case 'reset-mid-body':
    case 'fin-mid-body':
      breakAfter(client, upstream, rule);
      return true;
    case 'one-byte':
      oneByteASecond(client, upstream, numberOf(rule.parameters.ms, 1000));
      return true;
    default:
      return false;
  }
}

/** Lets `bytes` (4,000, beyond the TLS handshake) of the vendor's answer pass, then breaks. */
function breakAfter(client: Socket, upstream: Socket, rule: FaultRule): void {
  let left = numberOf(rule.parameters.bytes, 4000);
  client.pipe(upstream);
  upstream.on('data', (chunk: Buffer) => {
    if (chunk.length < left) {
      left -= chunk.length;
      client.write(chunk);
      return;
    }
    upstream.pause();
    client.write(chunk.subarray(0, left), () => {
      if (rule.kind === 'fin-mid-body') client.end();
      else client.resetAndDestroy();
    });
  });
}

function oneByteASecond(client: Socket, upstream: Socket, ms: number): void {
  client.pipe(upstream);
  let waiting = Buffer.alloc(0);
  upstream.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
  });
  const timer = setInterval(() => {
    if (waiting.length === 0) return;
    client.write(waiting.subarray(0, 1));
    waiting = waiting.subarray(1);
  }, ms);
  timer.unref();
  client.on('close', () => clearInterval(timer));
}
