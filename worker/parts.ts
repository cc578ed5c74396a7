/** Puts a connection's parts together: transports, connectors, store; kept open while they are used. */
import { setTimeout as sleep } from 'node:timers/promises';
import { discreet } from '../activities/diagnose-discreet.ts';
import { diagnoseSource } from '../activities/diagnose-source.ts';
import { diagnoseTarget } from '../activities/diagnose-target.ts';
import type { Governor, Lane, Rate } from '../activities/governor.ts';
import type { Parts, PassClock, WriteTimes } from '../activities/pass.ts';
import { NO_PROXY } from '../connectors/address.ts';
import type { DiagnosisStep } from '../model/diagnosis.ts';
import type { Problem } from '../model/problem.ts';
import { createAuthingClient } from '../connectors/authing/client.ts';
import type { AuthingClient } from '../connectors/authing/client.ts';
import { createAuthingReader } from '../connectors/authing/reader.ts';
import { createAuthingWriter } from '../connectors/authing/writer.ts';
import { createDingTalk } from '../connectors/dingtalk/dingtalk.ts';
import type { DingTalk } from '../connectors/dingtalk/dingtalk.ts';
import { createTransport } from '../connectors/transport.ts';
import type { Transport, WireTransport } from '../connectors/transport.ts';
import type { Connection } from '../model/connection.ts';
import type { CallCounts } from '../model/run.ts';
import type { Connections, OpenConnection } from '../store/connections.ts';
import type { Collections } from '../store/documents.ts';
import { createChanges } from '../store/changes.ts';
import { createCorrelationStore } from '../store/correlation.ts';
import { createFrontier } from '../store/frontier.ts';
import { createGate } from '../store/gate.ts';
import { createLinks } from '../store/links.ts';
import { createPlans } from '../store/plans.ts';
import { createRuns } from '../store/runs.ts';
import { createTokenCache } from '../store/tokens.ts';
import type { SharedToken, TokenCache } from '../store/tokens.ts';

export interface PartsOptions {
  collections: Collections;
  connections: Connections;
  times: WriteTimes;
  requestTimeoutMs: number;
  governor: Governor;
}

interface Kept {
  version: number;
  parts: Parts;
  source: DingTalk;
  target: AuthingClient;
  transports: Transport[];
}

export const clock: PassClock = {
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

const caOf = ({ ca }: Connection) => (ca === undefined ? {} : { ca });

/** The way to the source: through the connection's own proxy. */
export function sourceTransport(open: OpenConnection, timeoutMs: number): WireTransport {
  const { connection, secrets } = open;
  const proxy = secrets.sourceProxy;
  return createTransport({ side: 'source', proxy, timeoutMs, ...caOf(connection) });
}

function transportsOf(open: OpenConnection, timeoutMs: number): [Transport, Transport] {
  const proxy = open.secrets.targetProxy ?? 'none';
  const target = createTransport({ side: 'target', proxy, timeoutMs, ...caOf(open.connection) });
  return [sourceTransport(open, timeoutMs), target];
}

function callTaker(read: () => CallCounts): () => CallCounts {
  let taken: CallCounts = { source: 0, targetReads: 0, targetWrites: 0 };
  return () => {
    const now = read();
    const { source, targetReads, targetWrites } = taken;
    taken = now;
    return {
      source: now.source - source,
      targetReads: now.targetReads - targetReads,
      targetWrites: now.targetWrites - targetWrites,
    };
  };
}

/** The budgets a call counts against; the egress address is told apart by its proxy's host and port. */
function ratesOf(open: OpenConnection) {
  const { connection, secrets } = open;
  const { rates, source, target } = connection;
  const egress = secrets.sourceProxy === NO_PROXY ? 'direct' : new URL(secrets.sourceProxy).host;
  const interfaceId = (name: string): string => `source/${source.appKey}/${name}`;
  const targetId = `target/${target.host}/${target.accessKeyId}`;
  return {
    source: (name: string): Rate[] => [
      { id: interfaceId(name), perSecond: rates.sourcePerSecond },
      { id: `egress/${egress}`, perSecond: rates.egressPerSecond },
    ],
    target: (): Rate[] => [{ id: targetId, perSecond: rates.targetPerSecond }],
    /** The budget that a throttled reply is about, or null for other problems. */
    about(it: Problem): string | null {
      if (it.code === 'SOURCE_RATE_LIMITED') return interfaceId(it.detail.interface ?? '');
      if (it.code === 'SOURCE_ADDRESS_BANNED') return `egress/${egress}`;
      return it.code === 'TARGET_RATE_LIMITED' ? targetId : null;
    },
  };
}

/** Tokens that are asked for afresh, so that a diagnosis proves the key and not a memory of it. */
function ownTokens(): TokenCache {
  let kept: SharedToken | null = null;
  return {
    get: () => Promise.resolve(kept),
    set: (value) => {
      kept = value;
      return Promise.resolve();
    },
  };
}

function assemble(options: PartsOptions, open: OpenConnection, lane: Lane, fresh = false): Kept {
  const { collections, times, requestTimeoutMs, governor } = options;
  const tokens = (name: string): TokenCache =>
    fresh ? ownTokens() : createTokenCache(collections, open.connection.id, name, open.key);
  const rates = ratesOf(open);
  const { connection, secrets, key } = open;
  const transports = transportsOf(open, requestTimeoutMs);
  const source = createDingTalk({
    address: connection.source,
    appSecret: secrets.appSecret,
    transport: transports[0],
    tokens: tokens('source'),
    limiter: (name, signal) => governor.acquire(rates.source(name), lane, signal),
  });
  const client = createAuthingClient({
    address: connection.target,
    accessKeySecret: secrets.accessKeySecret,
    transport: transports[1],
    tokens: tokens('target'),
    limiter: (_name, signal) => governor.acquire(rates.target(), lane, signal),
  });
  const parts: Parts = {
    connection,
    source,
    reader: createAuthingReader(client),
    writer: (window) => createAuthingWriter(client, { window }),
    takeCalls: callTaker(() => ({ source: source.calls.source, ...client.calls })),
    async throttled(it) {
      const budget = rates.about(it);
      if (budget !== null) await governor.hold(budget, it.retryAfterMs ?? 1000);
    },
    links: createLinks(collections),
    frontier: createFrontier(collections),
    correlation: createCorrelationStore(collections),
    gate: createGate(collections),
    runs: createRuns(collections),
    plans: createPlans(collections),
    changes: createChanges(collections),
    key,
    clock,
    times,
    // The safeguard stands before the first removal; until it is there nobody is taken out of anything.
    leaving: 'hold',
  };
  return { version: connection.version, parts, transports, source, target: client };
}

/** Both chains over sockets and tokens made for this diagnosis alone. */
export async function diagnose(
  options: PartsOptions,
  open: OpenConnection,
): Promise<DiagnosisStep[]> {
  const { parts, transports, source, target } = assemble(options, open, 'sync', true);
  const direct = open.secrets.sourceProxy === NO_PROXY;
  const [sourceWay, targetWay] = transports;
  const reach = (way: Transport | undefined) => async (base: string) => {
    await way?.send({ method: 'GET', url: base, name: 'reach' });
  };
  const { connection, reader, writer } = parts;
  try {
    const sides = await Promise.all([
      diagnoseSource({ connection, source, direct, reach: reach(sourceWay), clock }),
      diagnoseTarget({
        connection,
        reader,
        writer,
        proveKey: () => target.proveKey(),
        reach: reach(targetWay),
        clock,
      }),
    ]);
    return discreet(sides.flat(), open.secrets);
  } finally {
    for (const transport of transports) transport.close();
  }
}

export interface PartsKeeper {
  /** The parts of a connection for one lane; made anew when its settings or secrets were changed. */
  of(connectionId: string, lane: Lane): Promise<Parts>;
  /** The source, also for what no pass asks of it. */
  source(connectionId: string): Promise<DingTalk>;
  /** Diagnoses both sides with sockets and tokens of its own, so that nothing kept hides a fault. */
  diagnose(connectionId: string): Promise<DiagnosisStep[]>;
  close(): void;
}

/** Keeps one set of parts per connection and lane, so that sockets and tokens serve many steps. */
export function keepParts(options: PartsOptions): PartsKeeper {
  const kept = new Map<string, Kept>();
  async function keep(connectionId: string, lane: Lane): Promise<Kept> {
    const name = `${lane}/${connectionId}`;
    const known = kept.get(name);
    const { version } = await options.connections.get(connectionId);
    if (known?.version === version) return known;
    const open = await options.connections.open(connectionId);
    const made = assemble(options, open, lane);
    kept.set(name, made);
    // Steps under way still use the old sockets; they are closed once idle by their agents.
    return made;
  }
  return {
    of: async (connectionId, lane) => (await keep(connectionId, lane)).parts,
    source: async (connectionId) => (await keep(connectionId, 'sync')).source,
    async diagnose(connectionId) {
      return diagnose(options, await options.connections.open(connectionId));
    },
    close() {
      for (const { transports } of kept.values()) for (const it of transports) it.close();
      kept.clear();
    },
  };
}
