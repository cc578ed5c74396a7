/** What cannot be read stops only itself: it is listed, the rest goes on, and the read is not whole. */
import type { ObjectRef } from '../model/directory.ts';
import { ProblemError } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Pass } from './pass.ts';

/** Null when the source will not show this object, or shows it in no form that can be used. */
export async function orUnread<T>(
  pass: Pass,
  object: ObjectRef,
  read: Promise<T>,
): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'data') throw error;
    await pass.runs.addProblems(pass.place.run, [{ problem: error.problem, object }]);
    return null;
  }
}

/** Lists problems for the objects they name. */
export async function listOf(pass: Pass, problems: Problem[]): Promise<void> {
  const listed = problems.map((it) => ({
    problem: it,
    ...(it.detail.object ? { object: it.detail.object } : {}),
  }));
  await pass.runs.addProblems(pass.place.run, listed);
}
