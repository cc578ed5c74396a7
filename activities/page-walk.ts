/** Staged pages of people in the order of the walk, fetched several at a time: one round trip serves many. */
import type { Page } from '../store/frontier.ts';
import type { QueuedDepartment } from '../store/documents.ts';
import type { Pass } from './pass.ts';
import type { PersonItem } from './person-work.ts';
import { openPage } from './staged.ts';

/** Pages in memory at a time, of at most 100 people each. */
const PAGES_AT_ONCE = 8;
/** Departments looked at for them: pages that are opened again lie far apart. */
const DEPARTMENTS_AT_ONCE = 32;

/** Which departments a walk visits. */
export interface Positions {
  /** The next ones in order, at most so many; none when they are not there yet, `end` when there are no more. */
  ahead(most: number): Promise<number[] | 'end'>;
  /** The first of them is through. */
  advance(): void;
}

export interface WalkedPage extends Page {
  department: QueuedDepartment;
}

export class PageWalk {
  readonly #pass: Pass;
  readonly #positions: Positions;
  /** Pages of the department at the walk's place that are behind it. */
  page: number;

  constructor(pass: Pass, positions: Positions, page = 0) {
    this.#pass = pass;
    this.#positions = positions;
    this.page = page;
  }

  /** The next pages; null when they are not read yet, `end` when there are no more. */
  async next(): Promise<WalkedPage[] | 'end' | null> {
    const { frontier, place } = this.#pass;
    const positions = await this.#positions.ahead(DEPARTMENTS_AT_ONCE);
    if (positions === 'end') return 'end';
    const [first, last] = [positions[0], positions.at(-1)];
    if (first === undefined || last === undefined) return null;
    const asked = new Set(positions);
    const there = await frontier.departments(place, first, last + 1);
    const departments = there.filter((it) => asked.has(it.position));
    const { places, passed } = this.#choose(departments);
    const pages = await frontier.pages(place, places);
    const byPosition = new Map(departments.map((it) => [it.position, it]));
    const walked = pages.flatMap((it) => {
      const department = byPosition.get(it.position);
      return department ? [{ ...it, department }] : [];
    });
    return walked.length > 0 || passed > 0 ? walked : null;
  }

  /** Moves on by as many pages as are taken at once; a department that is still being read is waited for. */
  #choose(departments: QueuedDepartment[]): {
    places: { position: number; page: number }[];
    passed: number;
  } {
    const places: { position: number; page: number }[] = [];
    let passed = 0;
    for (const { position, pages, membersDone } of departments) {
      while (this.page < pages && places.length < PAGES_AT_ONCE) {
        places.push({ position, page: this.page++ });
      }
      if (this.page < pages || !membersDone) break;
      this.#positions.advance();
      this.page = 0;
      passed++;
    }
    return { places, passed };
  }
}

/** The people of a page. Throws SECRET_UNREADABLE when it was altered or belongs elsewhere. */
export function itemsOf(pass: Pass, walked: WalkedPage): PersonItem[] {
  const page = `${walked.position}/${walked.page}`;
  const department = walked.department.id;
  return openPage(pass, walked).map((person) => ({ person, department, page }));
}
