/** The lane that writes departments, parents before children, as soon as the walk has found them. */
import type { QueuedDepartment } from '../store/documents.ts';
import { DepartmentTargets } from './department-targets.ts';
import { GateHolding } from './gate-holding.ts';
import { sideBySide, waitForOthers } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import { plannedOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { DepartmentRead } from './department-work.ts';
import { writeDepartments } from './write-departments.ts';

/** Departments claimed and settled together. */
const BATCH = 8;
/** Batches on the way at once: while one is claimed or settled, the others keep the target busy. */
const WIDTH = 3;

/** Departments next to each other in the queue, of which none is below another that is not settled yet. */
interface Flight {
  from: number;
  to: number;
  departments: QueuedDepartment[];
}

/** One step of the lane; `done` once the walk is over and every department is settled or listed as failed. */
export async function applyDepartments(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const { head } = await pass.frontier.lane(run, generation, 'applyDepartments');
  const step = new Step(pass, head);
  await sideBySide(WIDTH, () => step.take());
  if (step.through) {
    await pass.frontier.advance(run, generation, 'applyDepartments', step.head, { done: true });
  }
  const lane = await pass.frontier.lane(run, generation, 'applyDepartments');
  const walk = await pass.frontier.lane(run, generation, 'departments');
  const to = Math.min(lane.head + 5, walk.tail);
  const ahead = await pass.frontier.departments(pass.place, lane.head, to);
  const departments = step.names.map((name) => ({ name, pages: 0, people: 0, retries: 0, ms: 0 }));
  const handOver = (await step.planned?.handOver()) ?? [];
  return { done: lane.done, departments, next: ahead.map((it) => it.name), handOver };
}

class Step {
  readonly names: string[] = [];
  /** Everything before is settled. */
  head: number;
  /** The walk is over and nothing is left of it. */
  through = false;
  readonly #pass: Pass;
  readonly #targets: DepartmentTargets;
  readonly #gate: GateHolding;
  /** The plan that is carried out, when there is one. */
  readonly planned: Planned | undefined;
  #next: number;
  readonly #flights = new Set<Flight>();
  readonly #landed = new Map<number, Flight>();
  #advancing: Promise<void> = Promise.resolve();
  /**
   * Nothing is taken up any more: a flight failed or ran out of time, so that its children would find no
   * parent, or another attempt of this step has moved on.
   */
  #grounded = false;
  #someLanded: () => void = () => undefined;

  constructor(pass: Pass, head: number) {
    this.#pass = pass;
    this.#targets = new DepartmentTargets(pass);
    this.#gate = new GateHolding(pass);
    this.planned = plannedOf(pass);
    this.head = head;
    this.#next = head;
  }

  /** The next departments to write, as soon as their parents are settled; null at the end, or of the budget. */
  async take(): Promise<(() => Promise<void>) | null> {
    const { frontier, place, budget } = this.#pass;
    while (!budget.spent && !this.#grounded) {
      const walk = await frontier.lane(place.run, place.generation, 'departments');
      const flight = await this.#nextFlight(walk.tail);
      if (this.#grounded) return null;
      if (flight) {
        this.#next = flight.to;
        this.#flights.add(flight);
        return () => this.#fly(flight);
      }
      const ended = walk.done && this.#next >= walk.tail;
      if (ended && this.#flights.size === 0) {
        await this.#advancing;
        this.through = !this.#grounded && this.head >= walk.tail;
        return null;
      }
      if (ended || (this.#next < walk.tail && this.#flights.size > 0)) await this.#oneLanded();
      else await waitForOthers(this.#pass, 50);
    }
    return null;
  }

  async #nextFlight(tail: number): Promise<Flight | null> {
    const from = this.#next;
    const { frontier, place } = this.#pass;
    const ahead = await frontier.departments(place, from, Math.min(from + BATCH, tail));
    const open = new Set([...this.#flights].flatMap((it) => it.departments.map(({ id }) => id)));
    const departments: QueuedDepartment[] = [];
    for (const department of ahead) {
      if (department.parentId !== null && open.has(department.parentId)) break;
      open.add(department.id);
      departments.push(department);
    }
    return departments.length > 0 ? { from, to: from + departments.length, departments } : null;
  }

  async #fly(flight: Flight): Promise<void> {
    const pass = this.#pass;
    // Whoever is held by another writer holds up the lane: children must not overtake their parent.
    const { planned } = this;
    const options = { skipEqual: !planned, force: planned !== undefined, planned };
    const due = async (read: DepartmentRead[]): Promise<DepartmentRead[]> =>
      planned ? planned.due('department', read) : read;
    let landed = false;
    try {
      let open = await due(flight.departments.filter((it) => it.parentId !== null));
      while (open.length > 0 && !pass.budget.spent) {
        const again = await writeDepartments(pass, open, this.#targets, options, this.#gate);
        open = await due(again);
        if (open.length > 0) await waitForOthers(pass, 1000);
      }
      landed = open.length === 0;
    } finally {
      if (landed) this.#flights.delete(flight);
      else this.#grounded = true;
      this.#someLanded();
    }
    if (!landed) return;
    this.names.push(...flight.departments.map((it) => it.name));
    this.#landed.set(flight.from, flight);
    this.#advancing = this.#advancing.then(() => this.#advance());
    await this.#advancing;
  }

  /** The head passes what is settled, in order. */
  async #advance(): Promise<void> {
    let to = this.head;
    for (let it = this.#landed.get(to); it; it = this.#landed.get(to)) {
      this.#landed.delete(to);
      to = it.to;
    }
    if (to === this.head) return;
    const { run, generation } = this.#pass.place;
    const from = this.head;
    this.head = to;
    const { frontier } = this.#pass;
    const moved = await frontier.advance(run, generation, 'applyDepartments', from, { head: to });
    if (!moved) this.#grounded = true;
  }

  #oneLanded(): Promise<void> {
    return new Promise((resolve) => (this.#someLanded = resolve));
  }
}
