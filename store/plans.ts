/** Plans in MongoDB: one document a plan, one an object; what says who somebody is comes sealed and stays so. */
import { Binary } from 'mongodb';
import type { ObjectKind } from '../model/directory.ts';
import { emptyPlanCounts } from '../model/plan.ts';
import type { Plan, PlanCounts, PlanItem } from '../model/plan.ts';
import type { Collections, PlanDocument, PlanItemDocument } from './documents.ts';
import { guard, isDuplicateKey } from './database.ts';

export interface StoredItem extends PlanItem {
  /** Null for who needs no change. */
  sealed: Buffer | null;
}

export interface Plans {
  /** Keeps items; of several reads of one object the newest stays. */
  put(plan: string, items: StoredItem[]): Promise<void>;
  /** Items of objects by source id. */
  of(plan: string, kind: ObjectKind, ids: string[]): Promise<Map<string, StoredItem>>;
  /** Items with changes in the order of their place. @param after place behind which the list goes on */
  list(plan: string, limit: number, after?: string): Promise<(StoredItem & { place: string })[]>;
  count(plan: string): Promise<PlanCounts>;
  /** The plan is complete. */
  close(plan: Plan): Promise<void>;
  get(id: string): Promise<Plan | null>;
  /** True when the plan is this run's now: a plan is applied by one run. */
  take(id: string, run: string): Promise<boolean>;
}

const itemId = (plan: string, kind: ObjectKind, id: string): string =>
  `${plan}/${kind === 'department' ? 'd' : 'p'}/${id}`;
const within = (plan: string) => ({ $gte: `${plan}/`, $lt: `${plan}0` });

function toItem({
  kind,
  sourceId,
  number,
  before,
  leaders,
  ...more
}: PlanItemDocument): StoredItem {
  const { changes, sealed } = more;
  const bytes = sealed === null ? null : Buffer.from(sealed.buffer);
  const known = { kind, id: sourceId, number, before, changes, sealed: bytes };
  return leaders === undefined ? known : { ...known, leaders };
}

function toPlan({ _id, ...rest }: PlanDocument): Plan {
  return { id: _id, ...rest };
}

async function put(c: Collections, plan: string, items: StoredItem[]): Promise<void> {
  if (items.length === 0) return;
  const operations = items.map(({ id, sealed, ...item }) => ({
    replaceOne: {
      filter: { _id: itemId(plan, item.kind, id), number: { $lte: item.number } },
      replacement: {
        ...{ ...item, plan, sourceId: id },
        sealed: sealed === null ? null : new Binary(sealed),
      },
      upsert: true,
    },
  }));
  await guard(async () => {
    try {
      await c.planItems.bulkWrite(operations, { ordered: false });
    } catch (error) {
      // An upsert that finds a newer read there collides with it, and is not needed.
      if (!isDuplicateKey(error)) throw error;
    }
  });
}

async function count(c: Collections, plan: string): Promise<PlanCounts> {
  const counts = emptyPlanCounts();
  const items = c.planItems
    .find({ _id: within(plan) })
    .project<Pick<PlanItemDocument, 'kind' | 'changes' | 'number'>>({
      ...{ kind: 1, changes: 1, number: 1 },
    });
  for await (const { kind, changes, number } of items) {
    if (number > 0) counts[kind].read++;
    for (const change of changes) counts[kind][change]++;
  }
  return counts;
}

/** The plans of a database. */
export function createPlans(c: Collections): Plans {
  return {
    put: (plan, items) => put(c, plan, items),
    async of(plan, kind, ids) {
      const keys = ids.map((id) => itemId(plan, kind, id));
      const found = await guard(() => c.planItems.find({ _id: { $in: keys } }).toArray());
      return new Map(found.map((it) => [it.sourceId, toItem(it)]));
    },
    async list(plan, limit, after = '') {
      const from = after === '' ? within(plan) : { $gt: `${plan}/${after}`, $lt: `${plan}0` };
      const found = await guard(() =>
        c.planItems
          .find({ _id: from, changes: { $ne: [] } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map((it) => ({ ...toItem(it), place: it._id.slice(plan.length + 1) }));
    },
    count: (plan) => guard(() => count(c, plan)),
    async close({ id, ...rest }) {
      await guard(() => c.plans.replaceOne({ _id: id }, rest, { upsert: true }));
    },
    async get(id) {
      const found = await guard(() => c.plans.findOne({ _id: id }));
      return found ? toPlan(found) : null;
    },
    async take(id, run) {
      const free = { _id: id, appliedBy: { $in: [null, run] } };
      const taken = await guard(() => c.plans.updateOne(free, { $set: { appliedBy: run } }));
      return taken.matchedCount === 1;
    },
  };
}
