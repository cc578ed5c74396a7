/** What DingTalk tells of a change in the address book, in each of the shapes it has been seen to use. */
import type { Person } from './company.ts';
import type { Switches } from './switches.ts';

/** What happened, before it is an event of its own. */
export interface BookChange {
  /** For example "user_add_org". */
  type: string;
  userIds?: string[];
  deptIds?: number[];
  labelIds?: number[];
  /** Of label_user_change: the labels were taken away. */
  removed?: boolean;
  diff?: Diff;
}

export interface Diff {
  userid: string;
  prev: Record<string, string>;
  curr: Record<string, string>;
}

export interface BookEvent extends BookChange {
  eventId: string;
  corpId: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** One event and what became of its pushes. */
export interface SentEvent extends BookEvent {
  lost: boolean;
  pushes: { way: 'callback' | 'stream'; appKey: string; at: number; fault: string | null }[];
}

/** All events that an address book sends to an internal app. */
export const EVENT_TYPES = [
  'user_add_org',
  'user_modify_org',
  'user_leave_org',
  'user_active_org',
  'org_dept_create',
  'org_dept_modify',
  'org_dept_remove',
  'org_change',
  'org_remove',
  'org_admin_add',
  'org_admin_remove',
  'label_user_change',
  'label_conf_add',
  'label_conf_del',
  'label_conf_modify',
];

/** The fields that diffInfo was seen to have: department, title and mobile are not among them. */
const DIFF_FIELDS = {
  name: 'name',
  telephone: 'telephone',
  email: 'email',
  remark: 'remark',
  workPlace: 'workPlace',
  jobNumber: 'jobNumber',
  managerUserid: 'managerUserid',
  hiredDate: 'hiredDate',
  extension: 'extFields',
} as const satisfies Partial<Record<keyof Person, string>>;

/** A removed value is a key that is missing in `curr`. */
export function diffOf(before: Person, after: Person): Diff {
  const diff: Diff = { userid: after.userid, prev: {}, curr: {} };
  for (const [field, name] of Object.entries(DIFF_FIELDS)) {
    const [was, is] = [before, after].map((each) => each[field as keyof typeof DIFF_FIELDS]);
    if (was !== undefined) diff.prev[name] = String(was);
    if (is !== undefined) diff.curr[name] = String(is);
  }
  return diff;
}

/** Types whose documented data has a time of its own beside the envelope's. */
const WITH_TIME = /^(user_(add|modify|leave)_org|org_admin_)/;

/** The data in lower camel, as current documents and the Stream have it. */
function currentData(event: BookEvent, switches: Switches): Record<string, unknown> {
  const { type, userIds, deptIds, labelIds, at } = event;
  const roles = type.startsWith('label_');
  return {
    ...(WITH_TIME.test(type) && switches.eventTimes ? { timeStamp: String(at) } : {}),
    ...(userIds ? { [roles ? 'userIdList' : 'userId']: userIds } : {}),
    ...(deptIds ? { deptId: deptIds } : {}),
    ...(labelIds ? { labelIdList: labelIds } : {}),
    ...(type === 'label_user_change' ? { action: actionOf(event, switches) } : {}),
    ...diffInfo(event, switches),
  };
}

function actionOf({ removed }: BookEvent, switches: Switches): string {
  return removed ? String(switches.labelRemoval) : 'add';
}

function diffInfo({ diff }: BookEvent, switches: Switches): Record<string, unknown> {
  if (!diff || switches.diffInfo === 'absent') return {};
  return { diffInfo: switches.diffInfo === 'array' ? [diff] : diff };
}

/** The plaintext of an HTTP push: as documented today, or as captured from 2018 to 2022. */
export function httpPayload(event: BookEvent, switches: Switches): string {
  const { type, corpId, eventId, at, userIds, deptIds, labelIds } = event;
  if (switches.payloadGeneration === 'current') {
    const times = switches.eventTimes ? { EventTime: at, BizId: String(at) } : {};
    const envelope = { EventType: type, ...times, CorpId: corpId, eventId };
    return JSON.stringify({ ...envelope, ...currentData(event, switches) });
  }
  const roles = type.startsWith('label_');
  return JSON.stringify({
    CorpId: corpId,
    EventType: type,
    ...(userIds ? { [roles ? 'UserIdList' : 'UserId']: userIds } : {}),
    ...(deptIds ? { DeptId: deptIds } : {}),
    ...(labelIds ? { LabelIdList: labelIds } : {}),
    ...(type === 'label_user_change' ? { action: actionOf(event, switches) } : {}),
    ...(switches.operatorKnown ? { OptStaffId: 'manager0001' } : {}),
    ...(switches.eventTimes ? { TimeStamp: String(at) } : {}),
    ...diffInfo(event, switches),
  });
}

/** The frame of a Stream push; its data is JSON in a string. */
export function streamFrame(event: BookEvent, messageId: string, switches: Switches): string {
  return JSON.stringify({
    specVersion: '1.0',
    type: 'EVENT',
    headers: {
      topic: '*',
      messageId,
      contentType: 'application/json',
      time: String(event.at),
      eventType: event.type,
      eventId: event.eventId,
      eventBornTime: String(event.at),
      eventCorpId: event.corpId,
      eventUnifiedAppId: '11111111-2222-3333-4444-555555555555',
    },
    data: JSON.stringify(currentData(event, switches)),
  });
}

/** An entry of the failed list: no event id, lower-case keys. */
export function failedEntry(event: BookEvent, switches: Switches): Record<string, unknown> {
  const { type, at, corpId, userIds, deptIds, labelIds } = event;
  return {
    call_back_tag: type,
    event_time: at,
    [type]: {
      ...(userIds ? { userid: userIds } : {}),
      ...(deptIds ? { [String(switches.failedListDepartmentKey)]: deptIds } : {}),
      ...(labelIds ? { roleLabelChange: { labelIdList: labelIds } } : {}),
      corpid: corpId,
    },
  };
}
