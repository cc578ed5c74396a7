/** The control API's plumbing: JSON in and out over plain HTTP, and a sentence for every bad request. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { z } from 'zod';

export interface ControlRequest {
  /** Parts of the path that stand in the place of `:name`. */
  names: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** For example "/proxies/:id". */
  path: string;
  handle(request: ControlRequest): unknown;
}

/** The caller asked for something that cannot be; the message says what. */
export class BadRequest extends Error {
  override name = 'BadRequest';
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** Checks a body; what is wrong is named by its place. @throws BadRequest */
export function checked<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const words = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`,
  );
  throw new BadRequest(words.join('; '));
}

const BODY_MAX = 64 * 1024 * 1024;

export function createControlServer(routes: Route[]): Server {
  return createServer((incoming, outgoing) => {
    answer(routes, incoming)
      .catch((error: unknown) => toFailure(error))
      .then(({ status, body }) => reply(outgoing, status, body))
      .catch(() => outgoing.destroy());
  });
}

interface ControlReply {
  status: number;
  body: unknown;
}

function toFailure(error: unknown): ControlReply {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BadRequest) return { status: error.status, body: { error: message } };
  return { status: 500, body: { error: message } };
}

async function answer(routes: Route[], incoming: IncomingMessage): Promise<ControlReply> {
  const url = new URL(incoming.url ?? '/', 'http://control');
  const allowed: string[] = [];
  for (const route of routes) {
    const names = match(route.path, url.pathname);
    if (!names) continue;
    if (route.method !== incoming.method) {
      allowed.push(route.method);
      continue;
    }
    const body = await readJson(incoming);
    const result = await route.handle({ names, query: url.searchParams, body });
    return { status: 200, body: result ?? { ok: true } };
  }
  if (allowed.length > 0) throw new BadRequest(`${url.pathname} takes ${allowed.join(', ')}`, 405);
  const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
  throw new BadRequest(`there is no ${url.pathname}; there are ${known}`, 404);
}

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const names: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    if (part.startsWith(':')) names[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return names;
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) throw new BadRequest('the body is longer than 64 MB', 413);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new BadRequest('the body is no JSON');
  }
}

function reply(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    // A kept connection may close just when a slow client uses it again, whose call then fails.
    connection: 'close',
  });
  outgoing.end(`${JSON.stringify(body)}\n`);
}
