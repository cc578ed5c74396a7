/** How the simulated vendor reaches an address outside: one POST of JSON, a deadline, kept connections. */
import { Agent as PlainAgent, request as plain } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import type { Post } from './dingtalk/callback-push.ts';

/** So many pushes at once, over as many connections. */
const AT_ONCE = 64;
/** Of an answer; a longer one is none. */
const BODY_MAX = 64 * 1024;

/** Waits for its turn first: the deadline counts from the moment the push really leaves. */
export function createPost(): Post {
  const agents = {
    'http:': new PlainAgent({ keepAlive: true, maxSockets: AT_ONCE }),
    'https:': new SecureAgent({ keepAlive: true, maxSockets: AT_ONCE }),
  };
  const waiting: (() => void)[] = [];
  let busy = 0;

  return async (url, body, deadlineMs) => {
    if (busy >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    busy += 1;
    try {
      return await exchange(new URL(url), body, { deadlineMs, agents });
    } finally {
      busy -= 1;
      waiting.shift()?.();
    }
  };
}

interface Way {
  deadlineMs: number;
  agents: { 'http:': PlainAgent; 'https:': SecureAgent };
}

function exchange(url: URL, body: string, way: Way): Promise<{ status: number; body: string }> {
  const isPlain = url.protocol === 'http:';
  const options = {
    method: 'POST',
    agent: way.agents[isPlain ? 'http:' : 'https:'],
    signal: AbortSignal.timeout(way.deadlineMs),
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  };
  return new Promise((resolve, reject) => {
    const outgoing = (isPlain ? plain : secure)(url, options, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > BODY_MAX) incoming.destroy(new Error('a long answer'));
      });
      incoming.on('error', (error) => reject(timeoutOr(error, options.signal)));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
    });
    outgoing.on('error', (error) => reject(timeoutOr(error, options.signal)));
    outgoing.end(body);
  });
}

/** Node calls an abort by a deadline AbortError; the reason tells which it was. */
function timeoutOr(error: Error, { aborted, reason }: AbortSignal): Error {
  return aborted ? (reason as Error) : error;
}
