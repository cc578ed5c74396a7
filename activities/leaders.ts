/** The lane that sets the heads of departments, after their people are there; then it looks whether they are set. */
import type { TargetDepartment } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { changedLeaders } from '../plan/leaders.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import { persist, sideBySide } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import { plannedOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { keyOf, openPage } from './staged.ts';
import type { StagedPerson } from './staged.ts';

/** Writes on the way at once; at 150 ms a write four keep 20 calls a second busy. */
const WIDTH = 4;

/** A department of the source with who leads it there, and the number of the read that said so. */
export interface LedDepartment {
  id: string;
  number: number;
  lead: string[];
  complete: boolean;
}

/** One step of the lane: once through the departments to write, once more to compare. */
export async function applyLeaders(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const lane = await pass.frontier.lane(run, generation, 'leaders');
  if (lane.done) return { done: true, departments: [], next: [] };
  const { tail } = await pass.frontier.lane(run, generation, 'departments');
  const comparing = lane.page > 0;
  const there = await departmentsThere(pass);
  const planned = plannedOf(pass);
  let position = lane.head;
  await sideBySide(WIDTH, async () => {
    if (position >= tail || (position > lane.head && pass.budget.spent)) return null;
    const [department] = await pass.frontier.departments(pass.place, position, ++position);
    return async () => {
      const led = department ? await readLeaders(pass, department) : null;
      if (led) await follow(pass, led, there, { comparing, planned });
    };
  });
  const through = position >= tail;
  const to = through ? { head: 0, page: lane.page + 1, done: comparing } : { head: position };
  // Who was out of date when it was to be written is with its own sync already.
  const handOver = comparing ? [] : ((await planned?.handOver()) ?? []);
  await pass.frontier.advance(run, generation, 'leaders', lane.head, to);
  return { done: through && comparing, departments: [], next: [], handOver };
}

async function departmentsThere(pass: Pass): Promise<Map<string, TargetDepartment>> {
  const { organizationCode } = pass.connection.target;
  const all = await persist(pass, () => pass.reader.departments(organizationCode, pass.signal));
  return new Map(all.map((it) => [it.id, it]));
}

/** From the staged pages of the department; null for the organisation itself, whose heads are not followed. */
export async function readLeaders(pass: Pass, at: QueuedDepartment): Promise<LedDepartment | null> {
  if (at.parentId === null) return null;
  const people: StagedPerson[] = [];
  const { position } = at;
  const places = Array.from({ length: at.pages }, (_, page) => ({ position, page }));
  for (const page of await pass.frontier.pages(pass.place, places))
    people.push(...openPage(pass, page));
  // No pages: gone, or never read. That says nothing of anybody.
  const complete = at.pages > 0 && people.every((it) => it.leads !== undefined);
  const lead = people.filter((it) => it.leads?.includes(at.id)).map((it) => it.id);
  const number = Math.min(...people.map((it) => it.number));
  return people.length === 0 ? null : { id: at.id, number, lead, complete };
}

/** Writes the heads of one department where they differ, or lists it when that was done already. */
async function follow(
  pass: Pass,
  led: LedDepartment,
  there: Map<string, TargetDepartment>,
  { comparing, planned }: { comparing: boolean; planned: Planned | undefined },
): Promise<void> {
  const { connection } = pass;
  const link = (await pass.links.get(connection.id, 'department', [led.id])).get(led.id);
  const at = there.get(link?.targetId ?? '');
  // A newer read was settled by somebody else, whose business the heads are now.
  if (!link || !at || link.state !== 'present' || link.applied >= led.number) return;
  const leaderIds = await wanted(pass, led, at);
  if (!leaderIds) return;
  if (planned && !(await planned.setsLeaders(led.id, at.leaderIds))) return;
  const object = { kind: 'department' as const, id: led.id };
  if (comparing) {
    const differs = problem('TARGET_DIFFERS', { object, field: 'leaders' });
    await pass.runs.addProblems(pass.place.run, [{ problem: differs, object }]);
  } else await write(pass, led, leaderIds);
}

async function wanted(
  pass: Pass,
  { lead, complete }: LedDepartment,
  at: TargetDepartment,
): Promise<string[] | null> {
  const links = await pass.links.get(pass.connection.id, 'person', lead);
  const present = [...links.values()].filter((it) => it.state === 'present');
  const heads = { lead: present.flatMap((it) => it.targetId ?? []), complete };
  const isOurs = await oursAmong(pass, at.leaderIds);
  return changedLeaders(at.leaderIds, heads, isOurs);
}

export async function oursAmong(pass: Pass, ids: string[]): Promise<(id: string) => boolean> {
  const owners = await pass.correlation.owners(ids);
  return (id) => owners.get(id)?.connection === pass.connection.id;
}

/**
 * Under a claim, so that no older read is written over a newer one. The claim is given back with the
 * read that was settled before: nothing was learned of the department's name and place.
 * False when another writer holds the department, or the write ended unclear.
 */
async function write(pass: Pass, led: LedDepartment, leaderIds: string[]): Promise<boolean> {
  const { connection, times } = pass;
  const { organizationCode } = connection.target;
  const request = {
    kind: 'department' as const,
    sourceId: led.id,
    number: led.number,
    exists: true,
  };
  const claims = await pass.links.claim(connection.id, [request], times.claimMs);
  const [won] = claims.won.values();
  if (!won) return false;
  const giveBack = (link: Link) =>
    pass.links.settle(claims.token, [{ link, number: link.applied, set: {}, mark: null }]);
  const may = (ms: number): boolean => claims.remainingMs() - ms > times.longestWriteMs;
  const writer = pass.writer(() => may(0));
  try {
    const send = () => writer.updateDepartment(organizationCode, won.targetId ?? '', { leaderIds });
    await persist(pass, send, undefined, may);
  } catch (error) {
    const it = error instanceof ProblemError ? error.problem : null;
    // The claim is left to expire: the write may still come.
    if (it?.effect === 'unknown') return false;
    await giveBack(won);
    if (it?.kind !== 'data') throw error;
    const object = { kind: 'department' as const, id: led.id };
    await pass.runs.addProblems(pass.place.run, [{ problem: it, object }]);
    return true;
  }
  await giveBack(won);
  return true;
}

/**
 * The heads of a single department, as its own record names them, which is the whole truth.
 * False when another round is needed.
 */
export async function followLeaders(
  pass: Pass,
  { id, number, managerIds }: { id: string; number: number; managerIds: string[] },
): Promise<boolean> {
  const { organizationCode } = pass.connection.target;
  const key = keyOf(pass, id);
  const at = await persist(pass, () =>
    pass.reader.departmentByKey(organizationCode, key, pass.signal),
  );
  if (!at) return true;
  // The department was just settled under this read; only a newer one may stand in the way.
  const led = { id, number: number + 1, lead: managerIds, complete: true };
  const leaderIds = await wanted(pass, led, at);
  return leaderIds === null || write(pass, led, leaderIds);
}
