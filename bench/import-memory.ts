/** P8 and the import without limits: what a worker with a small heap needs for many people, and where its time goes. */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../test/lab.ts';
import { callsLine, historyLine } from './import-limits.ts';
import type { Line } from './import-limits.ts';
import { Inspector, INSPECTED, sharesOf } from './inspector.ts';
import type { Memory } from './inspector.ts';
import { historyEvents, importOnce, install, isEqual } from './installation.ts';
import type { Size } from './installation.ts';
import { median, round } from './round.ts';

/** Shares of the people written at which memory is looked at. */
const MOMENTS = [0.5, 0.6, 0.7, 0.8, 0.9];

/** Waits for each moment of an import that runs, and looks. */
async function samples(lab: Lab, people: number): Promise<Memory[]> {
  const inspector = await Inspector.open(join(lab.folder, 'logs', 'worker-0.log'));
  const found: Memory[] = [];
  for (const moment of MOMENTS) {
    const batches = (moment * people) / 50;
    for (;;) {
      const calls = await lab.control<Record<string, number>>('/log/counts');
      if ((calls['authing create-users-batch'] ?? 0) >= batches) break;
      await sleep(100);
    }
    found.push(await inspector.memory());
  }
  inspector.close();
  return found;
}

interface Sized {
  lines: Line[];
  rss: number;
  heap: number;
}

async function memoryOf(size: Size, heapMb: number): Promise<Sized> {
  const workerOptions = `--max-old-space-size=${heapMb} ${INSPECTED}`;
  const { lab, least } = await install(size, 0, { workerOptions });
  try {
    let found: Memory[] = [];
    const { run, seconds, calls } = await importOnce(lab, async () => {
      found = await samples(lab, size.people);
    });
    const [rss, heap] = [median(found.map((it) => it.rss)), median(found.map((it) => it.heap))];
    const state = { status: run.status, verified: run.verified, equal: await isEqual(lab) };
    const lines: Line[] = [
      {
        measure: 'worker memory',
        ...size,
        ...{ heapLimitMb: heapMb, rssMb: rss, heapMb: heap, samples: found, seconds, ...state },
        peoplePerSecond: Math.round(size.people / seconds),
        load: round(loadavg()[0] ?? 0, 1),
      },
      callsLine(size, least, calls),
      historyLine(size, await historyEvents(lab, run.workflowId)),
    ];
    return { lines, rss, heap };
  } finally {
    await lab.stop();
  }
}

/** P8: two sizes one after the other, each in an installation of its own. */
export async function* memory(small: Size, large: Size, heapMb = 128): AsyncGenerator<Line> {
  const first = await memoryOf(small, heapMb);
  yield* first.lines;
  const second = await memoryOf(large, heapMb);
  yield* second.lines;
  const [rss, heap] = [round(second.rss - first.rss, 1), round(second.heap - first.heap, 1)];
  yield {
    measure: `P8 worker memory, ${large.people} minus ${small.people} people`,
    ...{ goal: '≤ 16 MB', value: rss, met: rss <= 16, heapMb: heap },
  };
}

/** Seconds of processor time that each process has used so far, where the machine tells (Linux). */
function processorSeconds(lab: Lab): Record<string, number> {
  const used = Object.entries(lab.pids()).map(([name, pid]) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return [name, (Number(fields[11]) + Number(fields[12])) / 100];
    } catch {
      return [name, 0];
    }
  });
  return Object.fromEntries(used) as Record<string, number>;
}

/** All on one machine, nobody limits: people a second, and where the time goes. */
export async function unlimited(size: Size): Promise<Line> {
  const { lab } = await install(size, 0, { workerOptions: INSPECTED });
  try {
    const inspector = await Inspector.open(join(lab.folder, 'logs', 'worker-0.log'));
    await inspector.startProfile();
    const before = processorSeconds(lab);
    const { run, seconds } = await importOnce(lab);
    const after = processorSeconds(lab);
    const profile = sharesOf(await inspector.stopProfile());
    inspector.close();
    const used = Object.entries(after).map(([name, s]) => [
      name,
      round(s - (before[name] ?? 0), 1),
    ]);
    const perSecond = Math.round(size.people / seconds);
    return {
      measure: 'people per second without limits',
      ...size,
      ...{ goal: '> 500', value: perSecond, met: perSecond > 500, seconds },
      ...{ status: run.status, verified: run.verified, equal: await isEqual(lab) },
      processorSeconds: Object.fromEntries(used) as Record<string, number>,
      workerProfile: profile,
      load: round(loadavg()[0] ?? 0, 1),
    };
  } finally {
    await lab.stop();
  }
}
