/** A run as callers see it: the fields here are a promise. */
import type { Live } from './live.ts';
import type { Problem } from '../model/problem.ts';
import type { Run, RunDepartment, RunProblem } from '../model/run.ts';
import { say } from '../model/say.ts';
import type { Language } from '../model/words.ts';
import { problemWords } from '../model/words.ts';

export interface ProblemView {
  code: string;
  kind: string;
  object: { kind: string; id: string } | null;
  message: string;
  means: string;
  remedy: string;
  who: string;
  vendorCode?: string;
  vendorMessage?: string;
  requestId?: string;
  tries?: number;
  at?: string;
}

export type RunRowView = Omit<Run, 'failure'> & { failure: ProblemView | null };

export interface RunView extends RunRowView {
  departments: RunDepartment[];
  problems: ProblemView[];
  problemCount: number;
  live: Live | null;
}

export function viewProblem(
  problem: Problem,
  object: RunProblem['object'],
  language: Language,
): ProblemView {
  const { what, means, remedy } = say(problem, language);
  const { vendorCode, vendorMessage, requestId } = problem.detail;
  return {
    code: problem.code,
    kind: problem.kind,
    object: object ?? problem.detail.object ?? null,
    message: what,
    means,
    remedy,
    who: problemWords[problem.code].who,
    ...(vendorCode ? { vendorCode } : {}),
    ...(vendorMessage ? { vendorMessage } : {}),
    ...(requestId ? { requestId } : {}),
  };
}

export function viewListed({ problem, object, tries, at }: RunProblem, language: Language) {
  return { ...viewProblem(problem, object, language), tries, at };
}

export function viewRow(run: Run, language: Language): RunRowView {
  return { ...run, failure: run.failure ? viewProblem(run.failure, undefined, language) : null };
}

/** What ended the run stands first among its problems. */
export function viewRun(
  run: Run,
  { departments, live }: { departments: RunDepartment[]; live: Live | null },
  listed: { problems: RunProblem[]; count: number },
  language: Language,
): RunView {
  const row = viewRow(run, language);
  const problems = listed.problems.map((it) => viewListed(it, language));
  return {
    ...row,
    departments,
    live,
    problems: row.failure ? [row.failure, ...problems] : problems,
    problemCount: listed.count + (row.failure ? 1 : 0),
  };
}
