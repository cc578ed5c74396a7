/** The faults that are switched on: which calls they meet, how often, and what they do. */

/** Kinds that work for every vendor; a vendor adds those in its own shapes (`ownFaults`). */
export const REPLY_KINDS = [
  'delay',
  'hold',
  '5xx',
  'html',
  'reset-before',
  'reset-after-commit',
  'truncated',
  'string-code',
  'huge-body',
  'empty-body',
] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

/** Kinds that show when a connection to a vendor is made. */
export const CERTIFICATE_KINDS = ['wrong-certificate', 'expired-certificate'] as const;
export type CertificateKind = (typeof CERTIFICATE_KINDS)[number];

/** Kinds of the egress proxies. */
export const PROXY_KINDS = [
  'refuse',
  'hang',
  '407',
  '502',
  'endless-header',
  'one-byte',
  'reset-on-accept',
  'reset-mid-connect',
  'fin-mid-connect',
  'reset-after-200',
  'reset-mid-body',
  'fin-mid-body',
] as const;
export type ProxyKind = (typeof PROXY_KINDS)[number];

export type FaultSide = 'dingtalk' | 'authing' | 'proxy';

export interface FaultRule {
  id: number;
  side: FaultSide;
  kind: string;
  /** Pattern of the interface name, `*` for anything; for a proxy, of its egress address. */
  interface: string;
  /** How often it still acts; null without end. */
  count: number | null;
  /** Share of the matching calls, 0 to 1. */
  rate: number;
  /** Matching calls that pass before it begins. */
  skip: number;
  /** What the kind needs to know, for example `{"ms":500}`. */
  parameters: Record<string, unknown>;
  /** Calls it acted on. */
  applied: number;
}

export type NewFault = Pick<FaultRule, 'side' | 'kind'> & Partial<FaultRule>;

export interface Faults {
  add(fault: NewFault): FaultRule;
  list(): FaultRule[];
  /** Without an id, all of them. */
  remove(id?: number): number;
  /** Resolves when the rule is removed. */
  gone(rule: FaultRule): Promise<void>;
  /** The first rule that acts on this call, already counted; null when none does. */
  next(side: FaultSide, name: string, kinds?: readonly string[]): FaultRule | null;
  /** Whether a rule stands, without counting a call. */
  standing(side: FaultSide, name: string, kind: string): boolean;
  /** Told after every change of the rules. */
  onChange(listener: () => void): void;
}

export function createFaults(random: () => number): Faults {
  let rules: FaultRule[] = [];
  let ids = 0;
  const listeners: (() => void)[] = [];
  let waiting: { rule: FaultRule; resolve: () => void }[] = [];

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function acts(rule: FaultRule): boolean {
    if (rule.skip > 0) {
      rule.skip -= 1;
      return false;
    }
    if (rule.rate < 1 && random() >= rule.rate) return false;
    if (rule.count !== null) rule.count -= 1;
    rule.applied += 1;
    return true;
  }

  return {
    add(fault) {
      ids += 1;
      const rule: FaultRule = {
        interface: '*',
        count: null,
        rate: 1,
        skip: 0,
        parameters: {},
        ...fault,
        id: ids,
        applied: 0,
      };
      rules.push(rule);
      changed();
      return rule;
    },
    list: () => rules,
    gone: (rule) =>
      new Promise((resolve) => {
        if (rules.includes(rule)) waiting.push({ rule, resolve });
        else resolve();
      }),
    remove(id) {
      const before = rules.length;
      rules = id === undefined ? [] : rules.filter((rule) => rule.id !== id);
      const over = waiting.filter((it) => !rules.includes(it.rule));
      waiting = waiting.filter((it) => rules.includes(it.rule));
      for (const it of over) it.resolve();
      changed();
      return before - rules.length;
    },
    next(side, name, kinds) {
      for (const rule of rules) {
        if (rule.side !== side || rule.count === 0 || !matches(rule.interface, name)) continue;
        if (kinds && !kinds.includes(rule.kind)) continue;
        if (acts(rule)) return rule;
      }
      return null;
    },
    standing: (side, name, kind) =>
      rules.some(
        (rule) =>
          rule.side === side &&
          rule.kind === kind &&
          rule.count !== 0 &&
          matches(rule.interface, name),
      ),
    onChange: (listener) => void listeners.push(listener),
  };
}

/** `*` stands for any number of characters. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
