/** A small HTTPS client that reaches the vendors through an egress proxy, with kept connections. */
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { connect as secure } from 'node:tls';
import type { Duplex } from 'node:stream';

export interface TunnelReply {
  status: number;
  headers: Record<string, string>;
  text: string;
  json(): Record<string, unknown>;
}

export interface TunnelRequest {
  host?: string;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON when it is an object, as a form when it is a string. */
  body?: Record<string, unknown> | string;
  timeoutMs?: number;
}

export interface Tunnel {
  send(request: TunnelRequest): Promise<TunnelReply>;
  close(): void;
}

type Created = (error: Error | null, stream: Duplex) => void;

class TunnelAgent extends Agent {
  private readonly proxy: URL;
  private readonly ca: string;

  constructor(proxy: URL, ca: string, sockets: number) {
    super({ keepAlive: true, maxSockets: sockets });
    this.proxy = proxy;
    this.ca = ca;
  }

  override createConnection(options: { host?: string | null }, created?: Created): undefined {
    const { host } = options;
    const { username, password, hostname, port } = this.proxy;
    const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    const authorization = username
      ? `Proxy-Authorization: Basic ${pair.toString('base64')}\r\n`
      : '';
    const raw = connect(Number(port), hostname);
    const fail = (error: Error): void => {
      raw.destroy();
      created?.(error, raw);
    };
    raw.once('error', fail);
    raw.once('end', () => fail(new Error('the proxy closed the connection')));
    raw.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n${authorization}\r\n`);
    raw.once('data', (head: Buffer) => {
      const [line = ''] = head.toString('latin1').split('\r\n');
      if (!line.includes(' 200 ')) return fail(new Error(`proxy: ${line}`));
      raw.removeAllListeners('end');
      raw.off('error', fail);
      const stream = secure({ socket: raw, servername: host ?? '', ca: this.ca });
      stream.once('secureConnect', () => created?.(null, stream));
      stream.once('error', (error) => created?.(error, stream));
    });
    return undefined;
  }
}

/** @param proxy its URL, with user and password where it asks for them. */
export function openTunnel(proxy: string, ca: string, sockets = 16): Tunnel {
  const agent = new TunnelAgent(new URL(proxy), ca, sockets);
  return {
    send: (asked) => exchange(agent, { host: 'oapi.dingtalk.com', ...asked }),
    close: () => agent.destroy(),
  };
}

/** A call without any proxy, to an address like "https://127.0.0.1:4711". */
export function direct(base: string, ca: string, asked: TunnelRequest): Promise<TunnelReply> {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ ca });
  return exchange(agent, { ...asked, host: hostname, port: Number(port) });
}

function exchange(
  agent: Agent,
  asked: TunnelRequest & { host: string; port?: number },
): Promise<TunnelReply> {
  const { body, host, port, path, headers = {}, timeoutMs = 10_000 } = asked;
  const form = typeof body === 'string';
  const text = body === undefined || form ? (body ?? '') : JSON.stringify(body);
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host,
        ...(port === undefined ? {} : { port }),
        path,
        method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(body === undefined
            ? {}
            : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const whole = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers as Record<string, string>,
            text: whole,
            json: () => JSON.parse(whole) as Record<string, unknown>,
          });
        });
      },
    );
    outgoing.on('error', reject);
    // A request that still waits for its connection would not hear of an abort.
    const timer = setTimeout(() => {
      outgoing.destroy();
      reject(new DOMException(`no reply within ${timeoutMs} ms`, 'TimeoutError'));
    }, timeoutMs);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(text);
  });
}
