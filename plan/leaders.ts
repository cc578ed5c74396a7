/** The heads of a department at the target, worked out from those of the source. */

/** Heads as somebody read them at the source, in system ids of the target. */
export interface Heads {
  /** Those who are imported. */
  lead: string[];
  /** True when it is known of everybody else in the department that they do not lead it. */
  complete: boolean;
}

/**
 * All heads the department should have, or null when nothing is to change. Who is not ours stays, and
 * nobody is taken off on the word of a read that did not say who leads.
 */
export function changedLeaders(
  now: string[],
  { lead, complete }: Heads,
  isOurs: (id: string) => boolean,
): string[] | null {
  const stays = now.filter((id) => lead.includes(id) || !complete || !isOurs(id));
  const added = lead.filter((id) => !now.includes(id));
  return added.length === 0 && stays.length === now.length ? null : [...stays, ...added];
}
