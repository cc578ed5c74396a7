/** The history: what keeping it costs an import, how old progress is, how fast lists, pages and the terminal answer. */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { demoConnection } from '../cli/demo-company.ts';
import type { RunView } from '../cli/views.ts';
import { problem } from '../model/problem.ts';
import { emptyCounts } from '../model/run.ts';
import { collections } from '../store/database.ts';
import type { Collections } from '../store/documents.ts';
import { createRuns } from '../store/runs.ts';
import { openDesk } from '../test/pass/desk.ts';
import type { Desk } from '../test/pass/desk.ts';
import { openLab } from '../test/lab.ts';
import type { Lab } from '../test/lab.ts';
import { importOnce, install, logOf } from './installation.ts';
import type { Size } from './installation.ts';
import type { Line } from './import-limits.ts';
import { median, round } from './round.ts';

const load = () => round(loadavg()[0] ?? 0, 1);

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0, 1);
}

const RUNS = 10_000;
const DEPARTMENTS = 2_000;
const PROBLEMS = 500;
const ASKED = 200;
/** One token may ask 50 times a second. */
const BETWEEN_MS = 25;

/** Runs of a year, and one of them with many departments and problems; it still runs when `running`. */
async function fill(c: Collections, running: boolean): Promise<string> {
  const connection = 'feihua';
  const { departments, people } = emptyCounts();
  const documents = Array.from({ length: RUNS }, (_, n) => {
    const at = new Date(Date.UTC(2026, 0, 1) + n * 3_000_000).toISOString();
    return {
      ...{ _id: `2026${String(n).padStart(10, '0')}-00000000`, workflowId: 'import/feihua' },
      ...{ connection, trigger: 'manual' as const, by: 'bench', asked: null, pausedAt: null },
      ...{ scope: { kind: 'organization' as const }, status: 'succeeded' as const },
      ...{ stage: 'done' as const, startedAt: at, endedAt: at, complete: true, verified: true },
      ...{ counts: { departments, people }, failure: null },
      calls: { source: 0, targetReads: 0, targetWrites: 0 },
    };
  });
  await c.runs.insertMany(documents);
  const id = documents.at(-1)?._id ?? '';
  const lane = { run: id, generation: 1, head: 0, deferred: [], page: 0, fence: 0 };
  await c.lanes.insertOne({
    ...{ ...lane, _id: `${id}/departments`, tail: DEPARTMENTS + 1, done: true },
  });
  await c.queue.insertMany(
    Array.from({ length: DEPARTMENTS + 1 }, (_, position) => ({
      ...{ _id: `${id}/1/${String(position).padStart(8, '0')}`, run: id, generation: 1, fence: 0 },
      ...{ position, id: String(position + 1), parentId: position === 0 ? null : '1' },
      ...{ name: `部门 ${position}`, number: 1, depth: 1, pages: 1, cursor: 0 },
      ...{ membersDone: true, people: 5, retries: 0, ms: 10 },
    })),
  );
  const runs = createRuns(c);
  await runs.addProblems(
    id,
    Array.from({ length: PROBLEMS }, (_, n) => {
      const object = { kind: 'person' as const, id: `p${n}` };
      return { object, problem: problem('DATA_PHONE_TAKEN', { object, vendorCode: '409' }) };
    }),
  );
  const open = { status: 'running' as const, endedAt: null };
  await c.runs.updateOne({ _id: id }, { $set: open });
  if (!running) await runs.end(id, { status: 'partly_succeeded' });
  return id;
}

async function asked(lab: Lab, path: string): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < ASKED + 20; n++) {
    const before = performance.now();
    await lab.api.get(path);
    // The first ones warm the process up.
    if (n >= 20) took.push(performance.now() - before);
    await sleep(BETWEEN_MS);
  }
  return took;
}

/** Lists and pages, asked over HTTP one after the other. */
export async function* pages(): AsyncGenerator<Line> {
  const lab = await openLab({ workers: 0 });
  const mongo = await MongoClient.connect(lab.mongoUri);
  try {
    await lab.api.post('/connections', demoConnection(lab.facts, null, null, 'none'));
    const id = await fill(collections(mongo.db('orgsync')), false);
    for (const [measure, path] of [
      ['run list of 10,000 runs', '/runs?limit=50'],
      ['failed runs among 10,000', '/runs?limit=50&status=failed'],
      ['run page of 2,000 departments and 500 problems', `/runs/${id}`],
    ] as const) {
      const took = await asked(lab, path);
      const p99 = percentile(took, 0.99);
      yield {
        measure,
        p50Ms: percentile(took, 0.5),
        p99Ms: p99,
        goal: 100,
        met: p99 <= 100,
        load: load(),
      };
    }
  } finally {
    await mongo.close();
    await lab.stop();
  }
}

/** Milliseconds from the start of a process to the first sign it writes. */
async function firstOutput(args: string[]): Promise<number> {
  const before = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const took = await new Promise<number>((resolve) => {
    child.stdout.once('data', () => resolve(performance.now() - before));
    child.once('exit', () => resolve(performance.now() - before));
  });
  child.kill();
  return took;
}

/** The terminal: the command as it is installed, and from the sources. */
export async function* terminal(): AsyncGenerator<Line> {
  const ways = {
    'orgsync --help': ['cli/orgsync.mjs', '--help'],
    'npm run orgsync -- --help, without npm': ['engines/ready.mjs', 'cli/main.ts', '--help'],
  };
  for (const [measure, args] of Object.entries(ways)) {
    const took: number[] = [];
    for (let n = 0; n < 11; n++) took.push(await firstOutput(args));
    const [ms, best] = [round(median(took), 0), round(Math.min(...took), 0)];
    yield {
      measure: `first output of ${measure}`,
      ms,
      best,
      goal: 300,
      met: ms <= 300,
      load: load(),
    };
  }
}

/** How long it took until a written batch showed in the progress: by the sandbox's log. */
export async function* age(size: Size): AsyncGenerator<Line> {
  const { lab } = await install(size, 20);
  try {
    const seen: { at: number; written: number }[] = [];
    let over = false;
    const imported = importOnce(lab).finally(() => (over = true));
    while (!over) {
      const { runs } = await lab.api.get<{ runs: { id: string }[] }>('/runs?limit=1');
      const [run] = runs;
      if (run) {
        const { live } = await lab.api.get<RunView>(`/runs/${run.id}`);
        if (live) seen.push({ at: Date.now(), written: live.people.written });
      }
      await sleep(200);
    }
    await imported;
    const batches = (await logOf(lab))
      .filter((it) => it.interface === 'create-users-batch')
      .map((it) => ({ time: it.time, people: it.objects.length }));
    const ages = seen.map(({ at, written }) => {
      let sum = 0;
      const next = batches.find((it) => (sum += it.people) > written);
      return next === undefined || next.time > at ? 0 : at - next.time;
    });
    const p99 = percentile(ages, 0.99);
    const line = { p50Ms: percentile(ages, 0.5), p99Ms: p99, samples: ages.length };
    yield {
      measure: 'age of progress',
      ...size,
      ...line,
      goal: 2000,
      met: p99 <= 2000,
      load: load(),
    };
  } finally {
    await lab.stop();
  }
}

/** Seconds of one import in this process; nothing is kept of what it changed when `bare`, and nobody looks. */
async function importSeconds(desk: Desk, bare: boolean): Promise<number> {
  const put = (): Promise<void> => Promise.resolve();
  const started = performance.now();
  let over = false;
  const passing = desk
    .pass({ parts: (parts) => (bare ? { ...parts, changes: { ...parts.changes, put } } : parts) })
    .finally(() => (over = true));
  const { runs } = await desk.parts();
  const [run] = await runs.list({}, 1);
  while (!bare && !over && run) {
    // As often as the API makes the answer anew at most.
    const asking = performance.now();
    await runs.departments(run.id);
    await sleep(Math.max(500, Math.min(2000, (performance.now() - asking) / 0.05)));
  }
  await passing;
  return (performance.now() - started) / 1000;
}

/** With and without, in turn, each over a company that is not at the target yet. */
export async function* cost(size: Size): AsyncGenerator<Line> {
  const lab = await openLab({ workers: 0 });
  const took = { kept: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < 3; turn++) {
    for (const way of ['kept', 'bare'] as const) {
      const desk = await openDesk({ mongoUri: lab.mongoUri, generator: { ...size, seed: 1 } });
      took[way].push(round(await importSeconds(desk, way === 'bare'), 1));
      await desk.stop();
    }
  }
  await lab.stop();
  const [kept, bare] = [median(took.kept), median(took.bare)];
  const share = round((kept - bare) / bare, 3);
  yield {
    measure: 'cost of history and progress',
    ...size,
    ...took,
    share,
    goal: 0.05,
    met: share <= 0.05,
    load: load(),
  };
}
