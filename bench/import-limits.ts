/** P1 to P4 of an import under limits: calls, time, a second import, history. */
import { historyEvents, importOnce, install, isEqual } from './installation.ts';
import type { Import, Size } from './installation.ts';
import { boundOf } from './organization.ts';
import type { Minimum } from './organization.ts';
import { round } from './round.ts';

export type Line = Record<string, unknown>;

export interface LimitOptions extends Size {
  rate: number;
  workers: number;
}

/** Interfaces whose calls the minimum counts; every other kind is named beside it. */
const COUNTED = [
  'dingtalk auth/scopes',
  'dingtalk department/listsub',
  'dingtalk user/list',
  'authing create-organization',
  'authing create-department',
  'authing create-users-batch',
];

/** P1: calls of one import against the least there can be. */
export function callsLine(size: Size, least: Minimum, calls: Import['calls']): Line {
  const counted = COUNTED.reduce((sum, name) => sum + (calls[name] ?? 0), 0);
  const others = Object.entries(calls).filter(([name]) => !COUNTED.includes(name));
  const ratio = round(counted / (least.source + least.target), 4);
  return {
    measure: 'P1 calls ÷ minimum',
    ...size,
    ...{ goal: '≤ 1.02', value: ratio, met: ratio <= 1.02 },
    ...{ calls: counted, minimum: least.source + least.target },
    apart: Object.fromEntries(others),
    apartAllowed: least.apart,
  };
}

/** P4: events in Temporal's history. */
export function historyLine(size: Size, events: number): Line {
  const perThousand = round((events * 1000) / size.people, 2);
  const most = size.people >= 100_000 ? 5 : 10;
  return {
    measure: 'P4 history events per 1,000 people',
    ...size,
    ...{ goal: `≤ ${most}`, value: perThousand, met: perThousand <= most, events },
  };
}

export async function* limits(options: LimitOptions): AsyncGenerator<Line> {
  const { rate, workers, ...size } = options;
  const { lab, least } = await install(size, rate, { workers });
  try {
    const first = await importOnce(lab);
    const { run, seconds, throttled, busiestSecond } = first;
    const state = { status: run.status, verified: run.verified, equal: await isEqual(lab) };
    yield callsLine(size, least, first.calls);
    const bound = boundOf(least, rate, rate);
    const ratio = round(seconds / bound, 3);
    yield {
      measure: 'P2 makespan ÷ bound, by the clock of this machine',
      ...size,
      ...{ rate, workers, goal: '≤ 1.10, no throttle', value: ratio },
      ...{
        met: ratio <= 1.1 && throttled === 0,
        throttled,
        busiestSecond,
        seconds,
        bound,
        ...state,
      },
    };
    yield historyLine(size, await historyEvents(lab, run.workflowId));
    const second = await importOnce(lab);
    const writes = second.run.calls.targetWrites;
    yield {
      measure: 'P3 target writes of a second import',
      ...size,
      ...{ goal: '0', value: writes, met: writes === 0 },
      ...{ seconds: second.seconds, status: second.run.status },
    };
  } finally {
    await lab.stop();
  }
}
