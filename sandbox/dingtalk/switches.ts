/** Everything DingTalk's documents leave open, and its limits, as switches: the likelier way is the default. */
import { EVENT_SWITCHES } from './event-switches.ts';
import type { Switch, SwitchValue } from './switch.ts';

/** Keeps each default's literal type while checking the shape. */
function table<K extends string>(entries: Record<K, Switch>): Record<K, Switch> {
  return entries;
}

export const SWITCHES = table({
  // Tokens.
  tokenTtlSeconds: { default: 7200, meaning: 'Lifetime of a token.', about: '1.4' },
  expiredTokenCode: {
    default: '40014',
    values: ['40014', '42001'],
    meaning: 'Code for a token whose time is over; an unknown one always gets 40014.',
    about: 'U12',
  },
  tokensInterchangeable: {
    default: true,
    meaning: 'A token of either host is accepted by the other.',
    about: 'U15',
  },
  tokenCallsPerSecond: {
    default: 20,
    meaning: 'Token calls per app and second, 0 for no limit.',
    about: 'U19',
  },
  tokenAllowListChecked: {
    default: false,
    meaning: 'Token calls, too, are refused from addresses that are not on the allow-list.',
    about: '1.4',
  },
  emptyAllowList: {
    default: 'off',
    values: ['off', 'refuse'],
    meaning: 'An app without any egress address: the check is off, or every call is refused.',
    about: 'U19',
  },
  companiesPerAddress: {
    default: 0,
    meaning: 'Companies that may call from one egress address before 90017; 0 for any number.',
    about: 'U3',
  },

  // The envelope of the old interface.
  subCode: {
    default: 'sub_code',
    values: ['sub_code', 'subcode', 'absent'],
    meaning: 'Key of the code inside errcode 88; absent: it is in errmsg only.',
    about: '3.1',
  },
  throttleWrapped: {
    default: true,
    meaning: 'Throttle codes are wrapped in 88; false: as errcode itself, as in 2019.',
    about: '3.1',
  },
  throttleText: {
    default: 'sentence',
    values: ['sentence', 'short'],
    meaning: 'Text of 90018: with path, numbers and end time, or only a few words.',
    about: 'U2',
  },
  errmsgOnSuccess: {
    default: true,
    meaning: 'Replies that succeed carry errmsg "ok".',
    about: '2.1',
  },
  requestIds: {
    default: true,
    meaning: 'Replies of the old interface carry request_id.',
    about: '2.1',
  },

  // Departments.
  childOrder: {
    default: 'order',
    values: ['order', 'id', 'random'],
    meaning: 'Order of listsub, which no document states.',
    about: '2.4',
  },
  negativeDepartments: {
    default: false,
    meaning: 'listsub of the root also gives the home-school pseudo departments -1 and -7.',
    about: '2.7',
  },
  listsubExtras: {
    default: false,
    meaning: 'listsub also gives ext, source_identifier and from_union_org (in the Java SDK only).',
    about: '2.4',
  },
  rootParentId: {
    default: 'absent',
    values: ['absent', 'null', 'zero'],
    meaning: 'parent_id in department/get of the root.',
    about: 'U1',
  },
  unionSpelling: {
    default: 'corp_id',
    values: ['corp_id', 'corpId'],
    meaning: 'Keys of union_dept_ext: as the example has them or as the table has them.',
    about: '2.4',
  },
  unknownDepartmentCode: {
    default: '60003',
    values: ['60003', '40009'],
    meaning: 'Code for a department that does not exist.',
    about: '3.2',
  },
  hiddenDepartmentsLeftOut: {
    default: false,
    meaning: 'Departments with hide_dept are missing from listsub and listsubid.',
    about: 'U20',
  },
  departmentDepthMax: {
    default: 0,
    meaning: 'Levels below the root a change may build, 0 for any (60002).',
    about: 'U24',
  },
  departmentsMax: {
    default: 0,
    meaning: 'Departments a company may have, 0 for any (60110).',
    about: 'U24',
  },

  // People.
  oversizedPage: {
    default: 'refuse',
    values: ['refuse', 'clamp'],
    meaning: 'user/list with a size above 100: an error, or 100 people.',
    about: 'U14',
  },
  pageSizeCode: {
    default: '40035',
    values: ['40035', '40069'],
    meaning: 'Code for a size above 100 in user/list (listsimple always gives 40069).',
    about: 'U14',
  },
  cursor: {
    default: 'offset',
    values: ['offset', 'opaque'],
    meaning: 'next_cursor is the offset, or a number that only looks like one.',
    about: 'U11',
  },
  emptyLastPage: {
    default: 'never',
    values: ['never', 'once', 'forever'],
    meaning:
      'has_more stays true on the last full page: one empty page follows, or empty pages for ever.',
    about: 'U9',
  },
  repeatAcrossPages: {
    default: false,
    meaning: 'The first person of a page is the last one of the page before.',
    about: '12',
  },
  bigOrders: {
    default: true,
    meaning: 'Orders are the raw 18 digits; false: the department id or 0.',
    about: '2.3',
  },
  unsetFields: {
    default: 'empty',
    values: ['empty', 'absent'],
    meaning: 'Text fields without a value: "" as captured, or absent as documented.',
    about: '2.6',
  },
  withoutFieldPermission: {
    default: 'absent',
    values: ['absent', 'empty'],
    meaning: 'Fields the app may not read: absent, or "".',
    about: '2.6',
  },
  hiddenMobilesLeftOut: {
    default: false,
    meaning: 'People with hide_mobile come without mobile.',
    about: 'U20',
  },
  useridCase: {
    default: 'exact',
    values: ['exact', 'folded'],
    meaning: 'Whether "U1" finds "u1".',
    about: 'U7',
  },
  unknownPersonCode: {
    default: '60121',
    values: ['60121', '33012', '60111', '40003'],
    meaning: 'Code for a person who does not exist.',
    about: '2.5',
  },
  deletedPersonVisibleMs: {
    default: 0,
    meaning: 'How long a removed person is still read and listed.',
    about: 'U8',
  },
  staleReadMs: {
    default: 0,
    meaning: 'How long reads see a department or person as before its last change.',
    about: 'U8',
  },

  // Scope.
  partialScopeRoot: {
    default: 'refuse',
    values: ['refuse', 'filter'],
    meaning: 'Reads of a department above the scope: 50004, or only what is in the scope.',
    about: '2.7',
  },

  // Limits.
  appCallsPerSecond: {
    default: 20,
    meaning: 'Calls per app and interface in a second, 0 for no limit (90018).',
    about: '4',
  },
  throttleWindow: {
    default: 'second',
    values: ['second', 'bucket'],
    meaning: 'Limits count whole seconds of the clock, or a bucket that refills steadily.',
    about: '4',
  },
  globalCallsPerSecond: {
    default: 0,
    meaning: 'Calls of all apps to one interface in a second, 0 for no limit (90002).',
    about: '4',
  },
  topOfHourShare: {
    default: 0,
    meaning: 'Percentage of calls that get 90002 in the first minute of an hour.',
    about: '12',
  },
  addressCalls: {
    default: 10000,
    meaning: 'Calls from one egress address in the window before the ban, 0 for no limit.',
    about: '4',
  },
  addressWindowSeconds: { default: 20, meaning: 'The window of addressCalls.', about: '4' },
  banSeconds: { default: 300, meaning: 'How long a banned address stays banned.', about: '4' },
  banReply: {
    default: 'html',
    values: ['html', 'json'],
    meaning: 'What a banned address gets: an HTML page, or {"status":1111,…}.',
    about: '3.1',
  },
  banHttpStatus: { default: 200, meaning: 'HTTP status of the ban reply.', about: '3.1' },

  ...EVENT_SWITCHES,
});

export type SwitchName = keyof typeof SWITCHES;
export type Switches = Record<SwitchName, SwitchValue>;

const LIMITS: SwitchName[] = [
  'tokenCallsPerSecond',
  'appCallsPerSecond',
  'globalCallsPerSecond',
  'topOfHourShare',
  'addressCalls',
];

export function defaultSwitches(): Switches {
  const made = {} as Switches;
  for (const name of Object.keys(SWITCHES) as SwitchName[]) made[name] = SWITCHES[name].default;
  return made;
}

/** The rate limits as the vendor has them, or all of them off. */
export function limitSwitches(limits: 'vendor' | 'none'): Partial<Switches> {
  const made: Partial<Switches> = {};
  for (const name of LIMITS) made[name] = limits === 'none' ? 0 : SWITCHES[name].default;
  return made;
}

/** Changes switches in place, all or none; throws a sentence that names what is wrong. */
export function applySwitches(switches: Switches, change: Record<string, unknown>): void {
  const checked: [SwitchName, SwitchValue][] = [];
  for (const [name, value] of Object.entries(change)) checked.push(checkSwitch(name, value));
  for (const [name, value] of checked) switches[name] = value;
}

function checkSwitch(name: string, value: unknown): [SwitchName, SwitchValue] {
  if (!Object.hasOwn(SWITCHES, name)) {
    throw new Error(`no switch ${name}; there are ${Object.keys(SWITCHES).join(', ')}`);
  }
  const known = SWITCHES[name as SwitchName];
  if (known.values && (typeof value !== 'string' || !known.values.includes(value))) {
    throw new Error(`${name} is one of ${known.values.join(', ')}, not ${JSON.stringify(value)}`);
  }
  if (typeof value !== typeof known.default) {
    throw new Error(`${name} is a ${typeof known.default}, not ${JSON.stringify(value)}`);
  }
  if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
    throw new Error(`${name} is 0 or more, not ${value}`);
  }
  return [name as SwitchName, value as SwitchValue];
}
