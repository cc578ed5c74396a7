/** The receiver: takes DingTalk's callbacks, stores them, and only then says the word that ends DingTalk's trying. */
import express from 'express';
import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import { z } from 'zod';
import type { SourceEvent } from '../model/event.ts';
import type { Log } from '../runtime/log.ts';
import { readJson } from './callback-body.ts';

/** A subscription as the receiver needs it; DingTalk's own ways are handed in. */
export interface Subscription {
  connection: string;
  /** Null for everything that DingTalk did not just send. */
  open(message: z.infer<typeof messageSchema>, now: number): OpenedMessage | null;
  answer(word: string, now: number): object;
}

interface OpenedMessage {
  event: SourceEvent | null;
  word: string;
}

export interface ReceiverParts {
  /** Null for a path that nobody was given. */
  subscription(path: string): Promise<Subscription | null>;
  /** Durable once it resolves. */
  store(connection: string, event: SourceEvent): Promise<unknown>;
  log: Log;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that storing may take; one second unless told. */
  storeMs?: number;
}

/** DingTalk waits 2.5 s; who cannot store in one says so, and DingTalk tries again. */
const STORE_MS = 1_000;

/** Only such paths are ever given. */
const PATH = /^[0-9a-f]{32}$/;
/** A database that is away would fill the log. */
const LOG_EVERY_MS = 10_000;

const text = z.string().min(1).max(200);

const messageSchema = z.object({
  signature: text,
  timestamp: text,
  nonce: text,
  encrypt: z.string().regex(/^[A-Za-z0-9+/]{20,}={0,2}$/),
});

/** The current name of a parameter, or the older one; repeated ones come as lists and are none. */
async function messageOf(request: Request<object>): Promise<z.infer<typeof messageSchema> | null> {
  const { query } = request;
  const body = await readJson(request);
  const { encrypt } = (typeof body === 'object' && body ? body : {}) as Record<string, unknown>;
  const parsed = messageSchema.safeParse({
    signature: query['msg_signature'] ?? query['signature'],
    timestamp: query['timestamp'] ?? query['timeStamp'],
    nonce: query['nonce'],
    encrypt,
  });
  return parsed.success ? parsed.data : null;
}

/** One wording for all causes; the connection ends, so that nothing more of a bad request is read. */
function refuse(response: Response, status: 400 | 503): void {
  if (response.headersSent) return;
  response.status(status).set('connection', 'close').json({ error: 'not accepted' });
}

/** Rejects when the work takes longer; a late success is found as a copy at the next try. */
async function inTime<T>(work: Promise<T>, ms = STORE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Stores what there is to store. @returns the answer, or null for what is not to be believed */
async function receive(
  parts: ReceiverParts,
  path: string,
  message: z.infer<typeof messageSchema>,
): Promise<object | null> {
  const found = await parts.subscription(path);
  const opened = found?.open(message, parts.now());
  if (!found || !opened) return null;
  if (opened.event) await parts.store(found.connection, opened.event);
  return found.answer(opened.word, parts.now());
}

/** The app without a listener; it knows no other address. */
export function createCallbackApp(parts: ReceiverParts): Express {
  const app = express();
  let logged = 0;
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.post('/callbacks/dingtalk/:path', async (request, response) => {
    const { path } = request.params;
    const message = PATH.test(path) ? await messageOf(request) : null;
    if (!message) return refuse(response, 400);
    try {
      const answer = await inTime(receive(parts, path, message), parts.storeMs);
      if (answer) response.json(answer);
      else refuse(response, 400);
    } catch {
      refuse(response, 503);
      if (parts.now() - logged < LOG_EVERY_MS) return;
      logged = parts.now();
      parts.log.warn('An event could not be stored in time; DingTalk was told to try again');
    }
  });
  app.use((_request, response) => refuse(response, 400));
  const last: ErrorRequestHandler = (_error, _request, response, _next) => refuse(response, 400);
  app.use(last);
  return app;
}
