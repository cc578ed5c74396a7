/** Feeds the writing lane: opens staged pages in order and hands out full batches of people to be written. */
import type { DepartmentTargets } from './department-targets.ts';
import { waitForOthers } from './pass.ts';
import { itemsOf, PageWalk } from './page-walk.ts';
import type { Positions } from './page-walk.ts';
import type { Pass } from './pass.ts';
import type { PersonItem } from './person-work.ts';
import type { Planned } from './planned.ts';
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

/** People of at most a few pages are in memory at a time. */
export class PeopleFeed {
  readonly #pass: Pass;
  readonly #targets: DepartmentTargets;
  readonly #walk: PageWalk;
  readonly #final: boolean;
  readonly #planned: Planned | undefined;
  /** Departments by name with the people they brought, for the history. */
  readonly report = new Map<string, number>();
  /** Positions with people who must be taken up again. */
  readonly again = new Set<number>();
  #waiting: Fed[] = [];
  /** Ids in batches under way, so that one person is never in two at once. */
  readonly #busy = new Set<string>();
  ended = false;

  /**
   * @param positions departments in order
   * @param final all departments are written: who still misses one goes without it
   */
  constructor(
    pass: Pass,
    targets: DepartmentTargets,
    positions: Positions,
    final: boolean,
    planned?: Planned,
  ) {
    this.#planned = planned;
    this.#pass = pass;
    this.#targets = targets;
    this.#walk = new PageWalk(pass, positions);
    this.#final = final;
  }

  /** The next batch; empty at the end, and when the budget is spent and nobody waits any more. */
  async batch(): Promise<Fed[]> {
    while (this.#waiting.length < BATCH && !this.ended && !this.#pass.budget.spent) {
      // Only full batches are sent until the end is in sight: fewer calls, and the same time.
      if (!(await this.#openNextPages())) await waitForOthers(this.#pass);
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

  /** Opens the next pages; false when they are not read yet. */
  async #openNextPages(): Promise<boolean> {
    const walked = await this.#walk.next();
    if (walked === null) return false;
    if (walked === 'end') {
      this.ended = true;
      return true;
    }
    const items = new Map<PersonItem, FedPage>();
    const pages: FedPage[] = [];
    for (const it of walked.filter((page) => !page.applied)) {
      const { position, page, department } = it;
      const fed = { position, page, left: 0, again: false };
      const people = itemsOf(this.#pass, it);
      for (const item of people) items.set(item, fed);
      pages.push(fed);
      this.report.set(department.name, (this.report.get(department.name) ?? 0) + people.length);
    }
    await this.#take(items, pages);
    return true;
  }

  /** Only people with something to write take a place in a batch. */
  async #take(items: Map<PersonItem, FedPage>, pages: FedPage[]): Promise<void> {
    const planned = this.#planned;
    const options = { final: this.#final, force: false, skipEqual: !planned };
    const all = [...items.keys()];
    const due = await planned?.due(
      'person',
      all.map((it) => it.person),
    );
    const own = due ? all.filter((it) => due.includes(it.person)) : all;
    const sorted = await sortPeople(this.#pass, own, this.#targets, options);
    for (const item of sorted.waiting) (items.get(item) as FedPage).again = true;
    for (const item of sorted.open) {
      const page = items.get(item) as FedPage;
      page.left++;
      this.#waiting.push({ item, page });
    }
    await this.#mark(pages.filter((page) => page.left === 0));
  }
}
