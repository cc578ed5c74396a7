/** DingTalk's rate limits: app and interface, interface over all apps, egress address with its ban. */
import type { Switches } from './switches.ts';

export interface Limits {
  /** The code of the limit this call breaks, or null when it passes and is counted. */
  throttle(app: string, api: string, perSecond: number, now: number): '90018' | '90002' | null;
  /** Counts a call of the address; true when it is banned, or becomes so by this call. */
  banned(address: string, now: number): boolean;
  /** Bans the address for `ms`, or frees it with 0. */
  ban(address: string, now: number, ms: number): void;
  bans(now: number): { address: string; until: number }[];
}

interface Window {
  second: number;
  count: number;
  /** Tokens of the bucket, and when they were counted last. */
  tokens: number;
  at: number;
}

/** @param random for the throttles at the top of an hour. */
export function createLimits(switches: Switches, random: () => number): Limits {
  const windows = new Map<string, Window>();
  const addresses = new Map<string, { second: number; count: number }[]>();
  const bans = new Map<string, number>();

  function passes(key: string, perSecond: number, now: number): boolean {
    if (perSecond <= 0) return true;
    const second = Math.floor(now / 1000);
    let window = windows.get(key);
    if (!window) {
      window = { second, count: 0, tokens: perSecond, at: now };
      windows.set(key, window);
    }
    if (switches.throttleWindow === 'bucket') {
      const refilled = window.tokens + ((now - window.at) / 1000) * perSecond;
      window.tokens = Math.min(perSecond, refilled);
      window.at = now;
      if (window.tokens < 1) return false;
      window.tokens -= 1;
      return true;
    }
    if (window.second !== second) {
      window.second = second;
      window.count = 0;
    }
    if (window.count >= perSecond) return false;
    window.count += 1;
    return true;
  }

  function count(address: string, now: number): number {
    const second = Math.floor(now / 1000);
    const oldest = second - Number(switches.addressWindowSeconds);
    let seconds = addresses.get(address);
    if (!seconds) addresses.set(address, (seconds = []));
    while (seconds[0] && seconds[0].second <= oldest) seconds.shift();
    const last = seconds.at(-1);
    if (last?.second === second) last.count += 1;
    else seconds.push({ second, count: 1 });
    return seconds.reduce((sum, each) => sum + each.count, 0);
  }

  function crowded(now: number): boolean {
    const share = Number(switches.topOfHourShare);
    return share > 0 && now % 3_600_000 < 60_000 && random() * 100 < share;
  }

  return {
    throttle(app, api, perSecond, now) {
      if (crowded(now)) return '90002';
      if (!passes(`*\n${api}`, Number(switches.globalCallsPerSecond), now)) return '90002';
      return passes(`${app}\n${api}`, perSecond, now) ? null : '90018';
    },
    banned(address, now) {
      const until = bans.get(address);
      if (until !== undefined && until > now) return true;
      const most = Number(switches.addressCalls);
      if (most <= 0 || count(address, now) <= most) return false;
      this.ban(address, now, Number(switches.banSeconds) * 1000);
      return true;
    },
    ban(address, now, ms) {
      addresses.delete(address);
      if (ms > 0) bans.set(address, now + ms);
      else bans.delete(address);
    },
    bans: (now) =>
      [...bans].filter(([, until]) => until > now).map(([address, until]) => ({ address, until })),
  };
}

/** The sentence of 90002 as captured on 2026-09-03; that of 90018 is not known and follows it. Times are China's. */
export function throttleText(
  code: '90018' | '90002',
  api: string,
  perSecond: number,
  now: number,
): string {
  const begin = chinaTime(Math.floor(now / 1000) * 1000);
  const end = chinaTime(Math.floor(now / 1000) * 1000 + 1000);
  const who =
    code === '90002' ? '当前所有钉钉应用调用该接口次数过多' : '您的应用调用该接口次数过多';
  return (
    `${who}，超出了该接口承受的最大qps，请求被暂时限制了，建议错开整点时刻调用该接口, ` +
    `apiPath(${api}), 从 ${begin} 到 ${begin} 请求总次数超过 ${perSecond} 次, 限制将在 ${end} 结束.`
  );
}

function chinaTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
