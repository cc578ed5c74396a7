/** Sends people into departments and out of them, one call per department. */
import { ProblemError } from '../model/problem.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { refusal } from './person-fates.ts';
import type { Channel, Fate } from './person-fates.ts';
import type { PersonWork } from './person-work.ts';

export async function memberships(
  pass: Pass,
  works: PersonWork[],
  way: 'enter' | 'leave',
  channel: Channel,
  targets: DepartmentTargets,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  const { organizationCode } = pass.connection.target;
  const { may } = channel;
  const verb = way === 'enter' ? 'addMembers' : 'removeMembers';
  const byDepartment = new Map<string, PersonWork[]>();
  for (const work of works) {
    for (const id of work.difference[way])
      byDepartment.set(id, [...(byDepartment.get(id) ?? []), work]);
  }
  await targets.load(byDepartment.keys());
  for (const [id, all] of byDepartment) {
    // An unclear write stays the last word: whatever came after it might commit before it.
    const members = all.filter((work) => fates.get(work) !== 'unclear');
    if (members.length === 0) continue;
    const target = targets.of(id);
    // A department that is not there any more has been left by everybody.
    if (target === undefined && way === 'leave') continue;
    if (target === undefined || !may(0)) {
      for (const work of members) fates.set(work, may(0) ? 'unclear' : 'released');
      continue;
    }
    const send = async (some: PersonWork[]): Promise<void> => {
      const ids = some.map((work) => work.base?.targetId ?? '');
      const call = (): Promise<void> => channel.writer[verb](organizationCode, target, ids);
      await persist(pass, call, undefined, may);
      for (const work of some) channel.begun.add(work);
    };
    await halving(members, send, fates);
  }
}

/** A refusal about data is looked for by halving, so that one person does not stop the others. */
async function halving(
  members: PersonWork[],
  send: (some: PersonWork[]) => Promise<void>,
  fates: Map<PersonWork, Fate>,
): Promise<void> {
  try {
    await send(members);
  } catch (error) {
    // The step was stopped before anything was sent.
    if (!(error instanceof ProblemError)) throw error;
    const why = error.problem;
    if (why.kind === 'data' && members.length > 1) {
      const middle = Math.ceil(members.length / 2);
      await halving(members.slice(0, middle), send, fates);
      await halving(members.slice(middle), send, fates);
      return;
    }
    const fate = why.kind === 'data' ? refusal(why) : 'unclear';
    for (const work of members) {
      fates.set(work, typeof fate === 'object' ? { ...fate, partly: true } : fate);
    }
    if (why.kind === 'config') throw error;
  }
}
