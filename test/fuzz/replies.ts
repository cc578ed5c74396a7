/** Throws changed replies at every parser: a typed result or a typed problem, in bounded time and memory, nothing else. */
import { ProblemError } from '../../model/problem.ts';
import { problemWords } from '../../model/words.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { reply } from '../connectors/dingtalk-desk.ts';
import { damage, mutate, toNode, toText } from './json-mutator.ts';
import { must } from './subject.ts';
import type { Problem } from '../../model/problem.ts';
import type { Random } from '../../sandbox/random.ts';
import type { Reply } from '../../connectors/transport.ts';
import type { Subject } from './subject.ts';

export interface Options {
  subjects: Subject[];
  count: number;
  /** Decides every reply; printed with a failure. */
  seed: number;
  /** Told about every thousandth reply. */
  progress?: (done: number) => void;
}

export interface Outcome {
  results: number;
  /** How often each problem was met. */
  problems: Record<string, number>;
  slowestMs: number;
  failures: Failure[];
}

export interface Failure {
  subject: string;
  /** Number of the reply; with the seed it can be made again. */
  number: number;
  why: string;
  text: string;
}

/** Far above what any reply needs, even on a busy machine; a regular expression gone wild takes longer. */
const LONGEST_MS = 2_000;
const LONGEST_PROBLEM = 2_000;
const FAILURES_MAX = 10;

const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409].concat([
  413, 422, 429, 499, 500, 502, 503, 504,
]);

export async function fuzzReplies(options: Options): Promise<Outcome> {
  const outcome: Outcome = { results: 0, problems: {}, slowestMs: 0, failures: [] };
  const { subjects, count, seed, progress } = options;
  for (let number = 0; number < count && outcome.failures.length < FAILURES_MAX; number += 1) {
    // Each reply has its own seed, so that one can be made again without those before it.
    const random = seededRandom(seed * 1_000_003 + number);
    const subject = subjects[number % subjects.length];
    if (!subject) break;
    const text = replyText(subject, random);
    const answer = reply(text, random.pick(STATUSES));
    const started = performance.now();
    const why = await verdict(subject, answer, text, outcome);
    const ms = performance.now() - started;
    outcome.slowestMs = Math.max(outcome.slowestMs, ms);
    const late = ms > LONGEST_MS ? `took ${Math.round(ms)} ms` : null;
    const fault = why ?? late;
    if (fault) {
      outcome.failures.push({
        subject: subject.name,
        number,
        why: fault,
        text: text.slice(0, 2000),
      });
    }
    if (number % 1000 === 999) progress?.(number + 1);
  }
  return outcome;
}

function replyText(subject: Subject, random: Random): string {
  const donors = subject.examples.map((it) => toNode(JSON.parse(it)));
  // The first example is the success, which leads deepest into the parsers.
  const example = random.chance(0.6)
    ? (subject.examples[0] ?? '{}')
    : random.pick(subject.examples);
  let node = toNode(JSON.parse(example));
  for (let times = random.whole(0, 4); times > 0; times -= 1) node = mutate(node, random, donors);
  const text = toText(node);
  return random.chance(0.15) ? damage(text, random) : text;
}

/** What is wrong, or null. */
async function verdict(
  subject: Subject,
  answer: Reply,
  text: string,
  outcome: Outcome,
): Promise<string | null> {
  try {
    const result = await subject.read(answer).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ('value' in result) {
      subject.check(result.value, text);
      outcome.results += 1;
    } else {
      const it = checkProblem(result.error);
      outcome.problems[it.code] = (outcome.problems[it.code] ?? 0) + 1;
    }
    must(!('polluted' in {}), 'a prototype was changed');
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

export function checkProblem(error: unknown): Problem {
  if (!(error instanceof ProblemError)) throw error;
  const { problem } = error;
  must(Object.hasOwn(problemWords, problem.code), `${problem.code} has no words`);
  must(problem.kind === problemWords[problem.code].kind, 'another kind than its words');
  must(problem.code !== 'BUG_UNEXPECTED', 'a bug of ours');
  const { requestId: _requestId, ...detail } = problem.detail;
  const shown = JSON.stringify(detail);
  must(shown.length <= LONGEST_PROBLEM, 'a problem without bound');
  must(!/1[38]\d{9}|@\w+\.example/.test(shown), `tells who a person is: ${shown}`);
  const wait = problem.retryAfterMs;
  must(wait === undefined || (wait >= 0 && wait <= 3_600_000), `waits ${wait} ms`);
  return problem;
}
