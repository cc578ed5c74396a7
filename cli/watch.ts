/** Watches a run until it ends: departments as they are read, then what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../model/problem.ts';
import type { ProblemCode } from '../model/problem.ts';
import { say as wordsOf } from '../model/say.ts';
import { tell } from '../model/words-terminal.ts';
import { problemWords } from '../model/words.ts';
import type { Language } from '../model/words.ts';
import { ApiProblem } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { ProblemView, RunView } from './views.ts';

export type Say = (line: string) => void;

const ENDED = ['succeeded', 'partly_succeeded', 'failed', 'cancelled'];
/** Small companies are shown department by department, large ones in one line a few seconds apart. */
const LIST_UP_TO = 30;
const SUMMARY_EVERY_MS = 3000;

/** Asks until the run has ended; a short outage of the API is waited out. */
export async function watchRun(
  api: ApiClient,
  id: string,
  language: Language,
  say: Say,
): Promise<RunView> {
  const shown = new Map<string, number>();
  let summaryAt = 0;
  let told = new Set<string>();
  let verifying = false;
  let paused = false;
  for (let misses = 0; ;) {
    let run: RunView;
    try {
      run = await api.get<RunView>(`/runs/${id}`);
      misses = 0;
    } catch (error) {
      // What the API refuses stays refused; only an outage ends by itself.
      const refused = error instanceof ApiProblem && error.status < 500;
      if (refused || ++misses > 120) throw error;
      await sleep(500);
      continue;
    }
    if (run.departments.length <= LIST_UP_TO) showDepartments(run, shown, language, say);
    else if (Date.now() - summaryAt >= SUMMARY_EVERY_MS) {
      summaryAt = Date.now();
      say(tell('departmentsMore', language, totals(run)) + remaining(run, language));
    }
    for (const line of waits(run, language)) if (!told.has(line)) say(line);
    told = new Set(waits(run, language));
    if (run.stage === 'verify' && !verifying) {
      verifying = true;
      say(tell('verifying', language));
    }
    if ((run.status === 'paused') !== paused) {
      paused = !paused;
      say(tell(paused ? 'paused' : 'resumed', language, { id }));
    }
    if (ENDED.includes(run.status)) return run;
    await sleep(run.departments.length > 300 ? 2000 : 250);
  }
}

/** How much there probably is and how long it may take; empty while that would be a guess. */
export function remaining({ live }: RunView, language: Language): string {
  if (!live || live.secondsLeft === null) return '';
  const { secondsLeft: seconds, perSecond: rate } = live;
  const { expected } = live.people;
  return tell('remaining', language, { seconds, rate, expected: expected ?? '?' });
}

/** What the run waits for, why, and until when. */
export function waits({ live }: RunView, language: Language): string[] {
  return (live?.waits ?? []).map(({ what, code, tries, until }) =>
    tell('waits', language, {
      ...{ what, code, tries, until: until?.slice(11, 19) ?? '–' },
      why: whyOf(code, language),
    }),
  );
}

/** What a code means; an API that is newer than this terminal may know more codes. */
function whyOf(code: string, language: Language): string {
  if (!Object.hasOwn(problemWords, code)) return '';
  return wordsOf(problem(code as ProblemCode), language).what;
}

function totals(run: RunView): Record<string, number> {
  const sum = (pick: (it: RunView['departments'][number]) => number): number =>
    run.departments.reduce((total, it) => total + pick(it), 0);
  return {
    departments: run.departments.filter((it) => it.status === 'read' || it.status === 'done')
      .length,
    people: sum((it) => it.people.read),
    changed: sum((it) => it.people.changed),
  };
}

function showDepartments(
  run: RunView,
  shown: Map<string, number>,
  language: Language,
  say: Say,
): void {
  for (const { id, name, status, people } of run.departments) {
    const read = status === 'read' || status === 'done';
    if (!read || shown.has(id)) continue;
    shown.set(id, people.read);
    say(tell('department', language, { name, people: people.read }));
  }
}

const PROBLEMS_SHOWN = 10;

/** The end of a run in words: status, counts, calls, problems with meaning and remedy. */
export function showEnd(run: RunView, language: Language, say: Say): void {
  const seconds = run.endedAt
    ? ((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)
    : '?';
  const count = run.problems.length;
  if (run.status === 'succeeded') say(tell('succeeded', language, { seconds }));
  else if (run.status === 'partly_succeeded') say(tell('partly', language, { seconds, count }));
  else say(tell(run.status === 'cancelled' ? 'cancelled' : 'failed', language));
  if (run.status === 'succeeded' || run.status === 'partly_succeeded') {
    if (!run.complete) say(tell('incomplete', language));
    const departments = { kind: tell('departmentsWord', language), ...run.counts.departments };
    say(tell('counts', language, departments));
    say(tell('counts', language, { kind: tell('peopleWord', language), ...run.counts.people }));
    const { source, targetReads: reads, targetWrites: writes } = run.calls;
    say(tell('calls', language, { source, reads, writes }));
  }
  for (const it of run.problems.slice(0, PROBLEMS_SHOWN)) showProblem(it, language, say);
  if (count > PROBLEMS_SHOWN) {
    say(tell('moreProblems', language, { count: count - PROBLEMS_SHOWN }));
  }
}

/** One problem: code, object, what happened, what it means, what to do, and the vendor's own words. */
export function showProblem(it: ProblemView, language: Language, say: Say): void {
  const object = it.object ? ` ${it.object.kind} ${it.object.id}` : '';
  say(`  ${it.code}${object}: ${it.message}`);
  say(`    ${tell('means', language, { text: it.means })}`);
  say(`    ${tell('remedy', language, { text: it.remedy })}`);
  const said = [it.vendorCode, it.vendorMessage].filter(Boolean).join(' ');
  if (said) say(`    ${tell('vendorSaid', language, { text: said })}`);
}
