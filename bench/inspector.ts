/** Looks into a running process of ours through Node's inspector: its memory after a collection, its profile. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** For NODE_OPTIONS of the process; it then says in its log where it listens. */
export const INSPECTED = '--inspect=127.0.0.1:0';

/** Megabytes of a process: all of it, and what its main heap holds. */
export interface Memory {
  rss: number;
  heap: number;
}

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string };
}

export interface Profile {
  nodes: ProfileNode[];
  samples: number[];
  timeDeltas: number[];
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown };
      if (id === undefined) return;
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  /** @param log file in which the process, started with `INSPECTED`, says where it listens; the last one counts */
  static async open(log: string): Promise<Inspector> {
    for (let tries = 0; tries < 100; tries++) {
      const found = [...readFileSync(log, 'utf8').matchAll(/listening on (ws:\/\/\S+)/g)].at(-1);
      if (found?.[1] !== undefined) return new Inspector(await opened(found[1]));
      await sleep(100);
    }
    throw new Error('the process does not say where its inspector listens');
  }

  close(): void {
    this.#socket.close();
  }

  /** After a forced collection. */
  async memory(): Promise<Memory> {
    await this.#ask('HeapProfiler.collectGarbage');
    const expression = 'JSON.stringify(process.memoryUsage())';
    const { result } = await this.#ask<{ result: { value: string } }>('Runtime.evaluate', {
      expression,
    });
    const { rss, heapUsed } = JSON.parse(result.value) as { rss: number; heapUsed: number };
    const mb = (bytes: number): number => Math.round(bytes / 104857.6) / 10;
    return { rss: mb(rss), heap: mb(heapUsed) };
  }

  async startProfile(): Promise<void> {
    await this.#ask('Profiler.enable');
    await this.#ask('Profiler.setSamplingInterval', { interval: 2000 });
    await this.#ask('Profiler.start');
  }

  async stopProfile(): Promise<Profile> {
    return (await this.#ask<{ profile: Profile }>('Profiler.stop')).profile;
  }

  #ask<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (answer: unknown) => void);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

function opened(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { maxPayload: 512 * 1024 * 1024 });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Where a file belongs, as a reader of the profile knows it. */
function partOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  const packaged = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1);
  if (packaged?.[1] !== undefined) return packaged[1];
  const own =
    /\/(activities|connectors|store|plan|workflows|worker|runtime|model)\/[^:]*\.[tj]s$/.exec(url);
  if (own?.[1] !== undefined) return `ours: ${own[1]}`;
  return url.startsWith('node:') ? url : 'native and other';
}

/** Share of the time, in percent, by part; parts below half a percent are left out. */
export function sharesOf(profile: Profile): Record<string, number> {
  const parts = new Map(profile.nodes.map((it) => [it.id, partOf(it.callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [at, id] of profile.samples.entries()) {
    const part = parts.get(id) ?? 'native and other';
    const time = profile.timeDeltas[at] ?? 0;
    times.set(part, (times.get(part) ?? 0) + time);
    total += time;
  }
  const shares = [...times].map(([part, time]) => [part, Math.round((time / total) * 1000) / 10]);
  const large = shares.filter(([, share]) => Number(share) >= 0.5);
  return Object.fromEntries(large.sort((a, b) => Number(b[1]) - Number(a[1])));
}
