/** Where departments of the source are at the target, looked up by link and remembered within a step. */
import type { Pass } from './pass.ts';

/** System ids of departments by source id; only what is settled at the target is known. */
export class DepartmentTargets {
  readonly #pass: Pass;
  readonly #known = new Map<string, string>();

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  /** Looks up those not known yet. */
  async load(ids: Iterable<string>): Promise<void> {
    const asked = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (asked.length === 0) return;
    const links = await this.#pass.links.get(this.#pass.connection.id, 'department', asked);
    for (const [id, link] of links) {
      if (link.targetId !== null && link.state === 'present') this.#known.set(id, link.targetId);
    }
  }

  of(id: string): string | undefined {
    return this.#known.get(id);
  }
}
