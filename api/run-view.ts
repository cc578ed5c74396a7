/** A run as callers see it: the fields here are a promise. */
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
}

export interface RunView extends Omit<Run, 'failure'> {
  departments: RunDepartment[];
  problems: ProblemView[];
  failure: ProblemView | null;
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

export function viewRun(
  run: Run,
  departments: RunDepartment[],
  problems: RunProblem[],
  language: Language,
): RunView {
  const failure = run.failure ? viewProblem(run.failure, undefined, language) : null;
  const listed = problems.map((it) => viewProblem(it.problem, it.object, language));
  return { ...run, departments, problems: failure ? [failure, ...listed] : listed, failure };
}
