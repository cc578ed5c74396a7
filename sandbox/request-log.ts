/** The request log in memory: one light entry per exchange, bounded, never a token or a body. */

export interface LogEntry {
  /** Counts upwards; a reader goes on after the last one it saw. */
  seq: number;
  /** Milliseconds since 1970 when the request had arrived. */
  time: number;
  side: 'dingtalk' | 'authing' | 'proxy';
  interface: string;
  method: string;
  path: string;
  /** Null for a call that did not come through one of the proxies. */
  egress: string | null;
  /** HTTP status; 0 when no reply was sent. */
  status: number;
  /** The vendor's code, "0" or empty for success. */
  code: string;
  objects: string[];
  wrote: boolean;
  /** From the request's arrival until the reply was handed to the network. */
  ms: number;
  /** Kind of the fault that was applied, or null. */
  fault: string | null;
  app: string | null;
}

export interface LogFilter {
  side?: string;
  interface?: string;
  /** Milliseconds since 1970. */
  since?: number;
  after?: number;
}

export interface RequestLog {
  add(entry: Omit<LogEntry, 'seq'>): void;
  find(filter: LogFilter): LogEntry[];
  /** Calls per "side interface", also of entries that were dropped. */
  counts(): Record<string, number>;
  total(): number;
  /** Entries that no longer fit. */
  dropped(): number;
  clear(): void;
}

const ENTRIES_MAX = 400_000;

export function createRequestLog(entriesMax = ENTRIES_MAX): RequestLog {
  let entries: LogEntry[] = [];
  let counts = new Map<string, number>();
  let seq = 0;
  let dropped = 0;

  return {
    add(entry) {
      seq += 1;
      entries.push({ seq, ...entry });
      const key = `${entry.side} ${entry.interface}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      // A tenth at a time, so that a full log does not shift on every call.
      if (entries.length > entriesMax) {
        const surplus = Math.ceil(entriesMax / 10);
        entries.splice(0, surplus);
        dropped += surplus;
      }
    },
    find: (filter) =>
      entries.filter(
        (entry) =>
          (filter.side === undefined || entry.side === filter.side) &&
          (filter.interface === undefined || entry.interface === filter.interface) &&
          (filter.since === undefined || entry.time >= filter.since) &&
          (filter.after === undefined || entry.seq > filter.after),
      ),
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    total: () => entries.length + dropped,
    dropped: () => dropped,
    clear() {
      entries = [];
      counts = new Map();
      dropped = 0;
    },
  };
}
