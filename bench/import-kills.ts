/** P9: the worker is killed at seeded moments of imports; what was read and written again is counted in the vendors' log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { chance } from '../test/simulator/chance.ts';
import type { Chance } from '../test/simulator/chance.ts';
import type { Lab } from '../test/lab.ts';
import { changeSource } from '../test/world.ts';
import type { SourceState } from '../test/world.ts';
import type { Line } from './import-limits.ts';
import { importOnce, install, isEqual, logOf } from './installation.ts';
import type { LogEntry } from './installation.ts';
import { generated } from './organization.ts';

const SIZE = { people: 1500, departments: 60 };
/** So slow that each import takes some 12 seconds. */
const RATE = 8;

/** Who was claimed by the dead worker is free after six seconds and not after forty. */
const SHORT_CLAIMS = {
  ORGSYNC_REQUEST_TIMEOUT_SECONDS: '2',
  ORGSYNC_LONGEST_WRITE_SECONDS: '3',
  ORGSYNC_CLAIM_SECONDS: '6',
};

interface Strike {
  atMs: number;
  /** Pages and batches that came a second time after the kill. */
  pages: number;
  batches: number;
  /** From the new worker being ready to the next call to a vendor. */
  goingOnMs: number;
}

/** How many times more often than it must be, something was asked for: by the log, from the kill to the end. */
function repeated(entries: LogEntry[], name: string, expected: (object: string) => number): number {
  const times = new Map<string, number>();
  for (const it of entries) {
    if (it.interface !== name) continue;
    const object = it.objects.join();
    times.set(object, (times.get(object) ?? 0) + 1);
  }
  return [...times].reduce((sum, [object, n]) => sum + Math.max(0, n - expected(object)), 0);
}

/** Batches of which somebody had been in an earlier one already. */
function repeatedBatches(entries: LogEntry[]): number {
  const seen = new Set<string>();
  let batches = 0;
  for (const it of entries) {
    if (!/^(create|update)-users?-batch$/.test(it.interface)) continue;
    if (it.objects.some((object) => seen.has(object))) batches++;
    for (const object of it.objects) seen.add(object);
  }
  return batches;
}

async function strike(lab: Lab, it: Chance, pagesOf: (id: string) => number): Promise<Strike> {
  const atMs = it.whole(1000, 9000);
  let readyAt = 0;
  await importOnce(lab, async () => {
    await sleep(atMs);
    const worker = lab.workers[0];
    const dead = worker?.pid;
    if (dead === undefined) throw new Error('nobody to kill');
    process.kill(dead, 'SIGKILL');
    await worker?.again();
    readyAt = Date.now();
  });
  const entries = await logOf(lab);
  const next = entries.find((entry) => entry.side !== 'proxy' && entry.time >= readyAt);
  return {
    atMs,
    pages: repeated(entries, 'user/list', pagesOf),
    batches: repeatedBatches(entries),
    goingOnMs: (next?.time ?? Infinity) - readyAt,
  };
}

/** Something to do for the next import: every other person gets another name. */
async function stir(lab: Lab, round: number): Promise<void> {
  const { companies } = await lab.control<SourceState>('/state/dingtalk');
  const changes = (companies[0]?.people ?? []).map(({ userid }) => {
    return { do: 'changePerson', userid, fields: { name: `第${round}轮${userid}` } };
  });
  await changeSource(lab, ...changes);
}

export async function* kills(count: number, seed: number): AsyncGenerator<Line> {
  const { lab } = await install(SIZE, RATE, { env: SHORT_CLAIMS });
  const members = new Map<string, number>();
  for (const { departmentIds } of generated(SIZE.people, SIZE.departments, 1).people) {
    for (const id of departmentIds) members.set(id, (members.get(id) ?? 0) + 1);
  }
  const pagesOf = (id: string): number => Math.max(1, Math.ceil((members.get(id) ?? 0) / 100));
  const it = chance(seed, 'kills');
  const strikes: Strike[] = [];
  try {
    let equal = true;
    for (let round = 0; round < count; round++) {
      if (round > 0) await stir(lab, round);
      strikes.push(await strike(lab, it, pagesOf));
      equal &&= await isEqual(lab);
      process.stderr.write(`${JSON.stringify({ round, equal, ...strikes.at(-1) })}\n`);
    }
    const most = (pick: (one: Strike) => number): number => Math.max(...strikes.map(pick));
    const [pages, batches] = [most((one) => one.pages), most((one) => one.batches)];
    const goingOnMs = most((one) => one.goingOnMs);
    yield {
      measure: 'P9 repeated work after kill -9 of the worker',
      ...{ kills: count, seed, goal: '≤ 8 pages + 8 batches, no duplicate, going on ≤ 15 s' },
      ...{ pages, batches, goingOnSeconds: goingOnMs / 1000, equalWithoutDuplicates: equal },
      met: pages <= 8 && batches <= 8 && goingOnMs <= 15_000 && equal,
      strikes,
    };
  } finally {
    await lab.stop();
  }
}
