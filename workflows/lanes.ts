/** Lanes of a pass, side by side and step by step: they end together, wait while paused, and go on in a new history. */
import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LaneInput } from '../activities/index.ts';
import type { LaneResult } from '../activities/pass.ts';
import { lanes, notes } from './activities.ts';
import { steered } from './messages.ts';
import type { ImportInput, ImportProgress } from './messages.ts';

export type LaneName =
  | 'readDepartments'
  | 'readMembers'
  | 'plan'
  | 'applyDepartments'
  | 'applyPeople'
  | 'applyLeaders'
  | 'verify';

/** How a lane stands: through, paused or cancelled by a person, or ready to go on in a new history. */
type LaneEnd = 'done' | 'stopped' | 'drained';

/** A pass as its workflow leads it. */
export interface Walk {
  input: ImportInput;
  seen: ImportProgress;
  at: LaneInput;
  /** Continues the workflow as new; never returns. */
  renew(): Promise<never>;
}

/** Takes lanes to their end; returns once all of them are through. */
export async function takeThrough(walk: Walk, names: LaneName[]): Promise<void> {
  let open = names;
  while (open.length > 0) {
    const ends = await sideBySide(walk, open);
    open = open.filter((_, at) => ends[at] !== 'done');
    if (ends.includes('stopped')) await hold(walk.at, walk.seen);
    if (open.length > 0 && mustRenew(walk.input)) await walk.renew();
  }
}

/**
 * Waits while the run is paused. The store knows what is asked; the signal only says that it changed,
 * so one that is lost is sent again by the sweeper. A cancelled run waits here for Temporal's request.
 */
export async function hold(
  ref: { run: string; connection: string },
  seen: ImportProgress,
): Promise<void> {
  let changed = false;
  setHandler(steered, () => void (changed = true));
  for (;;) {
    changed = false;
    const asked = await notes.holdRun.executeWithOptions({ summary: 'paused?' }, [ref]);
    seen.paused = asked === 'pause';
    setCurrentDetails(details(seen));
    if (asked === null) return;
    // Cancelled before its workflow was there, or closed by somebody else: nothing is left to do.
    if (asked === 'ended') throw ApplicationFailure.nonRetryable('ended', 'RUN_SUPERSEDED');
    await condition(() => changed);
  }
}

/**
 * The lanes together. The first that fails stops the others; so does the first that is paused or ends for a new
 * history, because they may be waiting for what it would bring. All have ended when this returns or throws: nobody
 * counts what a run did while its steps still write.
 */
async function sideBySide(walk: Walk, names: LaneName[]): Promise<LaneEnd[]> {
  const failures: unknown[] = [];
  let renewing = false;
  const ends = await CancellationScope.cancellable(() => {
    const scope = CancellationScope.current();
    const ended = (end: LaneEnd): LaneEnd => {
      // A pause that is over before the others saw it: they would wait for ever for what the stopped one brings.
      const all = end === 'drained' || (end === 'stopped' && patched('a pause stops all lanes'));
      if (all && !renewing) {
        renewing = true;
        scope.cancel();
      }
      return end;
    };
    const failed = (error: unknown): LaneEnd => {
      if (!renewing || !isCancellation(error)) failures.push(error);
      scope.cancel();
      return 'drained';
    };
    return Promise.all(names.map((name) => runLane(walk, name).then(ended, failed)));
  });
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled');
  if (failures.length > 0) throw failures[0];
  return ends;
}

/** Steps of one lane until it is through, or has to end for now. */
async function runLane({ input, at, seen }: Walk, name: LaneName): Promise<LaneEnd> {
  let summary: string = words[name];
  for (;;) {
    const result = await lanes[name].executeWithOptions({ summary }, [at]);
    add(seen, name, result);
    setCurrentDetails(details(seen));
    if (result.done) return 'done';
    if (result.stopped) return 'stopped';
    if (mustRenew(input)) return 'drained';
    summary = summaryOf(words[name], result.next, input.hideNames);
  }
}

function mustRenew(input: ImportInput): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= input.continueAfterEvents;
}

const words = {
  readDepartments: 'read departments',
  readMembers: 'read people',
  plan: 'plan',
  applyDepartments: 'write departments',
  applyPeople: 'write people',
  applyLeaders: 'write heads of departments',
  verify: 'verify',
} as const;

/** At most 400 bytes in Temporal; names of departments are cut long before. */
function summaryOf(what: string, next: string[], hideNames: boolean): string {
  const [head, ...more] = next;
  if (head === undefined || hideNames) return what;
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return `${what}: ${head.slice(0, 60)}${rest}`;
}

function add(seen: ImportProgress, name: LaneName, result: LaneResult): void {
  const people = result.departments.reduce((sum, it) => sum + it.people, 0);
  if (name === 'readDepartments') seen.departmentsRead += result.departments.length;
  if (name === 'readMembers') seen.peopleRead += people;
  if (name === 'applyPeople') seen.peopleApplied += people;
}

/** The workflow's current details, as the Temporal UI shows them. */
export function details(seen: ImportProgress): string {
  const rows = [
    ['departments read', seen.departmentsRead],
    ['people read', seen.peopleRead],
    ['people written or equal', seen.peopleApplied],
  ];
  const head = seen.paused ? '| paused | |' : '| | |';
  return [head, '|---|---|', ...rows.map(([name, n]) => `| ${name} | ${n} |`)].join('\n');
}
