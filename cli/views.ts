/** What the control API answers, as far as the terminal shows it. */
import type { EventRow } from '../model/event.ts';
import type { Run, RunDepartment } from '../model/run.ts';

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
}

export interface RunView extends Omit<Run, 'failure'> {
  departments: RunDepartment[];
  problems: ProblemView[];
  failure: ProblemView | null;
  /** While it runs. */
  live: {
    people: { written: number; expected: number | null };
    perSecond: number;
    secondsLeft: number | null;
    waits: { what: string; code: string; tries: number; until: string | null }[];
  } | null;
}

export interface EventView extends Omit<EventRow, 'problem'> {
  workflows: string[];
  problem: ProblemView | null;
}
