/** Where departments of the source are at the target, looked up by link and remembered within a step. */
import type { Pass } from './pass.ts';

/** System ids of departments by source id; only what is settled at the target is known. */
export class DepartmentTargets {
  readonly #pass: Pass;
  readonly #known = new Map<string, string>();
  readonly #sources = new Map<string, string>();

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

  /** Looks up which of these departments of the target are linked. */
  async loadSources(targetIds: Iterable<string>): Promise<void> {
    const asked = [...new Set(targetIds)].filter((id) => !this.#sources.has(id));
    if (asked.length === 0) return;
    const found = await this.#pass.links.departmentsAt(this.#pass.connection.id, asked);
    for (const [targetId, id] of found) this.#sources.set(targetId, id);
  }

  /** One that is at the target and will be ours once the plan is applied. */
  takeOver(id: string, targetId: string): void {
    this.#known.set(id, targetId);
    this.#sources.set(targetId, id);
  }

  /** Departments that are not there and will be: a plan goes on as if they were. */
  expect(ids: Iterable<string>): void {
    for (const id of ids) if (!this.#known.has(id)) this.#known.set(id, `planned/${id}`);
  }

  /** Source id of a linked department of the target; undefined for a foreign one. */
  sourceOf(targetId: string): string | undefined {
    return this.#sources.get(targetId);
  }

  of(id: string): string | undefined {
    return this.#known.get(id);
  }
}
