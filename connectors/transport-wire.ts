/** A WebSocket to a vendor, opened with the agent of a transport, so that it takes the same way as requests. */
import { WebSocket } from 'ws';
import { ProblemError, problem } from '../model/problem.ts';
import { noteAttempt } from './transport-attempt.ts';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { RawData } from 'ws';
import type { Attempt } from './transport-attempt.ts';

/** What is heard on a wire. */
export interface WireEars {
  text(frame: string, wire: Wire): void;
  /** Told once, after a wire that was open is not any more. */
  closed(): void;
}

export interface Wire {
  /** What cannot be sent any more is dropped: the other end does without, or tries again. */
  send(text: string): void;
  close(): void;
  /** Milliseconds since the other end was last heard, be it the answer to a ping. */
  silentMs(): number;
}

/** Frames of the gateway are small; a larger one ends the wire. */
const FRAME_MAX = 1024 * 1024;
/** Who answers none of our pings until the next but one is not there any more. */
const PING_MS = 10_000;

export interface Dialing {
  /** https; the scheme of WebSockets is put in its place. */
  url: URL;
  agent: Agent;
  attempt: Attempt;
  ears: WireEars;
  /** Safe to show. */
  name: string;
  /** Told of the request before it is sent. */
  observe(request: ClientRequest): void;
}

/** Resolves once it is open; rejects with what the agent met, or with SOURCE_STREAM_REFUSED. */
export function dialWire({ url, agent, attempt, ears, ...more }: Dialing): Promise<Wire> {
  const socket = new WebSocket(url.href.replace(/^https:/, 'wss:'), {
    agent,
    maxPayload: FRAME_MAX,
    perMessageDeflate: false,
    followRedirects: false,
    headers: { 'user-agent': 'dingtalk-authing-sync' },
    finishRequest(request) {
      noteAttempt(request, attempt);
      more.observe(request);
      request.end();
    },
  });
  // The library raises what happens after an end as an error too.
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    const give = (error: unknown): void => {
      attempt.signal.removeEventListener('abort', aborted);
      socket.terminate();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const aborted = (): void => give(Object.assign(new Error('aborted'), { code: 'ABORT_ERR' }));
    attempt.signal.addEventListener('abort', aborted);
    if (attempt.signal.aborted) return aborted();
    socket.once('error', give);
    socket.once('unexpected-response', (_request: ClientRequest, reply: IncomingMessage) => {
      const detail = { interface: more.name, httpStatus: reply.statusCode ?? 0 };
      give(new ProblemError(problem('SOURCE_STREAM_REFUSED', detail)));
    });
    socket.once('open', () => {
      attempt.signal.removeEventListener('abort', aborted);
      socket.off('error', give);
      resolve(wireOf(socket, ears));
    });
  });
}

function wireOf(socket: WebSocket, ears: WireEars): Wire {
  let heardAt = performance.now();
  const silentMs = (): number => performance.now() - heardAt;
  const pinging = setInterval(() => {
    if (silentMs() > 2 * PING_MS) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, PING_MS);
  pinging.unref();
  for (const sign of ['pong', 'ping', 'message'] as const) {
    socket.on(sign, () => (heardAt = performance.now()));
  }
  const wire: Wire = {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.terminate(),
    silentMs,
  };
  // Frames may follow the answer to the handshake in the same packet: they are listened to from here on.
  socket.on('message', (data: RawData, binary: boolean) => {
    if (!binary) ears.text((data as Buffer).toString('utf8'), wire);
  });
  socket.once('close', () => {
    clearInterval(pinging);
    ears.closed();
  });
  return wire;
}
