/** Whether what a pass has read can be the whole of it; every doubt names its check and its place. */
import type { DepartmentId, ObjectRef } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';

/** What a pass has met, and what of ours it has not. */
export interface Reading {
  /** Not over a branch alone, which people leave for others every day. */
  overAll: boolean;
  /** The app's scope was the same at the beginning and at the end. */
  scopeKept: boolean;
  /** People of the whole company as the source counts them; null where it is not comparable. */
  counted: number | null;
  met: { departments: number; people: number };
  missing: { departments: number; people: number };
  /** The department under which most of what is missing stood. */
  place: DepartmentId;
}

/** None when the read is proved whole. Only then may anything be planned for removal. */
export function doubts(reading: Reading): Problem[] {
  const { scopeKept, met, missing, place } = reading;
  const found: Problem[] = [];
  if (!scopeKept) found.push(at('READ_SCOPE_CHANGED', place));
  if (met.people === 0 && missing.people > 0) found.push(at('READ_EMPTY', place));
  else if (reading.overAll && hasShrunk(reading)) {
    const expected = met.people + missing.people + met.departments + missing.departments;
    found.push(at('READ_SHRUNK', place, { expected, found: met.people + met.departments }));
  }
  const { counted } = reading;
  if (counted !== null && !isPlausible(counted, reading)) {
    found.push(at('READ_COUNT_DIFFERS', place, { expected: counted, found: met.people }));
  }
  return found;
}

/** More than half is never taken for gone, whatever the counts say. */
function hasShrunk({ met, missing }: Reading): boolean {
  return missing.people > met.people || missing.departments > met.departments;
}

/**
 * People come and go while a pass reads, so the count may be off by a few. But when somebody is missing and
 * the source counts more people than were read, the missing ones may be those.
 */
function isPlausible(counted: number, { met, missing }: Reading): boolean {
  const slack = Math.max(3, Math.floor(counted / 100));
  if (counted > met.people && missing.people > 0) return false;
  return Math.abs(counted - met.people) <= slack;
}

/** A list of ids that lacks people whom the pages of the same department have brought. */
export function contradicts(listed: ReadonlySet<string>, brought: Iterable<string>): boolean {
  const all = [...brought];
  const lacking = all.filter((id) => !listed.has(id)).length;
  return lacking > Math.max(3, Math.floor(all.length / 100));
}

/** A listed problem of a department that says that something of it was not read. */
export function saysIncomplete({ code }: Problem, object: ObjectRef | undefined): boolean {
  if (object?.kind !== 'department') return false;
  // A record without a usable id may be anybody's.
  return /^(READ|SOURCE)_/.test(code) || code === 'DATA_RECORD_UNREADABLE';
}

function at(
  code: ProblemCode,
  id: DepartmentId,
  numbers: { expected?: number; found?: number } = {},
): Problem {
  return problem(code, { object: { kind: 'department', id }, ...numbers });
}
