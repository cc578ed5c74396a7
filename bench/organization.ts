/** Generated organisations, and the least calls an import of one can make, worked out from the organisation alone. */
import { makeCompany } from '../sandbox/companies.ts';
import type { SourceDepartment, SourcePerson } from '../model/directory.ts';

export interface Organization {
  corpId: string;
  /** Without the root. */
  departments: SourceDepartment[];
  people: SourcePerson[];
}

/** The same organisation that the sandbox makes of these numbers. */
export function generated(
  people: number,
  departments: number,
  seed: number,
  number = 1,
): Organization {
  const { data } = makeCompany({ number, now: 0, generator: { people, departments, seed } });
  return {
    corpId: data.corpId,
    departments: data.departments
      .filter((it) => it.parentId !== 0)
      .map((it) => ({ id: String(it.id), parentId: String(it.parentId), name: it.name })),
    people: data.people.map((it) => ({
      id: it.userid,
      name: it.name,
      departmentIds: it.memberships.map(({ departmentId }) => String(departmentId)),
      active: it.active,
      ...(it.mobile !== undefined ? { mobile: it.mobile } : {}),
      ...(it.email !== undefined ? { email: it.email } : {}),
      ...(it.orgEmail !== undefined ? { orgEmail: it.orgEmail } : {}),
    })),
  };
}

export interface Minimum {
  /** Departments, the root included. */
  departments: number;
  /** Pages of at most 100 people, one at least for every department. */
  pages: number;
  source: number;
  target: number;
  /** Allowed beside the minimum, each kind by its name. */
  apart: { 'user/listid': number; verification: number };
}

/**
 * Least calls of a full import of clean data, by the formulas of the scorecard (docs/benchmarks.md):
 * `1 + D + Σmax(1,⌈n_d/100⌉)` at the source, `(D−1) + ⌈U/50⌉ + 1` at the target.
 */
export function minimumOf(organization: Pick<Organization, 'departments' | 'people'>): Minimum {
  const members = new Map<string, number>();
  for (const { departmentIds } of organization.people) {
    for (const id of departmentIds) members.set(id, (members.get(id) ?? 0) + 1);
  }
  const departments = organization.departments.length + 1;
  const full = [...members.values()].map((n) => Math.ceil(n / 100));
  const pages = departments - members.size + full.reduce((sum, n) => sum + n, 0);
  const batches = Math.ceil(organization.people.length / 50);
  return {
    departments,
    pages,
    source: 1 + departments + pages,
    target: departments - 1 + batches + 1,
    apart: { 'user/listid': full.filter((n) => n > 1).length, verification: batches + 2 },
  };
}

/** Seconds below which no import at these limits can be: both sides at once, each interface of the source apart. */
export function boundOf(least: Minimum, sourcePerSecond: number, targetPerSecond: number): number {
  const source = Math.max(least.departments, least.pages) / sourcePerSecond;
  return Math.max(source, (least.target + least.apart.verification) / targetPerSecond);
}
