/** After an import, what changes in DingTalk follows by callbacks and by Stream, through real processes, and each event says so. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { changeSource, connect, pictures, requestLog, runImport } from '../world.ts';
import type { EventView } from '../../cli/views.ts';

/** A Stream is taken over some ten seconds after its holder died. */
const LONG = process.env['ORGSYNC_LONG'] === '1';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({ limits: 'none', receivers: 1 });
  await connect(lab);
  expect((await runImport(lab)).status).toBe('succeeded');
  await subscribe();
});
afterAll(() => lab?.stop());

/** As an administrator does: an address is made, and entered in DingTalk's console. */
async function subscribe(): Promise<void> {
  const made = await lab.api.post<{ path: string; token: string; aesKey: string }>(
    '/connections/feihua/callback',
    {},
  );
  const { path, token, aesKey } = made;
  const body = { url: `${lab.receiverUrls[0]}${path}`, token, aesKey };
  await lab.control(`/apps/${lab.facts.appKey}/callback`, { method: 'PUT', body });
}

const events = async (): Promise<EventView[]> =>
  (await lab.api.get<{ events: EventView[] }>('/events?limit=200')).events;

const OVER = ['applied', 'nothing', 'unknown'];

/** Waits until every event is over, and the target is as the source. */
async function untilEqual(): Promise<void> {
  const patience = { timeout: 60_000, interval: 100 };
  await expect
    .poll(async () => {
      const { wanted, found } = await pictures(lab);
      return isDeepStrictEqual(found, wanted);
    }, patience)
    .toBe(true)
    .catch(async () => {
      const { wanted, found } = await pictures(lab);
      expect(found).toEqual(wanted);
    });
  const over = async () => (await events()).filter(({ outcome }) => !OVER.includes(outcome));
  await expect.poll(over, patience).toEqual([]);
}

describe('changes in DingTalk', () => {
  it('arrive: departments added, nested, renamed and moved, people added, changed and moved in', async () => {
    await changeSource(
      lab,
      { do: 'addDepartment', id: 501, name: '法务部', parentId: 1 },
      { do: 'addDepartment', id: 502, name: '大中华区', parentId: 300000002 },
      { do: 'renameDepartment', id: 300000001, name: '产研部' },
      { do: 'addPerson', userid: 'n1', name: '新人', departments: [502], mobile: '13900000077' },
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红红' } },
    );
    await untilEqual();
    await changeSource(
      lab,
      { do: 'moveDepartment', id: 502, parentId: 501 },
      { do: 'movePerson', userid: 'feihua-0002', departments: [300000001, 502] },
    );
    await untilEqual();
    const rows = await events();
    expect(rows).toHaveLength(8);
    expect(rows.every((it) => it.way === 'callback' && it.appliedAt !== null)).toBe(true);
  });

  it('arrive too when nothing of the way is as it should be', async () => {
    const bad = { eventCopies: 3, eventSpreadMs: 800, staleReadMs: 2_000 };
    const old = { payloadGeneration: 'captured', signatureNames: 'signature', diffInfo: 'array' };
    await lab.control('/settings/dingtalk', { method: 'PUT', body: { ...bad, ...old } });
    for (const title of ['甲', '乙', '丙']) {
      await changeSource(
        lab,
        { do: 'renameDepartment', id: 501, name: `法务${title}` },
        { do: 'changePerson', userid: 'n1', fields: { name: `新人${title}` } },
      );
    }
    await untilEqual();
  });

  it('that are unknown are counted, and hold nothing up', async () => {
    const odd = [{ type: 'bpms_task_change', userIds: ['x'] }, { type: 'org_change' }];
    await lab.control('/dingtalk/events', { body: { events: odd } });
    const outcomes = async () => (await events()).slice(0, 2).map((it) => it.type + it.outcome);
    // Types that were not subscribed are not pushed at all.
    await expect.poll(outcomes, { timeout: 10_000 }).toContain('org_changenothing');
  });
});

describe('changes in DingTalk by Stream', () => {
  const streams = async () => (await lab.control<{ appKey: string }[]>('/dingtalk/stream')).length;
  const patience = { timeout: 60_000, interval: 100 };

  beforeAll(async () => {
    await lab.control(`/apps/${lab.facts.appKey}/callback`, { method: 'DELETE' });
    const good = { eventCopies: 1, eventSpreadMs: 0, staleReadMs: 0 };
    const again = { streamRedeliverySeconds: 1, streamRedeliveries: 300 };
    await lab.control('/settings/dingtalk', { method: 'PUT', body: { ...good, ...again } });
    await lab.api.patch('/connections/feihua', { settings: { events: 'stream' } }, 1);
  });

  it('arrive through the connection’s own proxy alone', async () => {
    await expect.poll(streams, patience).toBe(1);
    await changeSource(lab, { do: 'addDepartment', id: 601, name: '财务部', parentId: 1 });
    await untilEqual();
    expect((await events())[0]?.way).toBe('stream');
    const log = (await requestLog(lab)).filter((it) => it.side === 'dingtalk');
    expect(log.some((it) => it.interface === 'stream/connect')).toBe(true);
    expect(log.filter((it) => it.egress === null)).toEqual([]);
  });

  it.each(LONG ? ['丙'] : [])(
    'are not lost when the worker that has them is killed (%s)',
    async (strike) => {
      const worker = lab.workers[0];
      for (const name of ['甲', '乙', '丙', '丁', '戊']) {
        await changeSource(lab, { do: 'renameDepartment', id: 601, name: `财务${name}` });
        const id = `k${name.codePointAt(0)}`;
        await changeSource(lab, { do: 'addPerson', userid: id, name, departments: [601] });
        if (name === strike && worker?.pid) process.kill(worker.pid, 'SIGKILL');
      }
      await expect.poll(streams, patience).toBe(1);
      await untilEqual();
    },
    120_000,
  );
});
