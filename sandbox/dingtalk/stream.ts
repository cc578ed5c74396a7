/** The Stream gateway: tickets, who is connected, and which connection gets an event. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { BookEvent } from './book-events.ts';
import { StreamConnection } from './stream-connection.ts';
import type { StreamSocket } from './stream-connection.ts';
import type { Switches } from './switches.ts';

export interface Stream {
  /** A ticket for one connection, good for 90 s. */
  ticket(appKey: string): string;
  /** Null for a ticket that is unknown, over, or used. */
  accept(ticket: string, socket: StreamSocket): StreamConnection | null;
  /** Whether the app has ever opened a connection. */
  knows(appKey: string): boolean;
  /** Resolves with null when the event was acknowledged, or with the reason why it never was. */
  push(appKey: string, event: BookEvent): Promise<string | null>;
  /** Tells clients to go, or drops them without a word; returns how many. */
  disconnect(appKey: string | undefined, abrupt: boolean): number;
  connections(): { id: number; appKey: string; leaving: boolean; since: number }[];
}

const TICKET_MS = 90_000;

export interface StreamParts {
  clock: Clock;
  random: () => number;
  switches: Switches;
}

export function createStream(parts: StreamParts): Stream {
  const { clock, random, switches } = parts;
  const tickets = new Map<string, { appKey: string; until: number }>();
  const known = new Set<string>();
  const open = new Set<StreamConnection>();

  /** PROTO: each message goes to one of an app's connections, at random. */
  function choose(appKey: string): StreamConnection | undefined {
    const able = [...open].filter((each) => each.appKey === appKey && !each.leaving);
    return able[Math.floor(random() * able.length)];
  }

  return {
    ticket(appKey) {
      const ticket = randomBytes(16).toString('hex');
      tickets.set(ticket, { appKey, until: clock.now() + TICKET_MS });
      return ticket;
    },
    accept(ticket, socket) {
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      if (!found || found.until <= clock.now()) return null;
      const { appKey } = found;
      const ended = (it: StreamConnection): void => void open.delete(it);
      const connection = new StreamConnection({ appKey, socket, clock, switches, ended });
      open.add(connection);
      known.add(appKey);
      return connection;
    },
    knows: (appKey) => known.has(appKey),
    async push(appKey, event) {
      let status = 'no connection';
      for (let tries = 0; tries <= Number(switches.streamRedeliveries); tries += 1) {
        const waitMs = Number(switches.streamRedeliverySeconds) * 1000;
        if (tries > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
        status = (await choose(appKey)?.push(event)) ?? 'no connection';
        if (status === 'SUCCESS') return null;
      }
      return status;
    },
    disconnect(appKey, abrupt) {
      const meant = [...open].filter((each) => !appKey || each.appKey === appKey);
      for (const each of meant) {
        if (abrupt) each.drop(true);
        else each.sendAway('persistent connection is timeout');
      }
      return meant.length;
    },
    connections: () =>
      [...open].map(({ id, appKey, leaving, since }) => ({ id, appKey, leaving, since })),
  };
}
