/** Throws changed callbacks at the receiver, byte by byte over real sockets: refused or acknowledged, and nothing forged is ever kept. */
import { createCipheriv } from 'node:crypto';
import { connect } from 'node:net';
import type { SourceEvent } from '../../model/event.ts';
import { seededRandom } from '../../sandbox/random.ts';
import type { Random } from '../../sandbox/random.ts';
import { encrypt, signatureOf } from '../../sandbox/dingtalk/callback-crypto.ts';
import { KEY, PATH, openReceiver } from '../api/receiver-desk.ts';
import { damage, mutate, toNode, toText } from './json-mutator.ts';

export interface CallbackOutcome {
  /** How often each status was answered; 0 where a client went away first. */
  statuses: Record<string, number>;
  kept: number;
  failures: { number: number; why: string; text: string }[];
}

/** One request before it is bytes. */
interface Draft {
  method: string;
  path: string;
  query: [string, string][];
  headers: [string, string][];
  body: string;
  /** DingTalk could have sent it: nothing was changed after it was signed. */
  genuine: boolean;
}

const EVENTS = [
  { EventType: 'user_add_org', EventTime: 1_767_225_600_123, eventId: 'e', userId: ['u-1', 'u-2'] },
  {
    CorpId: 'dingsimcorp0001',
    EventType: 'org_dept_remove',
    DeptId: [1, 2],
    TimeStamp: '1767225600200',
  },
  {
    EventType: 'user_modify_org',
    UserId: ['u-1'],
    diffInfo: [{ userid: 'u-1', prev: {}, curr: {} }],
  },
  { EventType: 'label_user_change', userIdList: ['u-1'], labelIdList: [7], action: 'add' },
  { EventType: 'check_url' },
  { EventType: 'check_create_suite_url', Random: 'LPIdSnlF' },
].map((it) => JSON.stringify(it));

/** A payload of any shape, sealed and signed as only DingTalk can. */
function payloadOf(random: Random): string {
  const donors = EVENTS.map((it) => toNode(JSON.parse(it)));
  let node = toNode(JSON.parse(random.pick(EVENTS)));
  for (let times = random.whole(0, 3); times > 0; times -= 1) node = mutate(node, random, donors);
  const text = toText(node);
  return random.chance(0.1) ? damage(text, random) : text;
}

/** Any bytes in place of a message: lengths and paddings that lie. */
function liar(random: Random): string {
  const secret = Buffer.from(`${KEY.aesKey}=`, 'base64');
  const plain = Buffer.alloc(16 * random.whole(1, 12), random.whole(0, 255));
  if (plain.length > 20) {
    plain.writeUInt32BE(random.pick([0, 1, 97, 2 ** 31, 2 ** 32 - 1, plain.length]), 16);
  }
  plain[plain.length - 1] = random.pick([0, 1, 16, 32, 33, 255]);
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function genuine(random: Random, now: number): Draft {
  const sealed = random.chance(0.2) ? liar(random) : encrypt(KEY, payloadOf(random));
  const message = { timestamp: String(now), nonce: 'Ab3dE6gH', encrypt: sealed };
  const name = random.pick(['msg_signature', 'signature']);
  return {
    method: 'POST',
    path: `/callbacks/dingtalk/${PATH}`,
    query: [
      [name, signatureOf(KEY.token, message)],
      [random.pick(['timestamp', 'timeStamp']), message.timestamp],
      ['nonce', message.nonce],
    ],
    headers: [
      ['Content-Type', random.pick(['application/json', 'application/json; charset=utf-8'])],
    ],
    body: JSON.stringify({ encrypt: sealed }),
    genuine: true,
  };
}

const ODD = [
  '',
  '0',
  '-1',
  'NaN',
  '1e99',
  '%00',
  '[object Object]',
  '999999999999999999',
  'é',
  '$ne',
];

/** The same text with one character another. */
function flipped(text: string, random: Random): string {
  const at = random.whole(0, Math.max(0, text.length - 1));
  const other = text[at] === 'A' ? 'B' : 'A';
  return text.slice(0, at) + other + text.slice(at + 1);
}

type Change = (draft: Draft, random: Random) => void;

/** Each makes of a genuine request one that nobody may believe. */
const FORGERIES: Change[] = [
  (it, random) => void it.query.splice(random.whole(0, it.query.length - 1), 1),
  (it, random) => void it.query.push([...random.pick(it.query)]),
  (it, random) => {
    random.pick(it.query)[1] = random.pick(ODD);
  },
  (it, random) => {
    const one = random.pick(it.query);
    one[1] = flipped(one[1], random);
  },
  (it, random) => {
    const one = random.pick(it.query);
    one[0] = random.pick([`${one[0]}[]`, `${one[0]}[$ne]`, '__proto__', 'constructor']);
  },
  (it) => {
    const time = it.query.find(([name]) => /^time.tamp$/i.test(name));
    if (time) time[1] = '1445827045067';
  },
  (it, random) => {
    it.path = random.pick([
      '/',
      '/callbacks/dingtalk/',
      `/callbacks/dingtalk/${'0'.repeat(32)}`,
      '/api/v1/runs',
      `${it.path}/x`,
      `/${'a/'.repeat(200)}`,
      '/%E0%A4%A',
      '/callbacks/dingtalk/..%2f..',
    ]);
  },
  (it, random) => {
    it.method = random.pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']);
  },
  (it, random) => {
    const type = random.pick([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      '',
      'multipart/form-data; boundary=x',
    ]);
    it.headers = [['Content-Type', type]];
  },
  (it, random) => void it.headers.push(['Content-Encoding', random.pick(['gzip', 'br', 'x'])]),
  (it, random) => {
    const { encrypt: sealed } = JSON.parse(it.body) as { encrypt: string };
    it.body = JSON.stringify({ encrypt: flipped(sealed, random) });
  },
  (it, random) => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const shapes = ['', '{}', '[]', 'null', '"x"', deep, '{"encrypt":{"$ne":1}}', '{"encrypt":[]}'];
    it.body = random.pick([...shapes, `{"encrypt":"${'A'.repeat(random.whole(1, 100_000))}"}`]);
  },
  (it, random) => {
    it.body = flipped(it.body.slice(0, random.whole(0, it.body.length - 2)), random);
  },
];

function draftOf(random: Random, now: number): Draft {
  const draft = genuine(random, now);
  if (random.chance(0.3)) return draft;
  // One only: a second could undo the first.
  random.pick(FORGERIES)(draft, random);
  draft.genuine = false;
  return draft;
}

function bytesOf(draft: Draft, random: Random): Buffer {
  const { method, path, query, headers, body } = draft;
  const search = query.map(([name, value]) => `${encodeURI(name)}=${encodeURIComponent(value)}`);
  const chunked = random.chance(0.2);
  const length = Buffer.byteLength(body);
  const lines = [
    `${method} ${path}?${search.join('&')} HTTP/1.1`,
    'Host: receiver',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
  ];
  const end = length > 0 ? '\r\n0\r\n\r\n' : '0\r\n\r\n';
  const text = chunked ? `${length > 0 ? `${length.toString(16)}\r\n${body}` : ''}${end}` : body;
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** The status of the answer; 0 when the connection ended without one. */
function exchange(port: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (head.length >= 12) socket.resetAndDestroy();
    });
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)));
    socket.end(bytes);
  });
}

/** More than one event can name, by what one callback may weigh. */
const KEPT_MAX = 64 * 1024 * 2;
const AT_ONCE = 16;
const FAILURES_MAX = 10;

export interface CallbackOptions {
  count: number;
  /** Decides every request; printed with a failure. */
  seed: number;
  progress?: (done: number) => void;
}

export async function fuzzCallbacks(options: CallbackOptions): Promise<CallbackOutcome> {
  const outcome: CallbackOutcome = { statuses: {}, kept: 0, failures: [] };
  let stored: SourceEvent[] = [];
  const receiver = await openReceiver(async (_connection, event) => void stored.push(event), {
    // A machine that stands still for a second is no finding.
    storeMs: 20_000,
  });
  const wrong = (number: number, why: string, bytes: Buffer): void =>
    void outcome.failures.push({ number, why, text: bytes.toString('latin1').slice(0, 2000) });

  for (let first = 0; first < options.count; first += AT_ONCE) {
    if (outcome.failures.length >= FAILURES_MAX) break;
    // Forged ones side by side, then genuine ones: whatever is kept shows which of them was believed.
    const batch = Array.from({ length: Math.min(AT_ONCE, options.count - first) }, (_, at) => {
      const random = seededRandom(options.seed * 1_000_003 + first + at);
      const draft = draftOf(random, Date.now());
      return { number: first + at, draft, bytes: bytesOf(draft, random) };
    });
    for (const genuineOnes of [false, true]) {
      const group = batch.filter((it) => it.draft.genuine === genuineOnes);
      stored = [];
      await Promise.all(
        group.map(async ({ number, bytes }) => {
          const status = await exchange(receiver.port, bytes);
          outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
          const refused = status >= 400 && status < 500;
          const allowed = status === 0 || refused || (genuineOnes && status === 200);
          if (!allowed) wrong(number, `answered ${status}`, bytes);
        }),
      );
      const [last] = group.slice(-1);
      if (!genuineOnes && stored.length > 0 && last) {
        wrong(last.number, `${stored.length} forged events in this batch were kept`, last.bytes);
      }
      for (const event of stored) {
        outcome.kept += 1;
        if (JSON.stringify(event).length > KEPT_MAX && last)
          wrong(last.number, 'kept more than came', last.bytes);
      }
    }
    if (first % 1_600 === 0) options.progress?.(first);
  }
  if ('polluted' in {})
    outcome.failures.push({ number: -1, why: 'a prototype was changed', text: '' });
  await receiver.close();
  return outcome;
}
