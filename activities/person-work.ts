/** One person on the way from a staged page to a settled link. */
import type { PersonFields } from '../model/directory.ts';
import type { Link, Prints, RunMark } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from '../model/run.ts';
import { diffPerson } from '../plan/diff.ts';
import type { PersonDifference } from '../plan/diff.ts';
import type { Pass } from './pass.ts';
import type { StagedPerson } from './staged.ts';

/** A person on the way to the target. */
export interface PersonItem {
  person: StagedPerson;
  /** Department and page under which the person is counted and verified. */
  department: string;
  page: string;
}

/** An item whose link is claimed, with what is known of the target and what differs. */
export interface PersonWork extends PersonItem {
  link: Link;
  /** Source ids of those of the person's departments that exist at the target. */
  departments: string[];
  base: {
    targetId: string;
    prints: Prints;
    departments: string[];
    /** Only when it was read at the target. */
    fields?: PersonFields;
  } | null;
  difference: PersonDifference;
  /** As the source has the person, before anything is left out. */
  wants: PersonFields;
  /** Identifiers that somebody else has: left out of what is written, and why. */
  omitted: Prints;
  omissions: Problem[];
  /** Set when the base was somebody's account before; with or without our key by now. */
  adopts?: 'with key' | 'without key';
}

/** Compares again after what is wanted, or what is there, has changed. */
export function compareAgain(work: PersonWork): void {
  const desired = { prints: work.person.prints, departments: work.departments };
  work.difference = diffPerson(desired, work.base ?? { prints: {}, departments: [] });
}

/** How this run accounts for the person; null when nothing is counted. */
export function markOf(
  pass: Pass,
  item: PersonItem,
  outcome: Outcome,
  why?: Problem,
): RunMark | null {
  if (!pass.counting) return null;
  const { department, page } = item;
  return { id: pass.place.run, outcome, department, page, ...(why ? { problem: why } : {}) };
}
