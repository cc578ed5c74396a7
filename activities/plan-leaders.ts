/** Heads of departments in a plan: worked out when everybody is planned, and noted with their department. */
import { changedLeaders } from '../plan/leaders.ts';
import { oursAmong, readLeaders } from './leaders.ts';
import type { LedDepartment } from './leaders.ts';
import type { Pass } from './pass.ts';
import { detailOf, sealedItem } from './plan-detail.ts';
import type { PlannedDepartments } from './plan-departments.ts';
import { leadersPrint } from './planned.ts';

/** Once through the departments; true when all are through. */
export async function planLeaders(pass: Pass, departments: PlannedDepartments): Promise<boolean> {
  const { run, generation } = pass.place;
  const lane = await pass.frontier.lane(run, generation, 'leaders');
  const { tail } = await pass.frontier.lane(run, generation, 'departments');
  let head = lane.head;
  while (head < tail && (head === lane.head || !pass.budget.spent)) {
    const [department] = await pass.frontier.departments(pass.place, head, ++head);
    const led = department ? await readLeaders(pass, department) : null;
    if (led) await keep(pass, led, departments);
  }
  await pass.frontier.advance(run, generation, 'leaders', lane.head, { head });
  return head >= tail;
}

async function keep(
  pass: Pass,
  led: LedDepartment,
  departments: PlannedDepartments,
): Promise<void> {
  const { key, connection, place } = pass;
  const item = (await pass.plans.of(place.run, 'department', [led.id])).get(led.id);
  if (!item || item.changes.includes('refused') || item.changes.includes('lead')) return;
  const now = (await departments.at(led.id))?.leaderIds ?? [];
  const lead = await headsToBe(pass, led.lead);
  const heads = { lead: [...lead.keys()], complete: led.complete };
  const then = changedLeaders(now, heads, await oursAmong(pass, now));
  if (!then) return;
  const owners = await pass.correlation.owners(now);
  const named = (ids: string[]): string =>
    ids.map((id) => lead.get(id) ?? owners.get(id)?.sourceId ?? id).join(', ');
  const { sealed: _, ...known } = item;
  const detail = detailOf(key, connection.id, place.run, item) ?? {
    ...{ name: (await departments.at(led.id))?.name ?? led.id, fields: [], enter: [], leave: [] },
  };
  const field = { field: 'leaders', before: named(now) || null, after: named(then) || null };
  const more = { leaders: leadersPrint(key, now), changes: [...item.changes, 'lead' as const] };
  const said = { ...detail, fields: [...detail.fields, field] };
  await pass.plans.put(place.run, [sealedItem(pass, { ...known, ...more }, said)]);
}

/** Source ids of those heads who are imported, by system id; who is still to be made has none of his own. */
async function headsToBe(pass: Pass, ids: string[]): Promise<Map<string, string>> {
  const items = await pass.plans.of(pass.place.run, 'person', ids);
  const links = await pass.links.get(pass.connection.id, 'person', ids);
  const there = ids.filter((id) => items.get(id)?.changes.includes('refused') === false);
  return new Map(
    there.map((id) => {
      const link = links.get(id);
      const at = link?.state === 'present' ? link.targetId : null;
      return [at ?? `planned/${id}`, id];
    }),
  );
}
