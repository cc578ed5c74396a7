/** Several companies side by side: traffic never mixes, and what stops one stops nobody behind another proxy. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pictures, requestLog } from '../world.ts';
import type { LogEntry, Sides } from '../world.ts';
import { lanes, openDesk } from './desk.ts';
import type { CompanyFacts, Desk } from './desk.ts';

interface Made extends Omit<CompanyFacts, 'organizationName'> {
  name: string;
}

const NAMES = ['feihua', 'second', 'third'];
const size = (seed: number) => ({ people: 60, departments: 8, seed });

let desk: Desk;
let companies: { connection: string; corpId: string; appKey: string }[];

beforeAll(async () => {
  const rates = { sourcePerSecond: 0, egressPerSecond: 400, targetPerSecond: 0 };
  desk = await openDesk({ mongoUri: inject('mongoUri'), generator: size(1), rates });
  companies = [{ connection: 'feihua', ...desk.facts }];
  for (const [at, connection] of NAMES.slice(1).entries()) {
    const made = await desk.control<Made>('/companies', { body: { generator: size(at + 2) } });
    await desk.connect(connection, { ...made, organizationName: made.name });
    companies.push({ connection, ...made });
  }
});
afterAll(() => desk?.stop());

const fromSource = async (): Promise<LogEntry[]> =>
  (await requestLog(desk)).filter((entry) => entry.side === 'dingtalk');

const sidesOf = (corpId: string): Sides => ({
  control: (path, init) => desk.control(path, init),
  facts: { corpId },
});

describe('three companies at once', () => {
  it('arrive whole, each by its own proxy and under its own key', async () => {
    const passed = await Promise.all(NAMES.map((connection) => desk.pass({ connection })));
    for (const it of passed) expect(it).toMatchObject({ status: 'succeeded', verified: true });
    for (const { corpId } of companies) {
      const { wanted, found } = await pictures(sidesOf(corpId));
      expect(found).toEqual(wanted);
    }
    const ways = new Map<string, Set<string>>();
    const tokens = new Set<string>();
    for (const { app, egress } of await fromSource()) {
      // The sandbox writes "key#token", the token as a short hash; asking for one has none yet.
      const [key, token] = app?.split('#') ?? [];
      if (key) ways.set(key, (ways.get(key) ?? new Set()).add(egress ?? 'none'));
      if (token) tokens.add(`${key} ${token}`);
    }
    expect(tokens.size).toBe(3);
    expect([...ways.keys()].sort()).toEqual(companies.map((it) => it.appKey).sort());
    const addresses = [...ways.values()].map((it) => [...it]);
    expect(addresses.flat()).toHaveLength(3);
    expect(new Set(addresses.flat()).size).toBe(3);
  });

  it('go on when the address of one is banned, which all who use that address see', async () => {
    const pass = await desk.open();
    const [, second, third] = NAMES;
    const own = (await fromSource()).find((it) => it.app === desk.facts.appKey);
    await desk.control('/dingtalk/bans', { body: { address: own?.egress, ms: 300_000 } });
    await expect(lanes.readDepartments(pass)).rejects.toMatchObject({
      problem: { code: 'SOURCE_ADDRESS_BANNED' },
    });
    const budget = `egress/${new URL(desk.facts.proxy).host}`;
    const held = await desk.c.budgets.findOne({ _id: budget });
    expect((held?.heldUntil ?? 0) - (held?.at.getTime() ?? 0)).toBeGreaterThan(60_000);
    const before = (await fromSource()).filter((it) => it.egress === own?.egress).length;
    const asked = (await desk.parts()).source.scopes(AbortSignal.timeout(200));
    const others = [second, third].map((connection) => desk.pass({ connection: `${connection}` }));
    await expect(asked).rejects.toThrow();
    for (const it of await Promise.all(others)) expect(it).toMatchObject({ status: 'succeeded' });
    const after = (await fromSource()).filter((it) => it.egress === own?.egress).length;
    expect(after).toBe(before);
  });
});
