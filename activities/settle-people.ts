/** What is settled of people whose writes were sent. */
import type { Outcome } from '../model/run.ts';
import type { Settlement } from '../store/claims.ts';
import type { Pass } from './pass.ts';
import type { Fate } from './person-fates.ts';
import { markOf } from './person-work.ts';
import type { PersonWork } from './person-work.ts';

/** Given back without an end. */
export function releaseOf({ link }: PersonWork, begun: boolean): Settlement {
  return { link, number: link.applied, set: {}, mark: null, ...(begun ? { unclear: true } : {}) };
}

/** What is settled of who has an end. */
export function settlementOf(
  pass: Pass,
  work: PersonWork,
  fate: Exclude<Fate, string>,
  begun: boolean,
): Settlement {
  const { link, person } = work;
  if ('refused' in fate) {
    const mark = markOf(pass, work, 'failed', fate.refused);
    const partly = fate.partly === true || begun ? { unclear: true } : {};
    return { link, number: person.number, set: {}, mark, ...partly };
  }
  const earlier = link.run?.id === pass.place.run ? link.run.outcome : null;
  const mark = markOf(pass, work, more(earlier, fate.outcome));
  // Removals wait for the safeguard: who would leave a department stays in it, and it is listed.
  const held = pass.leaving === 'hold' ? work.difference.leave : [];
  if (mark && held.length > 0) mark.held = held;
  const departments = [...new Set([...work.departments, ...held])];
  // What the source leaves empty stays as it is at the target, so it stays known as well.
  const prints = { ...work.base?.prints, ...person.prints };
  return {
    link,
    number: person.number,
    set: {
      ...{ targetId: fate.targetId, state: 'present', prints, departments },
      ...(work.adopts ? { adopted: true } : {}),
      ...omittedOf(work),
    },
    mark,
  };
}

/** Who is in several departments is met several times; what the run did to them counts, not what came last. */
function more(earlier: Outcome | null, outcome: Outcome): Outcome {
  if (earlier === 'created' || earlier === 'adopted') return earlier;
  const changed = earlier === 'updated' || earlier === 'moved';
  return changed && outcome === 'unchanged' ? earlier : outcome;
}

/** What the person goes without is remembered until they have it. */
function omittedOf({ link, omitted }: PersonWork): Settlement['set'] {
  const any = Object.keys(omitted).length + Object.keys(link.omitted ?? {}).length > 0;
  return any ? { omitted } : {};
}
