/** Changes replies as vendors, gateways and enemies might: by structure, by value, and by bytes. */
import type { Random } from '../../sandbox/random.ts';

/** JSON as it is written: numbers keep their digits, objects may repeat a key. */
export type Node =
  | { is: 'raw'; text: string }
  | { is: 'array'; items: Node[] }
  | { is: 'object'; entries: [key: string, value: Node][] };

export function toNode(value: unknown): Node {
  if (Array.isArray(value)) return { is: 'array', items: value.map(toNode) };
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value));
  return {
    is: 'object',
    entries: Object.entries(value).map(([key, it]) => [key, toNode(it)] as [string, Node]),
  };
}

export function toText(node: Node): string {
  if (node.is === 'raw') return node.text;
  if (node.is === 'array') return `[${node.items.map(toText).join(',')}]`;
  return `{${node.entries.map(([key, it]) => `${JSON.stringify(key)}:${toText(it)}`).join(',')}}`;
}

const raw = (text: string): Node => ({ is: 'raw', text });
const text = (value: string): Node => raw(JSON.stringify(value));

const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '88',
  '200',
  '1e3',
  '1e308',
  '1e999',
  '-7',
  '65536',
].concat(['2147483648', '9007199254740993', '176300000000000513', '99999999999999999999999999']);
const STRINGS = [
  '',
  ' ',
  '0',
  '1',
  '88',
  '200',
  'true',
  'false',
  'null',
  'NaN',
  '[1,2]',
  '[',
  '{}',
].concat(
  [
    '{"a":1}',
    '<html>',
    '__proto__',
    'constructor',
    '\u0000',
    '\r\nX: y',
    '\u202e',
    '王'.repeat(300),
  ],
  [
    'x'.repeat(20_000),
    '-'.repeat(5_000),
    '1'.repeat(400),
    '{"a":'.repeat(500),
    '$where',
    '../../x',
  ],
);
const LONE = ['"\\ud800"', '"\\udc00x"', '"a\\ud800\\ud800"', '"\\u0000\\u0001"'];
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  ' ',
  'errcode',
].concat([
  'result',
  'data',
  'list',
  'code',
  'statusCode',
  'sub_code',
  'status',
  'then',
  'toJSON',
  'x'.repeat(5_000),
]);
const CODES = [
  '0',
  '-1',
  '15',
  '22',
  '88',
  '404',
  '33012',
  '40001',
  '40003',
  '40009',
  '40014',
  '40096',
].concat(
  [
    '42001',
    '50002',
    '50004',
    '60003',
    '60011',
    '60020',
    '60111',
    '60121',
    '90002',
    '90018',
    '90020',
  ],
  [
    '200',
    '400',
    '401',
    '402',
    '403',
    '409',
    '413',
    '422',
    '429',
    '499',
    '500',
    '501',
    '502',
    '503',
  ],
  [
    '601',
    '602',
    '603',
    '1300',
    '2004',
    '2005',
    '2020',
    '2026',
    '2034',
    '2035',
    '2200',
    '2224',
    '4021',
  ],
);
const CODE_KEYS = ['errcode', 'sub_code', 'subcode', 'code', 'statusCode', 'apiCode', 'status'];

/** A value that nobody expects where it stands. */
function odd(random: Random): Node {
  switch (random.whole(0, 8)) {
    case 0:
      return raw(random.pick(['null', 'true', 'false']));
    case 1:
    case 2:
      return raw(random.pick(NUMBERS));
    case 3:
    case 4:
      return text(random.pick(STRINGS));
    case 5:
      return raw(random.pick(LONE));
    case 6:
      return raw(random.pick(['[]', '{}', '[[]]', '[null]', '[{}]', '{"a":[]}', '["",0]']));
    case 7:
      return raw(codeText(random));
    default:
      return deep(random.whole(2, 2_000));
  }
}

function codeText(random: Random): string {
  const code = random.pick(CODES);
  return random.chance(0.3) ? JSON.stringify(code) : code;
}

function deep(levels: number): Node {
  return raw('['.repeat(levels) + ']'.repeat(levels));
}

type Holder = Extract<Node, { items: Node[] } | { entries: [string, Node][] }>;

function holdersOf(node: Node): Holder[] {
  if (node.is === 'raw') return [];
  const below = node.is === 'array' ? node.items : node.entries.map(([, it]) => it);
  return [node, ...below.flatMap(holdersOf)];
}

const sizeOf = (holder: Holder): number =>
  holder.is === 'array' ? holder.items.length : holder.entries.length;

function childAt(holder: Holder, at: number): Node {
  const found = holder.is === 'array' ? holder.items[at] : holder.entries[at]?.[1];
  return found ?? raw('null');
}

function setChild(holder: Holder, at: number, value: Node): void {
  if (holder.is === 'array') holder.items[at] = value;
  else holder.entries[at] = [holder.entries[at]?.[0] ?? '', value];
}

function addTo(holder: Holder, key: string, value: Node): void {
  if (holder.is === 'array') holder.items.push(value);
  else holder.entries.push([key, value]);
}

/** `donors`: other replies, whose parts are put in the wrong places. */
export function mutate(root: Node, random: Random, donors: Node[]): Node {
  const holders = holdersOf(root).filter((it) => sizeOf(it) > 0);
  if (holders.length === 0) return odd(random);
  const holder = random.pick(holders);
  const at = random.whole(0, sizeOf(holder) - 1);
  const child = childAt(holder, at);
  const donor = random.pick(holdersOf(random.pick(donors)).concat(holders));
  const [key = ''] = holder.is === 'object' ? (holder.entries[at] ?? []) : [];
  const changes: (() => void)[] = [
    () => void (holder.is === 'array' ? holder.items.splice(at, 1) : holder.entries.splice(at, 1)),
    () => setChild(holder, at, odd(random)),
    () => setChild(holder, at, { is: 'array', items: [child] }),
    () => setChild(holder, at, { is: 'object', entries: [[key || 'value', child]] }),
    () => setChild(holder, at, childAt(child.is === 'raw' ? holder : child, 0)),
    () => setChild(holder, at, text(toText(child).slice(0, 50_000))),
    () => setChild(holder, at, structuredClone(donor)),
    () => addTo(holder, key, odd(random)),
    () => addTo(holder, random.pick(KEYS), odd(random)),
    () => addTo(holder, random.pick(CODE_KEYS), raw(codeText(random))),
    () => addTo(holder, '__proto__', raw('{"polluted":true,"ok":true,"errcode":0}')),
    () => {
      if (holder.is === 'object') holder.entries[at] = [otherKey(key, random), child];
    },
    // A thousand times a thousand items would be more than the transport lets through.
    () => {
      if (holder.is !== 'array' || toText(root).length > 100_000) return;
      for (let n = random.whole(2, 2_000); n > 0; n -= 1) holder.items.push(child);
    },
  ];
  random.pick(changes)();
  return root;
}

function otherKey(key: string, random: Random): string {
  return random.pick([
    key.toUpperCase(),
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    `${key} `,
    random.pick(KEYS),
  ]);
}

/** Damage that no longer needs to be JSON. */
export function damage(it: string, random: Random): string {
  const at = random.whole(0, it.length);
  switch (random.whole(0, 9)) {
    case 0:
    case 1:
      return it.slice(0, at);
    case 2:
      return it.slice(at);
    case 3:
      return `${it.slice(0, at)}${String.fromCharCode(random.whole(0, 0xffff))}${it.slice(at + 1)}`;
    case 4:
      return `\ufeff${it}`;
    case 5:
      return random.pick(['<html><body>blocked</body></html>', '<!DOCTYPE html>', ' <', '']) + it;
    case 6:
      return it + it;
    case 7:
      return it.replaceAll('"', "'");
    case 8:
      return random.pick([
        '',
        ' ',
        'null',
        'true',
        '0',
        '[]',
        '{}',
        '""',
        'ok',
        'success',
        '\0',
        '//',
      ]);
    default:
      return `${it.slice(0, at)}${random.pick(['\0', '\\u12', '\\', ',', '}', ']', '"', '\ud800'])}${it.slice(at)}`;
  }
}
