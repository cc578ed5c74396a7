/** The Stream gateway over WebSocket, on the vendor's own HTTPS server: `/connect?ticket=…`. */
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Core } from './dingtalk/core.ts';
import type { RequestLog } from './request-log.ts';

interface StreamServerParts {
  core: Core;
  log: RequestLog;
  /** Egress address by the local port of a proxy's connection. */
  egressByPort: Map<number, string>;
}

export function serveStream(server: Server, { core, log, egressByPort }: StreamServerParts): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'https://gateway');
    const note = (status: number, app: string | null): void =>
      log.add({
        time: Date.now(),
        side: 'dingtalk',
        interface: 'stream/connect',
        method: 'GET',
        path: url.pathname,
        egress: egressByPort.get(request.socket.remotePort ?? 0) ?? null,
        status,
        code: '',
        objects: [],
        wrote: false,
        ms: 0,
        fault: null,
        app,
      });
    if (url.pathname !== '/connect') return refuse(socket, 404);
    const client: { socket?: WebSocket } = {};
    const link = core.stream.accept(url.searchParams.get('ticket') ?? '', {
      send: (text) => client.socket?.send(text),
      close: (abrupt) => (abrupt ? client.socket?.terminate() : client.socket?.close()),
    });
    note(link ? 101 : Number(core.switches.streamRefusal), link?.appKey ?? null);
    if (!link) return refuse(socket, Number(core.switches.streamRefusal));
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      client.socket = accepted;
      link.begin();
      accepted.on('message', (data: Buffer) => link.receive(data.toString('utf8')));
      accepted.on('close', () => link.closed());
      accepted.on('error', () => accepted.terminate());
    });
  });
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
