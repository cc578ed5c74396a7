/** Feeds the writing lane: opens staged pages in order and hands out full batches of people to be written. */
import type { DepartmentTargets } from './department-targets.ts';
import { waitForOthers } from './pass.ts';
import type { Pass } from './pass.ts';
import type { PersonItem } from './person-work.ts';
import { openPage } from './staged.ts';
import { sortPeople } from './write-people.ts';
import type { PersonEnd } from './write-people.ts';

/** The target takes at most 50 people a call. */
const BATCH = 50;

interface FedPage {
  position: number;
  page: number;
  /** People without an end; at 0 the page is applied. */
  left: number;
  /** Someone must be taken up again, so the page stays open. */
  again: boolean;
}

interface Fed {
  item: PersonItem;
  page: FedPage;
}

/** Where the feed gets its departments from: positions in order, `end` when there are no more. */
export interface Positions {
  /** The position at which the feed stands. */
  at(): number | 'end' | Promise<number | 'end'>;
  /** The department there is through. */
  advance(): void;
}

/** People of at most a few pages are in memory at a time. */
export class PeopleFeed {
  readonly #pass: Pass;
  readonly #targets: DepartmentTargets;
  readonly #positions: Positions;
  readonly #final: boolean;
  /** Departments by name with the people they brought, for the history. */
  readonly report = new Map<string, number>();
  /** Positions with people who must be taken up again. */
  readonly again = new Set<number>();
  #page = 0;
  #waiting: Fed[] = [];
  /** Ids in batches under way, so that one person is never in two at once. */
  readonly #busy = new Set<string>();
  ended = false;

  /** @param final all departments are written: who still misses one goes without it */
  constructor(pass: Pass, targets: DepartmentTargets, positions: Positions, final: boolean) {
    this.#pass = pass;
    this.#targets = targets;
    this.#positions = positions;
    this.#final = final;
  }

  /** The next batch; empty at the end, and when the budget is spent and nobody waits any more. */
  async batch(): Promise<Fed[]> {
    while (this.#waiting.length < BATCH && !this.ended && !this.#pass.budget.spent) {
      // Only full batches are sent until the end is in sight: fewer calls, and the same time.
      if (!(await this.#openNextPage())) await waitForOthers(this.#pass);
    }
    const batch: Fed[] = [];
    const rest: Fed[] = [];
    for (const fed of this.#waiting) {
      const id = fed.item.person.id;
      if (batch.length < BATCH && !this.#busy.has(id)) {
        batch.push(fed);
        this.#busy.add(id);
      } else rest.push(fed);
    }
    this.#waiting = rest;
    return batch;
  }

  /** Takes the ends of a batch; pages of which everybody is settled are marked as applied. */
  async settle(batch: Fed[], ends: Map<PersonItem, PersonEnd>): Promise<void> {
    for (const { item, page } of batch) {
      this.#busy.delete(item.person.id);
      page.left--;
      if (ends.get(item) !== 'settled') page.again = true;
    }
    await this.#mark([...new Set(batch.map((it) => it.page))]);
  }

  /** A batch that failed as a whole: its people are free for another batch. */
  release(batch: Fed[]): void {
    for (const { item } of batch) this.#busy.delete(item.person.id);
  }

  async #mark(pages: FedPage[]): Promise<void> {
    const { run, generation } = this.#pass.place;
    const through = pages.filter((page) => page.left === 0);
    for (const page of through) if (page.again) this.again.add(page.position);
    const applied = through.filter((page) => !page.again);
    await this.#pass.frontier.markApplied(run, generation, applied);
  }

  /** Opens the page at the feed's place; false when it is not read yet. */
  async #openNextPage(): Promise<boolean> {
    const { frontier, place } = this.#pass;
    const position = await this.#positions.at();
    if (position === 'end') {
      this.ended = true;
      return true;
    }
    const [department] = await frontier.departments(place, position, position + 1);
    if (!department) return false;
    if (this.#page < department.pages) {
      const [page] = await frontier.pages(place, position, this.#page, this.#page + 1);
      if (page && !page.applied) {
        const people = openPage(this.#pass, page);
        const at = `${position}/${this.#page}`;
        const items = people.map((person) => ({ person, department: department.id, page: at }));
        await this.#take(items, { position, page: this.#page, left: 0, again: false });
        this.report.set(department.name, (this.report.get(department.name) ?? 0) + people.length);
      }
      this.#page++;
      return true;
    }
    if (!department.membersDone) return false;
    this.#positions.advance();
    this.#page = 0;
    return true;
  }

  /** Only people with something to write take a place in a batch. */
  async #take(items: PersonItem[], page: FedPage): Promise<void> {
    const options = { final: this.#final, force: false, skipEqual: true };
    const { open, waiting } = await sortPeople(this.#pass, items, this.#targets, options);
    page.left = open.length;
    page.again = waiting.length > 0;
    for (const item of open) this.#waiting.push({ item, page });
    if (open.length === 0) await this.#mark([page]);
  }
}
