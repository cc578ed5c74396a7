/** Sends events from the inbox to the workflows of their objects: one signal per object and batch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectRef } from '../model/directory.ts';
import type { Inbox, Taken } from '../store/inbox.ts';

export interface DispatchParts {
  inbox: Inbox;
  /** Starts or touches the workflow of one object. */
  send: (connection: string, object: ObjectRef, events: string[]) => Promise<unknown>;
  log: { warn(message: string, fields?: object): void };
}

const BATCH = 500;
/** Far longer than a batch takes; whoever dies leaves its events for so long. */
const LEASE_MS = 30_000;
const IDLE_MS = 50;
const AT_ONCE = 16;
/** Ids in one signal, so that no payload grows without bound. */
const IDS_MAX = 100;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 60_000;

interface Signal {
  connection: string;
  object: ObjectRef;
  events: string[];
}

/** One signal for all events of a batch that name an object. */
function signalsOf(taken: Taken[]): Signal[] {
  const open = new Map<string, Signal>();
  const all: Signal[] = [];
  for (const { id, connection, objects } of taken) {
    for (const object of objects) {
      const key = `${connection}\n${object.kind}\n${object.id}`;
      let signal = open.get(key);
      if (!signal || signal.events.length >= IDS_MAX) {
        signal = { connection, object, events: [] };
        open.set(key, signal);
        all.push(signal);
      }
      signal.events.push(id);
    }
  }
  return all;
}

/** Takes one batch and sends it on; returns how many events it was. Safe to die in at every step. */
export async function dispatchBatch({ inbox, send, log }: DispatchParts): Promise<number> {
  const taken = await inbox.take(BATCH, LEASE_MS);
  if (taken.length === 0) return 0;
  const failed = new Set<string>();
  const signals = signalsOf(taken);
  let next = 0;
  const sendSome = async (): Promise<void> => {
    for (let signal = signals[next++]; signal; signal = signals[next++]) {
      const { connection, object, events } = signal;
      try {
        await send(connection, object, events);
      } catch (error) {
        log.warn('An event could not be sent on; it waits', { connection, error });
        for (const id of events) failed.add(id);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  const gone = taken.filter((it) => !failed.has(it.id));
  if (gone.length > 0) await inbox.sent(gone);
  const stay = taken.filter((it) => failed.has(it.id));
  if (stay.length > 0) await inbox.putBack(stay, waitMs(stay));
  return taken.length;
}

function waitMs(stay: Taken[]): number {
  const tries = Math.min(...stay.map((it) => it.tries));
  return Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** Math.min(tries, 10));
}

/** Dispatches until it is stopped; any number of processes may do so at once. */
export function dispatchEvents(parts: DispatchParts): { stop(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  async function run(): Promise<void> {
    while (!signal.aborted) {
      const sent = await dispatchBatch(parts).catch((error: unknown) => {
        parts.log.warn('Events could not be dispatched', { error });
        return -1;
      });
      const pause = sent > 0 ? 0 : sent === 0 ? IDLE_MS : WAIT_MIN_MS;
      if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}
