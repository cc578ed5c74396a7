/** The plan that a pass carries out: who is in it, whether it still fits, and who is left to their own sync instead. */
import type { ObjectKind, ObjectRef } from '../model/directory.ts';
import type { Link, Prints } from '../model/link.ts';
import { WRITTEN_CHANGES } from '../model/plan.ts';
import type { PlanChange, PlanItem } from '../model/plan.ts';
import { problem } from '../model/problem.ts';
import type { Frontier, Walk } from '../store/frontier.ts';
import type { ConnectionKey } from '../store/vault.ts';
import type { Pass } from './pass.ts';

/** What the target has of a department, or null; a fingerprint that changes when anything of it does. */
export function departmentPrint(
  key: ConnectionKey,
  found: { id: string; name: string; parentId: string | null } | null,
): string {
  return key.fingerprint(
    JSON.stringify(found && ['department', found.id, found.name, found.parentId]),
  );
}

/** The same of the heads a department has, in whatever order. */
export function leadersPrint(key: ConnectionKey, leaderIds: string[]): string {
  return key.fingerprint(JSON.stringify(['leaders', ...[...leaderIds].sort()]));
}

/** The same of a person: managed fields, and departments that are ours. */
export function personPrint(
  key: ConnectionKey,
  base: { targetId: string; prints: Prints; departments: string[] } | null,
): string {
  const all = base && [
    ...['person', base.targetId],
    ...Object.entries(base.prints)
      .map((pair) => pair.join(' '))
      .sort(),
    ...[...base.departments].sort(),
  ];
  return key.fingerprint(JSON.stringify(all));
}

/** Heads are set by a lane of their own, once people are there. */
const WRITTEN_HERE: readonly PlanChange[] = WRITTEN_CHANGES.filter((it) => it !== 'lead');

export class Planned {
  readonly #pass: Pass;
  readonly #plan: string;
  readonly #items = new Map<string, PlanItem>();
  readonly #late = new Map<string, ObjectRef>();

  constructor(pass: Pass, plan: string) {
    this.#pass = pass;
    this.#plan = plan;
  }

  /** Those that the plan changes, by the very read it was made from. */
  async due<T extends { id: string; number: number }>(kind: ObjectKind, read: T[]): Promise<T[]> {
    const ids = read.map((it) => it.id);
    const items = await this.#pass.plans.of(this.#plan, kind, ids);
    const links = await this.#pass.links.get(this.#pass.connection.id, kind, ids);
    return read.filter(({ id, number }) => {
      const item = items.get(id);
      if (item?.number !== number) return false;
      if (!item.changes.some((change) => WRITTEN_HERE.includes(change))) return false;
      this.#items.set(`${kind}/${id}`, item);
      return !this.#isSettled(kind, number, links.get(id));
    });
  }

  /** Settled by this run: nothing is left to do. By a newer read: the item is out of date. */
  #isSettled(kind: ObjectKind, number: number, link: Link | undefined): boolean {
    if (!link || link.applied < number) return false;
    if (link.run?.id !== this.#pass.place.run) this.skip({ kind, id: link.sourceId });
    return true;
  }

  /** Does the target still have what the item was planned against? If not, the item is out of date. */
  fits(object: ObjectRef, print: string): boolean {
    const fits = this.#items.get(`${object.kind}/${object.id}`)?.before === print;
    if (!fits) this.skip(object);
    return fits;
  }

  fitsDepartment(id: string, found: Parameters<typeof departmentPrint>[1]): boolean {
    return this.fits({ kind: 'department', id }, departmentPrint(this.#pass.key, found));
  }

  /** Are the heads of a department to be set, and are they still those that the plan was made against? */
  async setsLeaders(id: string, leaderIds: string[]): Promise<boolean> {
    const item = (await this.#pass.plans.of(this.#plan, 'department', [id])).get(id);
    if (!item?.changes.includes('lead')) return false;
    const fits = item.leaders === leadersPrint(this.#pass.key, leaderIds);
    if (!fits) this.skip({ kind: 'department', id });
    return fits;
  }

  skip(object: ObjectRef): void {
    this.#late.set(`${object.kind}/${object.id}`, object);
  }

  /** Lists those that were out of date; their own sync settles them. */
  async handOver(): Promise<ObjectRef[]> {
    const late = [...this.#late.values()];
    const why = late.map((object) => ({ problem: problem('PLAN_ITEM_LATE', { object }), object }));
    await this.#pass.runs.addProblems(this.#pass.place.run, why);
    return late;
  }
}

/** The plan this pass carries out, or undefined for a pass that reads for itself. */
export function plannedOf(pass: Pass): Planned | undefined {
  return pass.place.plan ? new Planned(pass, pass.place.plan.run) : undefined;
}

/** A frontier whose walk and pages are those of another run: they are read again, and not walked. */
export function walkedBefore(frontier: Frontier, walk: Walk): Frontier {
  const { run, generation } = walk;
  return {
    ...frontier,
    lane: (own, ofOwn, name) =>
      name === 'departments' || name === 'members'
        ? frontier.lane(run, generation, name)
        : frontier.lane(own, ofOwn, name),
    departments: (_at, from, to) => frontier.departments(walk, from, to),
    positions: (_run, _generation, ids) => frontier.positions(run, generation, ids),
    pages: (_at, places) => frontier.pages(walk, places),
    markApplied: (_run, _generation, pages) => frontier.markApplied(run, generation, pages),
  };
}
