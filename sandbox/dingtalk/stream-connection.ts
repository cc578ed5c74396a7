/** One client's connection to the Stream gateway: frames down, acknowledgements back, pings, and its end. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { streamFrame } from './book-events.ts';
import type { BookEvent } from './book-events.ts';
import type { Switches } from './switches.ts';

/** Whatever carries the connection. */
export interface StreamSocket {
  send(text: string): void;
  /** Ends the connection, with or without a closing handshake. */
  close(abrupt: boolean): void;
}

/** KB:appendix-b… */
const ACK_MS = 3_000;
/** PROTO: nothing new is sent for some 10 s, then the connection is closed. */
const SILENCE_MS = 10_000;

let numbers = 0;

function messageId(): string {
  numbers += 1;
  return `${randomBytes(4).toString('hex')}_${numbers}`;
}

export interface ConnectionParts {
  appKey: string;
  socket: StreamSocket;
  clock: Clock;
  switches: Switches;
  /** Told once, when the connection is over. */
  ended(connection: StreamConnection): void;
}

export class StreamConnection {
  readonly id: number;
  readonly appKey: string;
  readonly since: number;
  /** It was told to go: nothing new is sent to it. */
  leaving = false;
  readonly #parts: ConnectionParts;
  readonly #acks = new Map<string, (status: string) => void>();
  #unanswered = false;
  #over = false;

  constructor(parts: ConnectionParts) {
    numbers += 1;
    this.id = numbers;
    this.#parts = parts;
    this.appKey = parts.appKey;
    this.since = parts.clock.now();
  }

  /** To be called once the socket can send. */
  begin(): void {
    const { switches, clock } = this.#parts;
    if (switches.streamGreeting) for (const it of ['CONNECTED', 'REGISTERED']) this.#system(it, {});
    this.#keepAsking();
    const lifetimeMs = Number(switches.streamLifetimeSeconds) * 1000;
    if (lifetimeMs > 0) clock.after(lifetimeMs, () => this.sendAway('connection is expired'));
  }

  /** What the client sent: an answer names the message it is about. */
  receive(text: string): void {
    const answer = readAnswer(text);
    if (!answer) return;
    this.#unanswered = false;
    this.#acks.get(answer.messageId)?.(answer.status);
  }

  /** Resolves with SUCCESS, LATER, or why there was neither. */
  push(event: BookEvent): Promise<string> {
    const id = messageId();
    return new Promise((resolve) => {
      const end = (status: string): void => {
        this.#acks.delete(id);
        resolve(status);
      };
      this.#acks.set(id, end);
      this.#parts.clock.after(ACK_MS, () => end('no acknowledgement'));
      this.#parts.socket.send(streamFrame(event, id, this.#parts.switches));
    });
  }

  sendAway(reason: string): void {
    if (this.#over || this.leaving) return;
    this.leaving = true;
    this.#system('disconnect', { reason });
    this.#parts.clock.after(SILENCE_MS, () => this.drop(false));
  }

  drop(abrupt: boolean): void {
    if (this.#over) return;
    this.#parts.socket.close(abrupt);
    this.closed();
  }

  closed(): void {
    if (this.#over) return;
    this.#over = true;
    for (const end of [...this.#acks.values()]) end('connection lost');
    this.#parts.ended(this);
  }

  #keepAsking(): void {
    const everyMs = Number(this.#parts.switches.streamPingSeconds) * 1000;
    if (everyMs === 0) return;
    this.#parts.clock.after(everyMs, () => {
      if (this.#over) return;
      if (this.#unanswered) return this.drop(false);
      this.#unanswered = true;
      this.#system('ping', { opaque: messageId() });
      this.#keepAsking();
    });
  }

  #system(topic: string, data: Record<string, string>): void {
    const time = String(this.#parts.clock.now());
    const headers = { topic, messageId: messageId(), contentType: 'application/json', time };
    const frame = { specVersion: '1.0', type: 'SYSTEM', headers, data: JSON.stringify(data) };
    this.#parts.socket.send(JSON.stringify(frame));
  }
}

/** For an event the data of an answer says whether it was consumed. */
function readAnswer(text: string): { messageId: string; status: string } | null {
  try {
    const answer = JSON.parse(text) as {
      code: number;
      headers: { messageId: string };
      data?: string;
    };
    const { status } = JSON.parse(answer.data ?? '{}') as { status?: string };
    const done = answer.code === 200 ? (status ?? 'no status') : `code ${answer.code}`;
    return { messageId: answer.headers.messageId, status: done };
  } catch {
    return null;
  }
}
