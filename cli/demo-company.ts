/** The demo's company: its connection with the sandbox's facts, right or with one mistake in it. */
import { readFileSync } from 'node:fs';
import type { Mistake } from './demo-options.ts';

/** What the sandbox says of itself when it is ready. */
export interface SandboxFacts {
  oapi: string;
  api: string;
  proxy: string;
  authing: string;
  control: string;
  ca: string;
  corpId: string;
  appKey: string;
  appSecret: string;
  accessKeyId: string;
  accessKeySecret: string;
  organizationName: string;
}

export interface DemoConnection {
  id: string;
  name: string;
  [field: string]: unknown;
}

const NO_RATES = { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 };

/** Body for the API. A connection with a mistake has an id of its own, so that the good one stays as it is. */
export function demoConnection(
  facts: SandboxFacts,
  mistake: Mistake | null,
  wrongProxy: string | null,
  limits: 'vendor' | 'none',
  events: 'callback' | 'stream' = 'callback',
): DemoConnection {
  const id = mistake === null ? 'feihua' : `feihua-${mistake}-${process.pid}`;
  return {
    id,
    name: facts.organizationName,
    source: {
      corpId: facts.corpId,
      appKey: facts.appKey,
      appSecret: mistake === 'secret' ? 'not-the-secret' : facts.appSecret,
      proxy: wrongProxy ?? facts.proxy,
      oapi: facts.oapi,
      api: facts.api,
    },
    target: {
      host: facts.authing,
      accessKeyId: facts.accessKeyId,
      accessKeySecret: facts.accessKeySecret,
      organizationCode: 'feihua',
      organizationName: facts.organizationName,
    },
    settings: { events },
    ca: readFileSync(facts.ca, 'utf8'),
    ...(limits === 'none' ? { rates: NO_RATES } : {}),
  };
}
