/** DingTalk's open questions either way: a right connection is healthy, and a missing permission never looks like one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictOf } from '../../model/diagnosis.ts';
import { EVENT_SWITCHES } from '../../sandbox/dingtalk/event-switches.ts';
import { SWITCHES } from '../../sandbox/dingtalk/switches.ts';
import type { Switch, SwitchValue } from '../../sandbox/dingtalk/switch.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { openPlaces, run, stageOf, withSandbox } from './stage.ts';
import type { Places } from './stage.ts';

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places.close());

/** The values of a switch beside its default; numbers have no other side. */
function others({ default: initial, values }: Switch): SwitchValue[] {
  const all = values ?? (typeof initial === 'boolean' ? [true, false] : []);
  return all.filter((it) => it !== initial);
}

async function unlimited(sandbox: Sandbox) {
  const stage = stageOf(sandbox, places);
  const limits = { appCallsPerSecond: 0, tokenCallsPerSecond: 0 };
  await stage.control('PUT', '/settings/dingtalk', limits);
  stage.typed.target.host = `https://${places.nowhere}`;
  const source = async () => (await run(stage)).filter((it) => it.side === 'source');
  return { stage, source };
}

describe('the source’s chain', () => {
  it('finds a right connection healthy, with each switch of DingTalk the other way', async () => {
    await withSandbox(async (sandbox) => {
      const { stage, source } = await unlimited(sandbox);
      let turned = 0;
      for (const [name, entry] of Object.entries<Switch>(SWITCHES)) {
        if (name in EVENT_SWITCHES) continue;
        for (const value of others(entry)) {
          await stage.control('PUT', '/settings/dingtalk', { [name]: value });
          const steps = await source();
          const unwell = steps.filter((it) => it.status !== 'ok');
          expect(unwell, `${name}=${String(value)}`).toEqual([]);
          await stage.control('PUT', '/settings/dingtalk', { [name]: entry.default });
          turned += 1;
        }
      }
      expect(turned).toBeGreaterThan(20);
    });
  });

  it('sees a missing field permission, whether such fields are left out or empty', async () => {
    await withSandbox(async (sandbox) => {
      const { stage, source } = await unlimited(sandbox);
      const lacks = [
        { fields: { mobile: false, email: true }, code: 'SOURCE_FIELD_MOBILE_ABSENT' },
        { fields: { mobile: true, email: false }, code: 'SOURCE_FIELD_EMAIL_ABSENT' },
        { fields: { mobile: false, email: false }, code: 'SOURCE_FIELDS_ABSENT' },
      ];
      for (const withoutFieldPermission of ['absent', 'empty']) {
        for (const unsetFields of ['absent', 'empty']) {
          const settings = { withoutFieldPermission, unsetFields };
          await stage.control('PUT', '/settings/dingtalk', settings);
          for (const { fields, code } of lacks) {
            await stage.control('PUT', `/apps/${stage.appKey}`, { fields });
            const found = (await source()).find((it) => it.name === 'fields');
            expect(found?.problem?.code, JSON.stringify(settings)).toBe(code);
          }
        }
      }
    });
  });

  it('is not stopped by one record that DingTalk does not give', async () => {
    await withSandbox(async (sandbox) => {
      const { stage, source } = await unlimited(sandbox);
      const once = { side: 'dingtalk', kind: 'errcode', interface: 'user/get', count: 1 };
      await stage.control('POST', '/faults', { ...once, parameters: { code: '77777' } });
      const found = (await source()).find((it) => it.name === 'fields');
      expect(found).toMatchObject({ status: 'ok', facts: { looked: 3 } });
    });
  });

  it('is not stopped by one throttled second', async () => {
    await withSandbox(async (sandbox) => {
      const { stage, source } = await unlimited(sandbox);
      const once = { side: 'dingtalk', kind: 'throttle', interface: 'user/list', count: 1 };
      await stage.control('POST', '/faults', once);
      expect((await source()).filter((it) => it.status !== 'ok')).toEqual([]);
    });
  });

  it('is not called healthy when a step could not be looked at', () => {
    const step = { side: 'source', name: 'fields', ms: 1, problem: null, facts: {} } as const;
    const steps = [{ ...step, status: 'not_checked' as const }];
    expect(verdictOf({ connection: 'feihua', at: '', steps })).toBe('needs_attention');
  });
});
