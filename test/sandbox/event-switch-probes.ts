/** What a client sees of each switch of events; two values of one must never look alike. */
import { decrypt } from '../../sandbox/dingtalk/callback-crypto.ts';
import type { EVENT_SWITCHES } from '../../sandbox/dingtalk/event-switches.ts';
import type { SwitchValue } from '../../sandbox/dingtalk/switch.ts';
import { COMMERCE, parsed } from './dingtalk-desk.ts';
import type { Desk, Json } from './dingtalk-desk.ts';
import { AES_KEY, connectStream, failOnce, settle, subscribe } from './event-desk.ts';

export interface Turned {
  /** Values that are tried beside the default; all of a list of words. */
  values?: SwitchValue[];
  probe: (it: Desk) => unknown;
}

const XIAOHONG = { userid: 'feihua-0001' };
const FAILED = '/call_back/get_call_back_failed_result';

const payloads = (it: Desk): Json[] =>
  it.pushes.map((push) => JSON.parse(decrypt({ aesKey: AES_KEY }, push.body.encrypt).message));

/** What is pushed when a person is given a title. */
function changed(it: Desk): Json[] {
  subscribe(it);
  it.change({ do: 'changePerson', ...XIAOHONG, fields: { email: 'new@example.com' } });
  return payloads(it);
}

/** Without what differs from one event to the next. */
const steady = ({ eventId: _, ...event }: Json): Json => event;

const types = (events: Json[]): string[] => events.map((each) => each.EventType);

const open = (it: Desk, clientSecret: string): ReturnType<Desk['raw']> =>
  it.raw({
    path: '/v1.0/gateway/connections/open',
    host: 'api.dingtalk.com',
    body: { clientId: it.app.appKey, clientSecret },
  });

/** A Stream client that never answers, an event, and so many seconds one after the other. */
async function unanswered(it: Desk, seconds: number[]): Promise<Json[]> {
  const { frames } = connectStream(it);
  it.change({ do: 'changePerson', ...XIAOHONG, fields: { title: '总监' } });
  for (const each of seconds) {
    await settle();
    it.advance(each * 1000);
  }
  await settle();
  return frames.map((each) => each.headers.eventType ?? each.headers.topic);
}

export const EVENTS_TURNED: Record<keyof typeof EVENT_SWITCHES, Turned> = {
  modifyFollowsAdd: {
    values: [false],
    probe(it) {
      subscribe(it);
      it.change({ do: 'addPerson', userid: 'n1', name: '新人', departments: [COMMERCE] });
      return types(payloads(it));
    },
  },
  modifyTwice: { values: [true], probe: (it) => types(changed(it)) },
  payloadGeneration: { probe: (it) => Object.keys(changed(it)[0]) },
  eventTimes: { values: [false], probe: (it) => steady(changed(it)[0]) },
  operatorKnown: {
    values: [false],
    probe(it) {
      it.set({ payloadGeneration: 'captured' });
      return changed(it)[0];
    },
  },
  diffInfo: { probe: (it) => steady(changed(it)[0]) },
  labelRemoval: {
    probe(it) {
      const roles = [{ id: 7, name: '主管', groupName: '默认' }];
      it.change({ do: 'changePerson', ...XIAOHONG, fields: { roles } });
      subscribe(it);
      it.change({ do: 'changePerson', ...XIAOHONG, fields: { roles: null } });
      return payloads(it).at(-1).action;
    },
  },
  signatureNames: {
    probe(it) {
      changed(it);
      return [...(it.pushes[0]?.url.searchParams.keys() ?? [])];
    },
  },
  callbackTime: {
    probe(it) {
      changed(it);
      return it.pushes[0]?.url.searchParams.get('timestamp');
    },
  },
  eventDelayMs: { values: [500], probe: (it) => changed(it).length },
  eventSpreadMs: { values: [60_000], probe: (it) => changed(it).length },
  eventCopies: { values: [2], probe: (it) => changed(it).length },
  eventLossShare: { values: [100], probe: (it) => changed(it).length },
  eventsHeld: { values: [true], probe: (it) => changed(it).length },
  callbackRegistration: {
    async probe(it) {
      const body = { call_back_tag: ['user_add_org'], token: '123456', aes_key: AES_KEY };
      const query = new URLSearchParams({ access_token: it.token });
      const path = '/call_back/register_call_back';
      const reply = it.raw({ path, query, body: { ...body, url: 'http://nobody.example/' } });
      return parsed((await reply.later) ?? reply).errcode;
    },
  },
  failedListDelaySeconds: {
    values: [0],
    async probe(it) {
      await failOnce(it);
      return it.call(FAILED).failed_list.length;
    },
  },
  failedListKeepSeconds: {
    values: [60],
    async probe(it) {
      await failOnce(it);
      it.advance(250_000);
      return it.call(FAILED).failed_list.length;
    },
  },
  failedListDepartmentKey: {
    async probe(it) {
      await failOnce(it);
      it.advance(180_000);
      const [entry] = it.call(FAILED).failed_list;
      return Object.keys(entry.org_dept_modify);
    },
  },
  failedListHasStream: {
    values: [true],
    async probe(it) {
      it.set({ streamRedeliveries: 0, failedListDelaySeconds: 0 });
      await unanswered(it, [3]);
      return it.call(FAILED).failed_list.length;
    },
  },
  streamEndpoint: { probe: (it) => parsed(open(it, it.app.appSecret)).endpoint },
  streamRefusal: { values: [400], probe: (it) => open(it, 'wrong').status },
  streamGreeting: { values: [true], probe: (it) => unanswered(it, []) },
  streamPingSeconds: { values: [0], probe: (it) => unanswered(it, [3, 27]) },
  streamLifetimeSeconds: { values: [10], probe: (it) => unanswered(it, [3, 7]) },
  streamRedeliverySeconds: { values: [5], probe: (it) => unanswered(it, [3, 6]) },
  streamRedeliveries: {
    values: [0],
    async probe(it) {
      it.set({ streamPingSeconds: 0 });
      return unanswered(it, [3, 60]);
    },
  },
};
