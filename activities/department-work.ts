/** One department on the way from its read to a settled link. */
import type { ObjectChange } from '../model/change.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import { isUncertain, linkId } from '../model/link.ts';
import type { Link, RunMark } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Outcome } from '../model/run.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { DesiredDepartment } from '../plan/mapping.ts';
import type { Settlement } from '../store/claims.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import type { Pass } from './pass.ts';

/** A department as it was read, with the number of that read. */
export type DepartmentRead = Pick<QueuedDepartment, 'id' | 'parentId' | 'name' | 'number'>;

export interface DepartmentWork {
  queued: DepartmentRead;
  desired: DesiredDepartment;
  link: Link;
  parentTarget: string;
  /** The link may not show what the target has. */
  doubted: boolean;
}

/** What the target has, or is known to have; null when the department must be created. */
export interface DepartmentBase {
  id: string;
  /** Found by our key in its code: it was there before us. */
  adopted?: boolean;
  name: string;
  parentId: string;
  /** System id of the parent, when it was read at the target. */
  at?: string | null;
}

export type DepartmentEnd =
  | { settlement: Settlement; change?: ObjectChange | null; thrown?: unknown; circle?: true }
  | { unclear: true };

export interface DepartmentSent {
  id: string;
  outcome: Outcome;
  adopted?: boolean;
}

export function isStructural(work: DepartmentWork, base: DepartmentBase | null): boolean {
  return base === null || base.parentId !== work.desired.parentId;
}

export function isSettledEqual(queued: DepartmentRead, link: Link | undefined): boolean {
  if (!link || link.targetId === null || link.state !== 'present') return false;
  if (link.claim !== null || isUncertain(link)) return false;
  const desired = mapDepartment(queued, queued.parentId ?? ROOT_DEPARTMENT, link.name);
  return link.name === desired.name && link.parentId === desired.parentId;
}

function mark(pass: Pass, queued: DepartmentRead, outcome: Outcome, why?: Problem): RunMark | null {
  if (!pass.counting) return null;
  return {
    id: pass.place.run,
    outcome,
    department: queued.parentId ?? ROOT_DEPARTMENT,
    page: '',
    ...(why ? { problem: why } : {}),
  };
}

export function equalMark(pass: Pass, queued: DepartmentRead, link: Link | undefined) {
  const _id = linkId(pass.connection.id, 'department', queued.id);
  const marked = link?.run?.id === pass.place.run;
  return { _id, number: queued.number, mark: marked ? null : mark(pass, queued, 'unchanged') };
}

export function failedAs(pass: Pass, queued: DepartmentRead, link: Link, why: Problem): Settlement {
  return { link, number: queued.number, set: {}, mark: mark(pass, queued, 'failed', why) };
}

/** The claim is given back without settling this read. */
export function givenBack({ link }: DepartmentWork): Settlement {
  return { link, number: link.applied, set: {}, mark: null };
}

export function settledAs(pass: Pass, work: DepartmentWork, result: DepartmentSent): Settlement {
  const { link, queued, desired } = work;
  const earlier = link.run?.id === pass.place.run ? link.run.outcome : null;
  const outcome = earlier === 'created' || earlier === 'adopted' ? earlier : result.outcome;
  return {
    link,
    number: queued.number,
    set: {
      targetId: result.id,
      state: 'present',
      name: desired.name,
      parentId: desired.parentId,
      ...(result.adopted ? { adopted: true } : {}),
    },
    mark: mark(pass, queued, outcome),
  };
}
