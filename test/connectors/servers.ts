/** A vendor over HTTPS and a CONNECT proxy with every fault, on loopback, for tests of the transport. */
import type * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.ts';

export interface Vendor {
  port: number;
  url: string;
  /** Requests that arrived, with the port they came from. */
  seen: {
    method: string;
    url: string;
    headers: http.IncomingHttpHeaders;
    body: string;
    from: number;
  }[];
  sockets: Set<net.Socket>;
  answer: (request: Vendor['seen'][number], response: http.ServerResponse) => void;
  close(): Promise<void>;
}

export async function startVendor(certificate: Certificate): Promise<Vendor> {
  const vendor: Vendor = {
    port: 0,
    url: '',
    seen: [],
    sockets: new Set(),
    answer: (_request, response) => void response.end('{"ok":true}'),
    close: () => stop(server, vendor.sockets),
  };
  const server = https.createServer(certificate, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        from: request.socket.remotePort ?? 0,
      };
      vendor.seen.push(one);
      vendor.answer(one, response);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('clientError', () => undefined);
  vendor.port = await listen(server, vendor.sockets);
  vendor.url = `https://127.0.0.1:${vendor.port}`;
  return vendor;
}

export interface Proxy {
  port: number;
  url: string;
  /** CONNECT requests that arrived: target and credentials. */
  seen: { target: string; authorization?: string }[];
  /** Sockets the proxy holds: from clients and to vendors. */
  sockets: Set<net.Socket>;
  /** Local ports of the proxy's own connections to vendors. */
  egressPorts: Set<number>;
  /** Called for each client socket with its CONNECT header; tunnels by default. */
  behave: (client: net.Socket, header: string) => void;
  /** Called as soon as a client connects; true when nothing else is to be done. */
  greet: (client: net.Socket) => boolean;
  tunnel(client: net.Socket, header: string, after?: (client: net.Socket) => void): void;
  close(): Promise<void>;
}

export async function startProxy(certificate?: Certificate): Promise<Proxy> {
  const proxy: Proxy = {
    port: 0,
    url: '',
    seen: [],
    sockets: new Set(),
    egressPorts: new Set(),
    behave: (client, header) => proxy.tunnel(client, header),
    greet: () => false,
    tunnel: (client, header, after) => openTunnel(proxy, client, header, after),
    close: () => stop(server, proxy.sockets),
  };
  const onClient = (client: net.Socket): void => {
    client.on('error', () => undefined);
    if (proxy.greet(client)) {
      client.resume();
      return;
    }
    let header = '';
    const onData = (chunk: Buffer): void => {
      header += chunk.toString('latin1');
      if (!header.includes('\r\n\r\n')) return;
      client.off('data', onData);
      proxy.seen.push({
        target: header.split(' ')[1] ?? '',
        authorization: /proxy-authorization: (.*)\r\n/i.exec(header)?.[1],
      });
      proxy.behave(client, header);
    };
    client.on('data', onData);
  };
  const server = certificate ? tls.createServer(certificate, onClient) : net.createServer(onClient);
  server.on('tlsClientError', () => undefined);
  proxy.port = await listen(server, proxy.sockets);
  proxy.url = `${certificate ? 'https' : 'http'}://127.0.0.1:${proxy.port}`;
  return proxy;
}

function openTunnel(
  proxy: Proxy,
  client: net.Socket,
  header: string,
  after?: (client: net.Socket) => void,
): void {
  const port = Number(/:(\d+) /.exec(header)?.[1] ?? 0);
  const upstream = net.connect(port, '127.0.0.1', () => {
    proxy.egressPorts.add(upstream.localPort ?? 0);
    client.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
    client.pipe(upstream);
    upstream.pipe(client);
    after?.(client);
  });
  proxy.sockets.add(upstream);
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => {
    proxy.sockets.delete(upstream);
    client.destroy();
  });
  client.on('close', () => upstream.destroy());
}

async function listen(server: net.Server, sockets: Set<net.Socket>): Promise<number> {
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function stop(server: net.Server, sockets: Set<net.Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
