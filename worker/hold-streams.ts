/** Keeps the Streams of connections open: one worker each, found out by lease; two at once would do no harm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStream } from '../connectors/dingtalk/stream.ts';
import type { Stream } from '../connectors/dingtalk/stream.ts';
import type { WireTransport } from '../connectors/transport.ts';
import type { Connection } from '../model/connection.ts';
import type { Connections, OpenConnection } from '../store/connections.ts';
import type { Feeds } from '../store/feeds.ts';
import type { Inbox } from '../store/inbox.ts';

export interface StreamParts {
  connections: Pick<Connections, 'list' | 'open'>;
  feeds: Feeds;
  inbox: Pick<Inbox, 'add'>;
  /** The way to the source, for this alone. */
  transport(open: OpenConnection): WireTransport;
  log: { warn(message: string, fields?: object): void };
}

const EVERY_MS = 3_000;
/** Whoever dies leaves a Stream closed for so long. */
const LEASE_MS = 10_000;

interface Held {
  token: string;
  version: number;
  stream: Stream;
  transport: WireTransport;
}

/** Holds what is free until it is stopped; any number of processes may do so. */
export function holdStreams(parts: StreamParts): { stop(): Promise<void> } {
  const holder = new Holder(parts);
  const ending = new AbortController();
  const { signal } = ending;
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await holder
        .round()
        .catch((error: unknown) => parts.log.warn('Streams could not be looked after', { error }));
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    async stop() {
      ending.abort();
      await running;
      await holder.end();
    },
  };
}

class Holder {
  readonly #parts: StreamParts;
  readonly #held = new Map<string, Held>();

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** One look at all connections. */
  async round(): Promise<void> {
    const all = await this.#parts.connections.list();
    const wanted = new Map(all.filter(wantsStream).map((it) => [it.id, it]));
    for (const id of [...this.#held.keys()]) if (!wanted.has(id)) await this.#drop(id);
    for (const it of wanted.values()) {
      await this.#look(it).catch((error: unknown) =>
        this.#parts.log.warn('A Stream could not be looked after', { connection: it.id, error }),
      );
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((id) => this.#drop(id)));
  }

  async #look({ id, version }: Connection): Promise<void> {
    const { feeds } = this.#parts;
    const mine = this.#held.get(id);
    const token = await feeds.hold(id, LEASE_MS, mine?.token);
    if (token === null || (mine && mine.version !== version)) await this.#drop(id);
    if (token === null) return;
    const held = this.#held.get(id) ?? (await this.#take(id, token));
    const silentMs = held.stream.silentMs();
    if (silentMs !== null) await feeds.streaming(id, silentMs);
  }

  async #take(id: string, token: string): Promise<Held> {
    const { connections, feeds, inbox, log } = this.#parts;
    const open = await connections.open(id);
    const { source, version } = open.connection;
    const transport = this.#parts.transport(open);
    const noted = (work: Promise<void>): void => void work.catch(() => undefined);
    const stream = createStream({
      address: source,
      appSecret: open.secrets.appSecret,
      transport,
      store: (event) => inbox.add(id, event, 'stream'),
      opened: () => noted(feeds.streaming(id, 0)),
      failed(problem) {
        log.warn('The Stream could not be opened', { connection: id, code: problem.code });
        noted(feeds.troubled(id, problem));
      },
    });
    const held = { token, version, stream, transport };
    this.#held.set(id, held);
    return held;
  }

  /** What was taken is stored and acknowledged before the lease is given up. */
  async #drop(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    await held.stream.stop();
    held.transport.close();
    await this.#parts.feeds.letGo(id, held.token).catch(() => undefined);
  }
}

function wantsStream({ settings }: Connection): boolean {
  return settings.events !== 'callback';
}
