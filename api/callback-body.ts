/** The body of a callback: JSON of at most 64 kB, and never more of it in memory. */
import type { IncomingMessage } from 'node:http';

const BODY_MAX = 64 * 1024;

function isJson({ headers }: IncomingMessage): boolean {
  const packed = headers['content-encoding'] ?? 'identity';
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '') && packed === 'identity';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * The body as a value; null for everything that is none. Express's own reader waits for the end of a body
 * that is too long before it says so, which lets a client hold it for as long as it sends.
 */
export function readJson(request: IncomingMessage): Promise<unknown> {
  if (!isJson(request)) return Promise.resolve(null);
  if (Number(request.headers['content-length'] ?? 0) > BODY_MAX) return Promise.resolve(null);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_MAX) chunks.push(chunk);
      else {
        chunks.length = 0;
        request.pause();
        resolve(null);
      }
    });
    request.on('end', () => resolve(parsed(Buffer.concat(chunks).toString('utf8'))));
    request.on('close', () => resolve(null));
    request.on('error', () => resolve(null));
  });
}
