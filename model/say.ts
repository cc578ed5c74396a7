/** Puts a problem into words of the reader's language. */
import type { Problem } from './problem.ts';
import { problemWords } from './words.ts';
import type { Language, Sentences } from './words.ts';

/** What happened, what it means, what to do; details that are not known read "?". */
export function say(problem: Problem, language: Language): Sentences {
  const { what, means, remedy } = problemWords[problem.code][language];
  const fill = (sentence: string): string =>
    sentence.replace(/\{(\w+)\}/g, (_, name: string) => detailOf(problem, name) ?? '?');
  return { what: fill(what), means: fill(means), remedy: fill(remedy) };
}

function detailOf(problem: Problem, name: string): string | undefined {
  if (name === 'object') return problem.detail.object?.id;
  const value = (problem.detail as Record<string, unknown>)[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
