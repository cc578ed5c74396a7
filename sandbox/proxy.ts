/** An egress proxy: CONNECT to the vendors' hosts only, and the vendor sees this proxy's address. */
import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Faults } from './faults.ts';
import { listenOn } from './listening.ts';
import { actOnAccept, actOnConnect, actOnTunnel } from './proxy-faults.ts';
import type { RequestLog } from './request-log.ts';

export interface ProxySettings {
  /** Address that the vendors see, for example "198.51.100.7" or an IPv6 address. */
  egress: string;
  user?: string;
  password?: string;
}

export interface ProxyParts {
  faults: Faults;
  log: RequestLog;
  egressByPort: Map<number, string>;
  /** Port on this machine of "host:port", or null for a host that may not be reached. */
  portOf(target: string): number | null;
}

export interface Proxy extends ProxySettings {
  id: number;
  url: string;
  port: number;
  stop(): Promise<void>;
}

const HEADER_MAX = 8 * 1024;

let ids = 0;

/** @param port 0 for any free one. */
export async function startProxy(
  settings: ProxySettings,
  parts: ProxyParts,
  port: number,
): Promise<Proxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    serve(client, settings, parts);
  });
  const listening = await listenOn(server, port);
  const stopRefusing = refuseWhileTold(server, open, { settings, parts, port: listening });
  ids += 1;
  const credentials = settings.user
    ? `${encodeURIComponent(settings.user)}:${encodeURIComponent(settings.password ?? '')}@`
    : '';
  return {
    ...settings,
    id: ids,
    port: listening,
    url: `http://${credentials}127.0.0.1:${listening}`,
    async stop() {
      stopRefusing();
      for (const socket of open) socket.destroy();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
}

/** A refusing proxy does not listen at all, so that the machine itself answers. */
function refuseWhileTold(
  server: Server,
  open: Set<Socket>,
  told: { settings: ProxySettings; parts: ProxyParts; port: number },
): () => void {
  const { faults } = told.parts;
  let stopped = false;
  faults.onChange(() => {
    if (stopped) return;
    const refuses = faults.standing('proxy', told.settings.egress, 'refuse');
    if (refuses && server.listening) {
      server.close();
      for (const socket of open) socket.destroy();
    } else if (!refuses && !server.listening) {
      // Somebody may have taken the port meanwhile; then the proxy stays as good as refusing.
      server.once('error', () => undefined);
      server.listen(told.port, '127.0.0.1');
    }
  });
  return () => {
    stopped = true;
  };
}

function serve(client: Socket, settings: ProxySettings, parts: ProxyParts): void {
  const rule = parts.faults.next('proxy', settings.egress);
  if (rule && actOnAccept(client, rule)) {
    logConnect(parts, settings, { target: '', status: 0, fault: rule.kind });
    return;
  }
  let header = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    header = Buffer.concat([header, chunk]);
    const end = header.indexOf('\r\n\r\n');
    if (end < 0) {
      if (header.length > HEADER_MAX) refuse(client, '431 Request Header Fields Too Large');
      return;
    }
    client.off('data', onData);
    client.pause();
    const rest = header.subarray(end + 4);
    const request = header.subarray(0, end).toString('latin1');
    const { target, status, port } = decide(request, settings, parts);
    logConnect(parts, settings, { target, status, fault: rule?.kind ?? null });
    if (rule && actOnConnect(client, rule)) return;
    if (status !== 200 || port === null)
      return refuse(client, `${status} ${REASONS[status] ?? ''}`);
    const upstream = connect(port, '127.0.0.1');
    upstream.on('connect', () => {
      parts.egressByPort.set(upstream.localPort ?? 0, settings.egress);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (rest.length > 0) upstream.write(rest);
      if (!rule || !actOnTunnel(client, upstream, rule)) tunnel(client, upstream);
      client.resume();
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  };
  client.on('data', onData);
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="sandbox"',
};

function decide(
  request: string,
  settings: ProxySettings,
  parts: ProxyParts,
): { target: string; status: number; port: number | null } {
  const [first = '', ...lines] = request.split('\r\n');
  const [method, target = ''] = first.split(' ');
  if (method !== 'CONNECT') return { target, status: 405, port: null };
  if (settings.user !== undefined) {
    const pair = `${settings.user}:${settings.password ?? ''}`;
    const wanted = `basic ${Buffer.from(pair).toString('base64')}`;
    const sent = lines.find((line) => /^proxy-authorization:/i.test(line));
    const given = sent?.slice(sent.indexOf(':') + 1).trim() ?? '';
    const right = given.slice(0, 6).toLowerCase() + given.slice(6) === wanted;
    if (!right) return { target, status: 407, port: null };
  }
  const port = parts.portOf(target);
  return { target, status: port === null ? 403 : 200, port };
}

function refuse(client: Socket, line: string): void {
  client.end(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  client.resume();
}

function tunnel(client: Socket, upstream: Socket): void {
  client.pipe(upstream);
  upstream.pipe(client);
  upstream.on('close', () => client.destroy());
}

function logConnect(
  parts: ProxyParts,
  settings: ProxySettings,
  { target, status, fault }: { target: string; status: number; fault: string | null },
): void {
  parts.log.add({
    time: Date.now(),
    side: 'proxy',
    interface: 'connect',
    method: 'CONNECT',
    path: target,
    egress: settings.egress,
    status,
    code: '',
    objects: [],
    wrote: false,
    ms: 0,
    fault,
    app: null,
  });
}
