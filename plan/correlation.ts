/** Who is who: decides from the accounts that were found whether one of them is the person. */
import type { TargetStatus } from '../model/directory.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { CorrelationRule } from '../model/settings.ts';

/** An account of the target that a rule found. */
export interface Candidate {
  /** System id. */
  id: string;
  /** Its external id, or null. */
  key: string | null;
  status: TargetStatus;
  /** Whose link it has, of this connection or another. */
  owner: { connection: string; sourceId: string } | null;
}

/** What one rule found for one person. */
export interface Match {
  rule: CorrelationRule;
  candidates: Candidate[];
  /** Another person of the source has the same value. */
  shared: boolean;
}

export interface Self {
  connection: string;
  sourceId: string;
  key: string;
}

export type Decision =
  | { is: 'create' }
  /** The account bears our key already: there is nothing to adopt. */
  | { is: 'own'; id: string }
  | { is: 'adopt'; id: string }
  /** A person decides; `rules` found the accounts, `connection` is whose link one of them has. */
  | { is: 'conflict'; code: ProblemCode; rules: CorrelationRule[]; connection?: string };

/**
 * Never guesses: an account is taken only when all rules that find any find this one alone, when nobody
 * else at the source has the value it was found by, and when it is nobody's.
 */
export function correlate(self: Self, matches: Match[]): Decision {
  const found = matches.filter((it) => it.candidates.length > 0);
  const candidates = new Map(found.flatMap((it) => it.candidates).map((it) => [it.id, it]));
  const own = [...candidates.values()].find((it) => it.key === self.key);
  if (own) return { is: 'own', id: own.id };
  const [only, ...more] = candidates.values();
  if (!only) return { is: 'create' };
  const rules = found.map((it) => it.rule);
  const conflict = (code: ProblemCode): Decision => ({ is: 'conflict', code, rules });
  const { owner } = only;
  if (more.length > 0) return conflict('CORRELATION_SEVERAL');
  if (found.some((it) => it.shared)) return conflict('CORRELATION_SHARED');
  if (owner && owner.connection !== self.connection) {
    return { is: 'conflict', code: 'CORRELATION_ELSEWHERE', rules, connection: owner.connection };
  }
  if (owner && owner.sourceId !== self.sourceId) return conflict('CORRELATION_LINKED');
  if (only.key !== null) return conflict('CORRELATION_FOREIGN_KEY');
  if (only.status !== 'Activated') return conflict('CORRELATION_INACTIVE');
  return { is: 'adopt', id: only.id };
}

/** A department of the target at the place and of the name of one of the source. */
export interface DepartmentCandidate {
  id: string;
  /** Its own id or code there, whoever gave it. */
  key: string | null;
  owner: { connection: string; sourceId: string } | null;
}

export type DepartmentDecision =
  | { is: 'create' }
  | { is: 'adopt'; id: string }
  | { is: 'conflict'; code: ProblemCode; connection?: string };

/** One that is nobody's is taken over; those of this connection are other departments of the same name. */
export function correlateDepartment(
  connection: string,
  found: DepartmentCandidate[],
): DepartmentDecision {
  const [only, ...more] = found.filter((it) => it.owner?.connection !== connection);
  if (!only) return { is: 'create' };
  if (more.length > 0) return { is: 'conflict', code: 'DEPARTMENT_SEVERAL' };
  if (only.owner) {
    return { is: 'conflict', code: 'DEPARTMENT_ELSEWHERE', connection: only.owner.connection };
  }
  if (only.key !== null) return { is: 'conflict', code: 'DEPARTMENT_FOREIGN_KEY' };
  return { is: 'adopt', id: only.id };
}
