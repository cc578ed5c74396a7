/** `npm run bench -- import MEASURE… | history | sandbox`: one JSON line for each figure. */
import { parseArgs } from 'node:util';
import { age, cost, pages, terminal } from './history.ts';
import { kills } from './import-kills.ts';
import { limits } from './import-limits.ts';
import type { Line } from './import-limits.ts';
import { memory, unlimited } from './import-memory.ts';
import { companies, makespan } from './import-virtual.ts';
import { benchSandbox } from './sandbox.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '10000' },
    departments: { type: 'string' },
    rate: { type: 'string', default: '20' },
    workers: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const people = Number(values.people);
const sizeOf = (n: number) => ({
  people: n,
  departments: Number(values.departments ?? (n >= 100_000 ? n / 50 : Math.ceil((n * 3) / 100))),
});
const size = sizeOf(people);
const rate = Number(values.rate);

async function* alone(line: Promise<Line>): AsyncGenerator<Line> {
  yield await line;
}

const measures: Record<string, { says: string; run: () => AsyncGenerator<Line> }> = {
  limits: {
    says: 'P1 calls, P2 time by the clock, P3 a second import, P4 history; --people --departments --rate --workers',
    run: () => limits({ ...size, rate, workers: Number(values.workers) }),
  },
  makespan: {
    says: 'P2 in virtual time, the same on any machine; --people --departments --rate',
    run: () => alone(makespan(size, rate)),
  },
  memory: {
    says: 'P8 memory of a worker with a heap of 128 MB, for --people and for ten times as many',
    run: () => memory(size, sizeOf(10 * people)),
  },
  kills: {
    says: 'P9 kill -9 of the worker at seeded moments; --kills --seed',
    run: () => kills(Number(values.kills), Number(values.seed)),
  },
  companies: {
    says: 'P10 50 companies of 200 people behind one egress address, in virtual time',
    run: () => alone(companies(50, { people: 200, departments: 20 })),
  },
  unlimited: {
    says: 'people per second without limits, with a profile of the worker; --people --departments',
    run: () => alone(unlimited(size)),
  },
};

const histories: typeof measures = {
  pages: {
    says: 'lists of 10,000 runs, a run of 2,000 departments and 500 problems: time of an answer',
    run: pages,
  },
  terminal: { says: 'first output of the command line, from a cold start', run: terminal },
  age: {
    says: 'age of the progress shown during an import; --people --departments',
    run: () => age(size),
  },
  cost: {
    says: 'what an import takes longer for its history and progress; --people --departments',
    run: () => cost(size),
  },
};

const listed = (all: typeof measures): string =>
  Object.entries(all)
    .map(([name, { says }]) => `  ${name.padEnd(11)} ${says}`)
    .join('\n');

const USAGE = `Usage: npm run bench -- import MEASURE... [options]
       npm run bench -- history [MEASURE...]
       npm run bench -- sandbox [--people N]

Prints one JSON line for each figure. Formulas and goals: docs/benchmarks.md

import:
${listed(measures)}
history, all of them when none is named:
${listed(histories)}

  --people N        10000 when left out
  --departments D   3 for 100 people; 2 for 100 from 100,000 on
  --rate R          calls a second at either vendor, 20 when left out
  --workers W       1 when left out

Examples:
  npm run bench -- import makespan companies
  npm run bench -- import limits --people 10000 --departments 300
`;

async function* lines(): AsyncGenerator<Line> {
  const [what, ...names] = positionals;
  if (what === 'sandbox') return yield await benchSandbox(people);
  const all = what === 'history' ? histories : measures;
  const asked = what === 'history' && names.length === 0 ? Object.keys(histories) : names;
  const chosen = asked.flatMap((name) => all[name] ?? []);
  if (
    !['import', 'history'].includes(what ?? '') ||
    chosen.length === 0 ||
    chosen.length < asked.length
  ) {
    process.stderr.write(USAGE);
    process.exit(64);
  }
  for (const measure of chosen) yield* measure.run();
}

if (values.help) process.stdout.write(USAGE);
else for await (const line of lines()) process.stdout.write(`${JSON.stringify(line)}\n`);
process.exit(0);
