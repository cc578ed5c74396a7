/** A download server on this machine that behaves as it is told, and archives as vendors make them. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export type Behaviour =
  | 'right'
  | 'truncated'
  | 'truncated without length'
  | 'damaged'
  | 'forbidden'
  | 'hanging'
  | 'stalling'
  | 'redirecting';

/** A gzipped tar archive with one program inside a folder; ustar, checksums left out (nobody reads them). */
export function archiveWith(name: string, content: string): Buffer {
  const folder = header('vendor-1.0/', 0, '5');
  const notes = file('vendor-1.0/README', 'x'.repeat(700));
  return gzipSync(
    Buffer.concat([folder, notes, file(`vendor-1.0/bin/${name}`, content), Buffer.alloc(1024)]),
  );
}

function file(name: string, content: string): Buffer {
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return Buffer.concat([header(name, bytes.length, '0'), bytes, padding]);
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(size.toString(8).padStart(11, '0'), 124);
  block.write(type, 156);
  return block;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface VendorServer {
  base: string;
  /** Paths that were asked for. */
  asked: string[];
  behave(how: Behaviour): void;
  close(): Promise<void>;
}

/** Serves the archive for every path, and its checksum for every path that ends with ".sha256". */
export async function vendorServer(
  archive: Buffer,
  checksum = sha256(archive),
): Promise<VendorServer> {
  let how: Behaviour = 'right';
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path.endsWith('.sha256') && how !== 'forbidden' && how !== 'hanging') {
      response.end(`${checksum}  archive.tgz\n`);
    } else answer(path, response);
  });
  const answer = (path: string, response: ServerResponse) => {
    const half = archive.subarray(0, archive.length / 2);
    const whole = { 'content-length': archive.length };
    if (how === 'right' || path.startsWith('/elsewhere')) {
      response.writeHead(200, whole).end(archive);
    } else if (how === 'truncated') {
      response.writeHead(200, whole).write(half, () => response.destroy());
    } else if (how === 'truncated without length') {
      response.writeHead(200).end(half);
    } else if (how === 'damaged') {
      response
        .writeHead(200, whole)
        .end(Buffer.concat([half, Buffer.alloc(archive.length - half.length)]));
    } else if (how === 'forbidden') {
      response.writeHead(403).end('no');
    } else if (how === 'stalling') {
      response.writeHead(200, whole).write(half);
    } else if (how === 'redirecting') {
      response.writeHead(302, { location: '/elsewhere/archive.tgz' }).end();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (next) => {
      how = next;
      asked.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
