/** The link between one source object and its target object: what was settled last, and who writes now. */
import type { ObjectKind } from './directory.ts';
import type { Problem } from './problem.ts';
import type { Outcome } from './run.ts';

/** The right to write one object until a moment of database time; at `until` it is dead. */
export interface Claim {
  token: string;
  until: Date;
}

/** What a run did to the object; written together with the link, so that counting is exact after any crash. */
export interface RunMark {
  id: string;
  outcome: Outcome;
  /** The department under which this run read the object; a department's own parent. */
  department: string;
  /** Position in the walk of the page that brought the object, so that verification asks once. */
  page: string;
  problem?: Problem;
  /** Departments the person would leave; removals wait for the safeguard. */
  held?: string[];
}

/** Fingerprints by field name: keyed hashes, so that the link itself holds nothing personal. */
export type Prints = Record<string, string>;

export interface Link {
  /** "{connection}/d/{sourceId}" or "{connection}/p/{sourceId}". */
  _id: string;
  connection: string;
  kind: ObjectKind;
  sourceId: string;
  /** System id at the target; null until a write was confirmed. */
  targetId: string | null;
  state: 'new' | 'present' | 'tombstone';
  /** Found at the target and taken over, not created by us. */
  adopted: boolean;
  /** Number of the read that was settled last. */
  applied: number;
  /** Number of the last read under which the object was claimed, or skipped as equal, as existing. */
  seen: number;
  /** Claims opened and, of these, the last one settled: a gap of two tells that one ended unclear. */
  opened: number;
  settled: number;
  claim: Claim | null;
  prints: Prints;
  /** People only: identifiers that the source wants and somebody else has; they are not among `prints`. */
  omitted?: Prints;
  /** People only: identifiers the account had until they were handed on to who has them now. */
  had?: Prints;
  /** Departments only, as settled; names of departments are not personal. */
  name?: string;
  parentId?: string;
  /** Departments only: the contents were read by a pass, or handed over. */
  listed?: boolean;
  /** People only: source ids of the managed departments the person is in, as settled. */
  departments?: string[];
  run: RunMark | null;
}

export function linkId(connection: string, kind: ObjectKind, sourceId: string): string {
  return `${connection}/${kind === 'department' ? 'd' : 'p'}/${sourceId}`;
}

/** True when a claim ended without a definite reply, so that the link may not show what the target has. */
export function isUncertain(link: Link): boolean {
  return link.opened - link.settled > (link.claim ? 1 : 0);
}
