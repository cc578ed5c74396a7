/** A diagnosis names each cause by its own code, at its own step, in both languages, and leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import '../connectors/reflect.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Governor } from '../../activities/governor.ts';
import { DEFAULT_RATES } from '../../model/connection.ts';
import type { DiagnosisStep } from '../../model/diagnosis.ts';
import { SOURCE_STEPS, TARGET_STEPS, verdictOf } from '../../model/diagnosis.ts';
import { say } from '../../model/say.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { clock, diagnose } from '../../worker/parts.ts';
import { causes } from './causes.ts';
import { diagnosisDocument, file } from './document.ts';
import type { Stage } from './causes.ts';

let silent: Server;
let nowhere: string;
const held = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => void held.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  nowhere = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
});
afterAll(() => {
  for (const socket of held) socket.destroy();
  silent.close();
});

function stageOf(sandbox: Sandbox): Stage {
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
        sourceProxy: at.proxy,
      },
      ca: sandbox.caPem,
    },
    nowhere,
    silent: `127.0.0.1:${(silent.address() as AddressInfo).port}`,
    sandboxControl: at.control,
  };
}

/** The worker's own way to a diagnosis; the store is not touched by it. */
function run({ typed }: Stage): Promise<DiagnosisStep[]> {
  const none = { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 };
  const never = { reserve: () => Promise.reject(new Error('no')), hold: () => Promise.resolve() };
  const connection = {
    id: 'feihua',
    name: '飞花',
    source: typed.source,
    target: typed.target,
    keyFormat: '{corpId}:{id}',
    rates: { ...DEFAULT_RATES, ...none },
    createdAt: '',
    version: 1,
    ...(typed.ca === undefined ? {} : { ca: typed.ca }),
  };
  const options = {
    collections: {} as never,
    connections: {} as never,
    times: { claimMs: 40_000, longestWriteMs: 30_000 },
    requestTimeoutMs: 700,
    governor: new Governor(never, clock),
  };
  return diagnose(options, { connection, secrets: typed.secrets, key: {} as never });
}

async function withSandbox<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox();
  try {
    return await work(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** Everything in the pool but its tokens. */
function leftBehind(sandbox: Sandbox): string {
  const state = sandbox.authing.snapshot() as { pools: Record<string, unknown>[] };
  return JSON.stringify(state.pools.map((pool) => ({ ...pool, newestTokens: null })));
}

describe('a diagnosis', () => {
  it('finds a right connection healthy, step by step, and leaves nothing behind', async () => {
    await withSandbox(async (sandbox) => {
      const before = leftBehind(sandbox);
      const steps = await run(stageOf(sandbox));
      expect(steps.map((it) => it.name)).toEqual([...SOURCE_STEPS, ...TARGET_STEPS]);
      expect(steps.filter((it) => it.status !== 'ok')).toEqual([]);
      expect(verdictOf({ connection: 'feihua', at: '', steps })).toBe('healthy');
      expect(leftBehind(sandbox)).toBe(before);
    });
  });

  it.each(causes)('$code: $name', async (cause) => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox);
      await cause.prepare(stage);
      const before = leftBehind(sandbox);
      const steps = await run(stage);
      const step = steps.find((it) => it.problem?.code === cause.code && it.name === cause.step);
      expect(step, JSON.stringify(steps.filter((it) => it.problem))).toBeDefined();
      expect(step?.status).toBe(cause.status);
      const problem = step?.problem;
      if (!problem) return;
      for (const language of ['en', 'zh'] as const) {
        const { what, means, remedy } = say(problem, language);
        for (const sentence of [what, means, remedy]) {
          expect(sentence.length).toBeGreaterThan(5);
          expect(sentence).not.toMatch(/[?？]{1}$|\{/);
        }
      }
      expect(say(problem, 'zh').what).toMatch(/[一-鿿]/);
      // After the first fault of a side nothing more of that side was asked.
      const side = steps.filter((it) => it.side === step.side);
      if (cause.status === 'failed') {
        const after = side.slice(side.indexOf(step) + 1);
        expect(after.filter((it) => it.status !== 'not_checked')).toEqual([]);
      }
      expect(leftBehind(sandbox)).toBe(before);
      const { appSecret, accessKeySecret } = sandbox.addresses;
      const text = JSON.stringify(steps);
      for (const secret of [appSecret, accessKeySecret, '13800000001', '小红']) {
        expect(text).not.toContain(secret);
      }
    });
  });

  it('is described by a document that is not stale', () => {
    expect(readFileSync(file, 'utf8')).toBe(diagnosisDocument());
  });

  it('knows at least twenty causes', () => {
    expect(new Set(causes.map((it) => it.code)).size).toBeGreaterThanOrEqual(20);
  });
});
