/** The switches of events: what the documents leave open about pushes, and how badly the way treats them. */
import type { Switch } from './switch.ts';

export const EVENT_SWITCHES = {
  // What is told.
  modifyFollowsAdd: {
    default: true,
    meaning: 'A new person is told by user_add_org and a user_modify_org right after it.',
    about: '7.5',
  },
  modifyTwice: {
    default: false,
    meaning: 'One change of a person is told by two user_modify_org.',
    about: '7.4',
  },
  payloadGeneration: {
    default: 'current',
    values: ['current', 'captured'],
    meaning: 'HTTP pushes as documented today, or all in upper camel without an event id.',
    about: 'U16',
  },
  eventTimes: {
    default: true,
    meaning: 'Payloads say when it happened.',
    about: '7.1',
  },
  operatorKnown: {
    default: true,
    meaning: 'Captured payloads name who made the change.',
    about: '7.5',
  },
  diffInfo: {
    default: 'object',
    values: ['object', 'array', 'absent'],
    meaning: 'Shape of diffInfo in user_modify_org.',
    about: 'U17',
  },
  labelRemoval: {
    default: 'remove',
    values: ['remove', 'del'],
    meaning: 'Action of label_user_change when a role is taken away.',
    about: 'U18',
  },

  // How it travels.
  signatureNames: {
    default: 'both',
    values: ['both', 'signature', 'msg_signature'],
    meaning: 'Names under which the signature stands in the query.',
    about: 'U10',
  },
  callbackTime: {
    default: 'milliseconds',
    values: ['milliseconds', 'seconds'],
    meaning: 'The timestamp of the query.',
    about: '6.3',
  },
  eventDelayMs: { default: 0, meaning: 'How late every push is.', about: '12' },
  eventSpreadMs: {
    default: 0,
    meaning: 'A random time up to this comes on top, so that later events overtake earlier ones.',
    about: 'U6',
  },
  eventCopies: { default: 1, meaning: 'How often each event is pushed.', about: '6.5' },
  eventLossShare: {
    default: 0,
    meaning: 'Percentage of events that are never pushed and in no list.',
    about: '12',
  },
  eventsHeld: {
    default: false,
    meaning: 'Pushes wait, until this is false: then they come in one burst.',
    about: '12',
  },
  callbackRegistration: {
    default: 'open',
    values: ['open', 'refused'],
    meaning: 'Whether apps may register callbacks by API.',
    about: 'U23',
  },

  // The list of failed pushes.
  failedListDelaySeconds: {
    default: 180,
    meaning: 'Time after the last attempt at which an event is in the failed list.',
    about: 'U5',
  },
  failedListKeepSeconds: {
    default: 0,
    meaning: 'How long the failed list keeps an event, 0 for ever.',
    about: 'U5',
  },
  failedListDepartmentKey: {
    default: 'deptid',
    values: ['deptid', 'deptId', 'DeptId'],
    meaning: 'Key of departments in the failed list.',
    about: 'U21',
  },
  failedListHasStream: {
    default: false,
    meaning: 'Events that failed on the Stream come into the failed list, too.',
    about: 'U4',
  },

  // The Stream.
  streamEndpoint: {
    default: 'vendor',
    values: ['vendor', 'direct'],
    meaning:
      'Where open sends a client: to the vendor’s host, which is behind the proxy, or to 127.0.0.1.',
    about: '8.1',
  },
  streamRefusal: {
    default: 401,
    meaning: 'HTTP status of bad Stream credentials and of a ticket that is no good.',
    about: 'U22',
  },
  streamGreeting: {
    default: false,
    meaning: 'A new connection gets the frames CONNECTED and REGISTERED.',
    about: '8.3',
  },
  streamPingSeconds: {
    default: 30,
    meaning: 'Time between two pings; who leaves one unanswered is cut off. 0: none.',
    about: '8.3',
  },
  streamLifetimeSeconds: {
    default: 0,
    meaning: 'Age at which a connection is told to go, 0 for never.',
    about: '8.3',
  },
  streamRedeliverySeconds: {
    default: 60,
    meaning: 'Time until an event without an acknowledgement is pushed again.',
    about: 'U13',
  },
  streamRedeliveries: {
    default: 3,
    meaning: 'How often an event is pushed again on the Stream.',
    about: 'U13',
  },
} satisfies Record<string, Switch>;
