/** What a plan says of one object: sealed where it is made, and opened only to be shown. */
import type { PlanDetail, PlanItem } from '../model/plan.ts';
import type { StoredItem } from '../store/plans.ts';
import type { ConnectionKey } from '../store/vault.ts';
import type { Pass } from './pass.ts';

/** What a detail is bound to: it opens nowhere else. */
const placeOf = (connection: string, plan: string, { kind, id }: Pick<PlanItem, 'kind' | 'id'>) =>
  `plans/${connection}/${plan}/${kind}/${id}`;

/** An item of the plan that this pass makes. */
export function sealedItem(pass: Pass, item: PlanItem, detail: PlanDetail): StoredItem {
  const place = placeOf(pass.connection.id, pass.place.run, item);
  return { ...item, sealed: item.changes.length === 0 ? null : pass.key.seal(detail, place) };
}

/** Null for who needs no change. Throws SECRET_UNREADABLE. */
export function detailOf(
  key: ConnectionKey,
  connection: string,
  plan: string,
  { sealed, ...item }: StoredItem,
): PlanDetail | null {
  return sealed && (key.open(sealed, placeOf(connection, plan, item)) as PlanDetail);
}
