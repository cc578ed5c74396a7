/** P2 and P10 in virtual time: the same figures on any machine, however busy it is. */
import type { Line } from './import-limits.ts';
import type { Size } from './installation.ts';
import { boundOf, generated, minimumOf } from './organization.ts';
import { median, round } from './round.ts';
import { importVirtually } from './virtual.ts';

const EGRESS_PER_SECOND = 400;

/** Most levels below the root: the source cannot be asked for a department before its parent was. */
function depthOf(departments: { id: string; parentId: string | null }[]): number {
  const parents = new Map(departments.map((it) => [it.id, it.parentId]));
  const depth = (id: string): number => {
    const parent = parents.get(id);
    return parent === undefined || parent === null ? 0 : 1 + depth(parent);
  };
  return Math.max(...departments.map((it) => depth(it.id)));
}

/** P2 with vendors 120 ms (DingTalk and proxy) and 150 ms (Authing) away. */
export async function makespan(size: Size, rate: number): Promise<Line> {
  const organization = generated(size.people, size.departments, 1);
  const least = minimumOf(organization);
  const bound = boundOf(least, rate, rate);
  const end = await importVirtually([organization], {
    sourcePerSecond: rate,
    egressPerSecond: EGRESS_PER_SECOND,
    targetPerSecond: rate,
  });
  const over = [...end.budgets].filter(
    ([id, { busiestSecond }]) => busiestSecond > (id === 'egress' ? EGRESS_PER_SECOND : rate),
  );
  const depth = depthOf(organization.departments);
  const ratio = round(end.seconds / bound, 3);
  return {
    measure: 'P2 makespan ÷ bound, in virtual time',
    ...size,
    ...{ rate, goal: '≤ 1.10, no throttle', value: ratio, met: ratio <= 1.1 && over.length === 0 },
    ...{ seconds: round(end.seconds, 2), bound, depth },
    withDepth: round(end.seconds / (bound + depth * 0.12), 3),
    ...{ overLimit: over.map(([id]) => id), status: end.companies[0]?.status },
    calls: end.companies[0]?.calls,
  };
}

/** P10: companies that start at the same moment behind one egress address. */
export async function companies(count: number, size: Size): Promise<Line> {
  const organizations = Array.from({ length: count }, (_, at) =>
    generated(size.people, size.departments, at + 1, at + 1),
  );
  const end = await importVirtually(organizations, {
    sourcePerSecond: 20,
    egressPerSecond: EGRESS_PER_SECOND,
    targetPerSecond: 20,
  });
  const left = (end.moments.get('egress') ?? []).map(({ at }) => at);
  const span = ((left.at(-1) ?? 0) - (left[0] ?? 0)) / 1000;
  const used = round(left.length / span / EGRESS_PER_SECOND, 3);
  const times = end.companies.map(({ seconds }) => seconds);
  const slowest = round(Math.max(...times) / median(times), 3);
  const over = [...end.budgets].filter(
    ([id, { busiestSecond }]) => busiestSecond > (id === 'egress' ? EGRESS_PER_SECOND : 20),
  );
  return {
    measure: 'P10 companies behind one egress address, in virtual time',
    ...{ companies: count, ...size, goal: '≥ 0.80 of the budget used, slowest ≤ 1.5 × median' },
    ...{ used, slowestToMedian: slowest, met: used >= 0.8 && slowest <= 1.5 && over.length === 0 },
    ...{ calls: left.length, readingSeconds: round(span, 2), seconds: round(end.seconds, 2) },
    busiestSecond: end.budgets.get('egress')?.busiestSecond,
    overLimit: over.map(([id]) => id),
  };
}
