/** A sandbox, a connection typed for it, and the worker's own way to a diagnosis. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import '../connectors/reflect.ts';
import { Governor } from '../../activities/governor.ts';
import { DEFAULT_RATES } from '../../model/connection.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import type { DiagnosisStep } from '../../model/diagnosis.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { clock, diagnose } from '../../worker/parts.ts';
import type { Stage } from './cause.ts';

/** In the proxy's address, where an administrator may put a user and a password. */
export const PROXY_PASSWORD = 'canary-proxy-password';

/** Of the example company: what must never be in a diagnosis. */
const PERSONAL = [
  ...['小红', '李明', '王芳', '陈晨'],
  ...['13800000001', '13800000002', '13800000003', '13800000004'],
  ...['xiaohong', 'liming', 'wangfang', 'chenchen'],
];

export interface Places {
  /** Addresses where nothing listens, and where somebody accepts and says nothing. */
  nowhere: string;
  silent: string;
  close(): void;
}

export async function openPlaces(): Promise<Places> {
  const held = new Set<Socket>();
  const silent = createServer((socket) => void held.add(socket.on('error', () => undefined)));
  const closed = createServer();
  const places = { silent: await listen(silent), nowhere: await listen(closed) };
  await new Promise((resolve) => closed.close(resolve));
  return {
    ...places,
    close() {
      for (const socket of held) socket.destroy();
      silent.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function stageOf(sandbox: Sandbox, { nowhere, silent }: Places): Stage {
  const at = sandbox.addresses;
  return {
    async control(method, path, body) {
      const response = await fetch(`${at.control}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      await response.arrayBuffer();
    },
    appKey: at.appKey,
    corpId: at.corpId,
    accessKeyId: at.accessKeyId,
    typed: {
      source: { corpId: at.corpId, appKey: at.appKey, oapi: at.oapi, api: at.api },
      target: { host: at.authing, accessKeyId: at.accessKeyId, organizationCode: 'feihua' },
      secrets: {
        appSecret: at.appSecret,
        accessKeySecret: at.accessKeySecret,
        sourceProxy: at.proxy.replace('://', `://egress:${PROXY_PASSWORD}@`),
      },
      ca: sandbox.caPem,
    },
    nowhere,
    silent,
    plain: new URL(at.control).host,
    direct: at.dingtalkDirect,
  };
}

/** The worker's own way to a diagnosis; the store is not touched by it. */
export function run({ typed }: Stage, requestTimeoutMs = 15_000): Promise<DiagnosisStep[]> {
  const none = { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 };
  const never = { reserve: () => Promise.reject(new Error('no')), hold: () => Promise.resolve() };
  const connection = {
    id: 'feihua',
    name: '飞花',
    source: typed.source,
    target: typed.target,
    keyFormat: '{corpId}:{id}',
    rates: { ...DEFAULT_RATES, ...none },
    settings: DEFAULT_SETTINGS,
    createdAt: '',
    version: 1,
    ...(typed.ca === undefined ? {} : { ca: typed.ca }),
  };
  const options = {
    collections: {} as never,
    connections: {} as never,
    times: { claimMs: 40_000, longestWriteMs: 30_000 },
    requestTimeoutMs,
    governor: new Governor(never, clock),
  };
  return diagnose(options, { connection, secrets: typed.secrets, key: {} as never });
}

export async function withSandbox<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox();
  try {
    return await work(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** Everything in the pool but its tokens. */
export function leftBehind(sandbox: Sandbox): string {
  const state = sandbox.authing.snapshot() as { pools: Record<string, unknown>[] };
  return JSON.stringify(
    state.pools.map((pool) => ({ ...pool, newestTokens: null, tokenGeneration: 0 })),
  );
}

/** What may be nowhere in a diagnosis; the secrets that were typed count too. */
export function canariesOf(sandbox: Sandbox, { typed }: Stage): string[] {
  const { appSecret, accessKeySecret } = sandbox.addresses;
  const secrets = [appSecret, accessKeySecret, PROXY_PASSWORD];
  return [...secrets, typed.secrets.accessKeySecret, ...PERSONAL];
}
