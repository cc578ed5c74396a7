/** Our Stream client against the simulated gateway: through the proxy, stored before acknowledged, replaced before closed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStream } from '../../connectors/dingtalk/stream.ts';
import type { Stream, StreamOptions } from '../../connectors/dingtalk/stream.ts';
import { createTransport } from '../../connectors/transport.ts';
import type { WireTransport } from '../../connectors/transport.ts';
import type { SourceEvent } from '../../model/event.ts';
import type { ProblemCode } from '../../model/problem.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { defaultSwitches, limitSwitches } from '../../sandbox/dingtalk/switches.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { companyOf } from './dingtalk-company.ts';

let sandbox: Sandbox;
let transport: WireTransport;
let streams: Stream[];
let stored: SourceEvent[];
let failures: ProblemCode[];
let opened: number;

beforeAll(async () => {
  sandbox = await startSandbox({ limits: 'none' });
});
afterAll(() => sandbox.stop());

beforeEach(() => {
  transport = wayBy(sandbox.addresses.proxy);
  [streams, stored, failures, opened] = [[], [], [], 0];
  sandbox.log.clear();
  sandbox.faults.remove();
  sandbox.dingtalk.configure({ ...defaultSwitches(), ...limitSwitches('none') });
});
afterEach(async () => {
  await Promise.all(streams.map((it) => it.stop()));
  transport.close();
  await until(connected).toBe(0);
});

const wayBy = (proxy: string): WireTransport =>
  createTransport({ side: 'source', proxy, ca: sandbox.caPem, timeoutMs: 5_000 });

function follow(more: Partial<StreamOptions> = {}): Stream {
  const { corpId, appKey, appSecret, oapi, api } = sandbox.addresses;
  const made = createStream({
    address: { corpId, appKey, oapi, api },
    appSecret,
    transport,
    store: async (event) => void stored.push(event),
    opened: () => (opened += 1),
    failed: (it) => failures.push(it.code),
    waitMs: 20,
    ...more,
  });
  streams.push(made);
  return made;
}

const gateway = () => sandbox.dingtalk.core.stream;
const patience = { timeout: 15_000, interval: 10 };
const until = (what: () => unknown) => expect.poll(what, patience);
const connected = (): number => gateway().connections().length;

let told = 0;
/** As a change in the console would. */
function tell(): string {
  const id = `p${(told += 1)}`;
  const { events } = sandbox.dingtalk.core;
  events.tell(companyOf(sandbox), { type: 'user_modify_org', userIds: [id] });
  return id;
}
const arrived = (): string[] => stored.flatMap((it) => it.objects.map(({ id }) => id));
/** What the gateway thinks of the pushes of the newest event: null for an acknowledged one. */
const verdicts = (): (string | null)[] =>
  sandbox.dingtalk.core.events
    .sent()
    .at(-1)
    ?.pushes.map((it) => it.fault) ?? [];

describe('the Stream', () => {
  it('goes through the connection’s own proxy on both legs, whatever the environment says', async () => {
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:9';
    try {
      follow();
      await until(connected).toBe(1);
      const id = tell();
      await until(arrived).toEqual([id]);
    } finally {
      delete process.env['HTTPS_PROXY'];
    }
    const legs = sandbox.log.find({ side: 'dingtalk' });
    const [proxy] = sandbox.proxies.values();
    expect(legs.map((it) => it.interface).sort()).toEqual([
      'gateway/connections/open',
      'stream/connect',
    ]);
    expect(legs.every((it) => it.egress === proxy?.egress)).toBe(true);
  });

  it('never goes around a proxy that is away', async () => {
    transport.close();
    transport = wayBy('http://127.0.0.1:1');
    follow();
    await until(() => failures.length).toBeGreaterThan(1);
    expect(new Set(failures)).toEqual(new Set(['EGRESS_PROXY_REFUSED']));
    expect(sandbox.log.find({ side: 'dingtalk' })).toEqual([]);
  });

  it('tells of an event what a callback would, and its id', async () => {
    follow();
    await until(connected).toBe(1);
    const id = tell();
    await until(() => stored.length).toBe(1);
    const sent = sandbox.dingtalk.core.events.sent().at(-1);
    expect(stored[0]).toEqual({
      id: sent?.eventId,
      type: 'user_modify_org',
      known: true,
      objects: [{ kind: 'person', id }],
      happenedAt: sent?.at,
    });
  });

  it('acknowledges an event only when it is stored, and gets again what was not', async () => {
    sandbox.dingtalk.configure({ streamRedeliverySeconds: 0.02, streamRedeliveries: 50 });
    let away = true;
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    follow({
      async store(event) {
        asked += 1;
        if (away) throw new Error('the store is away');
        await stuck;
        stored.push(event);
      },
    });
    await until(connected).toBe(1);
    const id = tell();
    await until(() => asked).toBeGreaterThan(2);
    expect(verdicts()).toEqual([]);
    away = false;
    await until(() => asked).toBeGreaterThan(3);
    expect(verdicts()).toEqual([]);
    release();
    await until(arrived).toContain(id);
    await until(verdicts).toEqual([null]);
  });

  it('opens the next connection before the one that is sent away is closed', async () => {
    follow();
    await until(connected).toBe(1);
    expect(gateway().disconnect(undefined, false)).toBe(1);
    // The old one is still there: DingTalk closes it after ten seconds of its clock.
    await until(() =>
      gateway()
        .connections()
        .map((it) => it.leaving),
    ).toEqual([true, false]);
    expect(opened).toBe(1);
    const id = tell();
    await until(arrived).toEqual([id]);
    await until(verdicts).toEqual([null]);
    sandbox.clock.advance(10_000);
    await until(() =>
      gateway()
        .connections()
        .map((it) => it.leaving),
    ).toEqual([false]);
  });

  it('comes back after a connection was lost, after a broken way, and after a gateway that refuses', async () => {
    const stream = follow();
    await until(connected).toBe(1);
    sandbox.faults.add({
      side: 'dingtalk',
      interface: 'gateway/connections/open',
      kind: '5xx',
      count: 2,
    });
    gateway().disconnect(undefined, true);
    await until(() => opened).toBe(2);
    expect(failures).toEqual(['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE']);
    await until(() => stream.silentMs()).not.toBeNull();
    await until(connected).toBe(1);
    const id = tell();
    await until(arrived).toEqual([id]);
  });

  it('says that key and secret are wrong, and does not storm', async () => {
    follow({ appSecret: 'wrong' });
    await until(() => failures).toEqual(['SOURCE_CREDENTIALS_REJECTED']);
    await streams[0]?.stop();
    expect(sandbox.log.find({ side: 'dingtalk' })).toHaveLength(1);
  });

  it('answers pings, greets no greeting, and forgives frames that are none', async () => {
    sandbox.dingtalk.configure({ streamGreeting: true, streamPingSeconds: 5 });
    follow();
    await until(connected).toBe(1);
    const [first] = gateway().connections();
    for (let round = 0; round < 3; round += 1) {
      sandbox.clock.advance(5_000);
      // An event is answered behind the ping: by then the gateway has heard both.
      const id = tell();
      await until(arrived).toContain(id);
      await until(verdicts).toEqual([null]);
    }
    expect(gateway().connections()).toEqual([first]);
  });

  it('is harmless twice: an event goes to one of two, and both are one app’s', async () => {
    follow();
    follow();
    await until(connected).toBe(2);
    const ids = Array.from({ length: 20 }, tell);
    await until(() => arrived().sort()).toEqual(ids.sort());
  });
});
