/** Addresses about runs: the history, one run, its problems, what is tried again. */
import { ProblemError, problem } from '../model/problem.ts';
import type { Run } from '../model/run.ts';
import { fresh } from './fresh.ts';
import { liveOf } from './live.ts';
import type { ApiParts } from './parts.ts';
import { problemsShape, retriedShape, runRow, runShape, runsShape } from './replies.ts';
import { retry } from './retry.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { viewListed, viewRow, viewRun } from './run-view.ts';
import { pageQuery, runsQuery } from './schemas.ts';
import { steerRun } from './settle-run.ts';

/** Problems shown with a run; the rest is asked for page by page. */
const PROBLEMS_SHOWN = 500;

const steering = [
  ['pause', 'Lets a run wait: within two seconds no new call to a vendor begins.'],
  ['resume', 'Lets a paused run go on.'],
  ['cancel', 'Ends a run; what was done stays.'],
] as const;

export function runRoutes(parts: ApiParts): Route[] {
  const { runs } = parts;
  const departmentsNow = fresh((id) => runs.departments(id));
  const known = async (id: string): Promise<Run> => {
    const run = await runs.get(id);
    if (!run) throw new ProblemError(problem('RUN_UNKNOWN'));
    return run;
  };
  return [
    route('listRuns', 'GET /api/v1/runs', {
      says: 'Lists runs, newest first; every run is here from its first moment.',
      query: runsQuery,
      answer: runsShape,
      async run({ query: { limit, after, ...filter }, language }) {
        const found = await runs.list(filter, limit + 1, after);
        const page = found.slice(0, limit).map((it) => viewRow(it, language));
        return { runs: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
      },
    }),
    route('getRun', 'GET /api/v1/runs/:id', {
      says: 'Shows a run with its departments and the first 500 of its problems.',
      answer: runShape,
      refuses: ['RUN_UNKNOWN'],
      async run({ id, language }) {
        const run = await known(id);
        const [departments, problems, count] = await Promise.all([
          run.endedAt === null ? departmentsNow(id) : runs.departments(id),
          runs.problemPage(id, PROBLEMS_SHOWN),
          runs.problemCount(id),
        ]);
        const live = await liveOf(parts, run, departments);
        return viewRun(run, { departments, live }, { problems, count }, language);
      },
    }),
    route('listProblems', 'GET /api/v1/runs/:id/problems', {
      says: 'Lists the problems of a run page by page.',
      query: pageQuery,
      answer: problemsShape,
      refuses: ['RUN_UNKNOWN'],
      async run({ id, query: { limit, after }, language }) {
        await known(id);
        const found = await runs.problemPage(id, limit + 1, after);
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.place ?? null) : null;
        return { problems: page.map((it) => viewListed(it, language)), next };
      },
    }),
    route('retryRun', 'POST /api/v1/runs/:id/retry', {
      says: 'Reads the failed objects of a run again, each on its own, under a run that points to it.',
      status: 202,
      answer: retriedShape,
      refuses: ['RUN_UNKNOWN'],
      run: async ({ id, by }) => retry(parts, await known(id), by),
    }),
    ...steering.map(([verb, says]) =>
      route(`${verb}Run`, `POST /api/v1/runs/:id/${verb}`, {
        says,
        status: 202,
        answer: runRow,
        refuses: ['RUN_UNKNOWN', 'RUN_ENDED'],
        async run({ id, language }) {
          await steerRun(parts, id, verb);
          return viewRow(await known(id), language);
        },
      }),
    ),
  ];
}
