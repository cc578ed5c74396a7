/** Departments of a plan: which are there, which would be taken over, and which cannot be made. */
import type { TargetDepartment } from '../model/directory.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { PlanChange } from '../model/plan.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { diffDepartment } from '../plan/diff.ts';
import { mapDepartment } from '../plan/mapping.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import type { StoredItem } from '../store/plans.ts';
import { foundByPath } from './adopt-department.ts';
import type { DepartmentTargets } from './department-targets.ts';
import type { Pass } from './pass.ts';
import { sealedItem } from './plan-detail.ts';
import { departmentPrint } from './planned.ts';
import { keyOf } from './staged.ts';

/** `own`: linked, or bears our key. `other`: there, and nobody's. Else to be made, or why that cannot be. */
type Place = { own: TargetDepartment } | { other: TargetDepartment } | { why: Problem } | 'new';

/** Looks departments up as applying the plan will find them; takes nothing. */
export class PlannedDepartments {
  readonly #pass: Pass;
  readonly #there: TargetDepartment[];
  readonly #root: string | undefined;
  readonly #places = new Map<string, Place>();

  /** @param root system id of the organisation's root; undefined when it is still to be made */
  constructor(pass: Pass, there: TargetDepartment[], root: string | undefined) {
    this.#pass = pass;
    this.#there = there;
    this.#root = root;
  }

  /** The department of the target that is this one, or will be. */
  async at(id: string): Promise<TargetDepartment | null> {
    const place = await this.#placeOf(id);
    if (place === 'new' || 'why' in place) return null;
    return 'own' in place ? place.own : place.other;
  }

  /** Says of departments that are not linked yet where people will find them; those that cannot be made are left out. */
  async tell(targets: DepartmentTargets, ids: Iterable<string>): Promise<void> {
    for (const id of ids) {
      if (targets.of(id) !== undefined) continue;
      const place = await this.#placeOf(id);
      if (place === 'new') targets.expect([id]);
      else if (!('why' in place))
        targets.takeOver(id, ('own' in place ? place.own : place.other).id);
    }
  }

  async item(queued: QueuedDepartment): Promise<StoredItem | null> {
    const { id, number, parentId } = queued;
    if (parentId === null) return null;
    const place = await this.#placeOf(id);
    const link = await this.#linkOf(id);
    const desired = mapDepartment(queued, parentId, link?.name);
    const said = { name: desired.name, fields: [], enter: [], leave: [] };
    const known = { kind: 'department' as const, id, number };
    const of = (changes: PlanChange[], found: TargetDepartment | null) => ({
      ...{ ...known, changes, before: departmentPrint(this.#pass.key, found) },
    });
    if (place === 'new') return sealedItem(this.#pass, of(['create'], null), said);
    if ('why' in place) {
      return sealedItem(this.#pass, of(['refused'], null), { ...said, problem: place.why });
    }
    if ('other' in place) return sealedItem(this.#pass, of(['adopt'], place.other), said);
    const { own } = place;
    const inPlace = own.parentId === (await this.#targetOf(parentId));
    const base = { name: own.name, parentId: inPlace ? parentId : '' };
    const { rename, move } = diffDepartment(desired, base);
    const changes: PlanChange[] = [...(rename ? ['rename' as const] : [])];
    if (move) changes.push('move');
    const fields = [
      ...(rename ? [{ field: 'name', before: own.name, after: desired.name }] : []),
      ...(move ? [{ field: 'parent', before: link?.parentId ?? null, after: parentId }] : []),
    ];
    return sealedItem(this.#pass, of(changes, own), { ...said, fields });
  }

  async #placeOf(id: string): Promise<Place> {
    const known = this.#places.get(id);
    if (known) return known;
    const place = await this.#find(id);
    this.#places.set(id, place);
    return place;
  }

  async #find(id: string): Promise<Place> {
    const link = await this.#linkOf(id);
    const key = keyOf(this.#pass, id);
    const own = this.#there.find((it) => it.id === link?.targetId || it.key === key);
    if (own) return { own };
    const queued = await this.#queued(id);
    if (!queued?.parentId || !this.#pass.connection.settings.adoptDepartmentsByPath) return 'new';
    const { parentId } = queued;
    const above = parentId === ROOT_DEPARTMENT ? 'new' : await this.#placeOf(parentId);
    if (above !== 'new' && 'why' in above) {
      return { why: problem('DATA_PARENT_MISSING', { object: { kind: 'department', id } }) };
    }
    const parent = await this.#targetOf(parentId);
    if (parent === undefined) return 'new';
    const desired = mapDepartment(queued, parentId);
    const found = await foundByPath(this.#pass, desired, parent, this.#there);
    if (found === null) return 'new';
    return 'effect' in found ? { why: found } : { other: found };
  }

  async #targetOf(id: string): Promise<string | undefined> {
    return id === ROOT_DEPARTMENT ? this.#root : (await this.at(id))?.id;
  }

  async #linkOf(id: string) {
    return (await this.#pass.links.get(this.#pass.connection.id, 'department', [id])).get(id);
  }

  async #queued(id: string): Promise<QueuedDepartment | undefined> {
    const { frontier, place } = this.#pass;
    const position = (await frontier.positions(place.run, place.generation, [id])).get(id);
    if (position === undefined) return undefined;
    return (await frontier.departments(place, position, position + 1))[0];
  }
}
