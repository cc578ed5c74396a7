/** A small MongoDB in memory: the part of its language that the store speaks, over virtual time. */
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import type { Collections } from '../../store/documents.ts';
import type { Process, Simulation, Trip } from './simulation.ts';
import { apply, clone, matches, pathOf } from './documents.ts';
import type { Doc, Filter, Update } from './documents.ts';

interface UpdateOptions {
  upsert?: boolean;
}

type Operation =
  | { updateOne: { filter: Filter; update: Update; upsert?: boolean } }
  | { replaceOne: { filter: Filter; replacement: Doc; upsert?: boolean } };

/** The documents of one collection; lives through the death of every process. */
export class Table {
  readonly documents = new Map<string, Doc>();
  readonly #date: () => Date;

  constructor(date: () => Date) {
    this.#date = date;
  }

  /** In the order of `_id` only where it is asked for: tables are small. */
  find(filter: Filter): Doc[] {
    const id: unknown = filter['_id'];
    if (typeof id === 'string') {
      const found = this.documents.get(id);
      return found && matches(found, filter) ? [found] : [];
    }
    if (isIn(id)) {
      const found: Doc[] = [];
      for (const one of new Set(id.$in)) {
        const it = this.documents.get(one);
        if (it && matches(it, filter)) found.push(it);
      }
      return found;
    }
    return [...this.documents.values()].filter((it) => matches(it, filter));
  }

  insert(document: Doc): void {
    const id = document['_id'] as string;
    if (this.documents.has(id)) throw duplicate();
    this.documents.set(id, clone(document));
  }

  update(filter: Filter, update: Update, upsert: boolean): { matched: number; after: Doc | null } {
    const [found] = this.find(filter);
    if (found) {
      apply(found, update, this.#date(), false);
      return { matched: 1, after: found };
    }
    if (!upsert) return { matched: 0, after: null };
    const fresh: Doc = equalities(filter);
    apply(fresh, update, this.#date(), true);
    this.insert(fresh);
    return { matched: 0, after: this.documents.get(fresh['_id'] as string) ?? null };
  }

  replace(filter: Filter, replacement: Doc, upsert: boolean): number {
    const [found] = this.find(filter);
    const id = found?.['_id'] ?? filter['_id'];
    if (!found && !upsert) return 0;
    const fresh = { ...clone(replacement), _id: id };
    if (found) this.documents.set(id as string, fresh);
    else this.insert(fresh);
    return found ? 1 : 0;
  }

  /** Says how many documents it matched. */
  perform(operation: Operation): number {
    if ('updateOne' in operation) {
      const { filter, update, upsert = false } = operation.updateOne;
      return this.update(filter, update, upsert).matched;
    }
    const { filter, replacement, upsert = false } = operation.replaceOne;
    return this.replace(filter, replacement, upsert);
  }
}

const isIn = (it: unknown): it is { $in: string[] } =>
  typeof it === 'object' && it !== null && '$in' in it;

const duplicate = (): MongoServerError =>
  new MongoServerError({ message: 'duplicate', code: 11000 });

function equalities(filter: Filter): Doc {
  const fresh: Doc = {};
  for (const [name, value] of Object.entries(filter)) {
    const plain = typeof value !== 'object' || value === null || value instanceof Date;
    if (!name.startsWith('$') && plain) fresh[name] = value;
  }
  return fresh;
}

/** How a request to the database goes wrong; it may have been done all the same. */
export interface StoreFault {
  /** 'before': nothing was done. 'after': done, and nobody was told. */
  lost: 'before' | 'after';
}

export interface StoreWorld {
  simulation: Simulation;
  tables: Record<keyof Collections, Table>;
  fault: (trip: Trip) => StoreFault | null;
  /** Milliseconds there, and back. */
  latency: () => number;
  /** True when a bulk write is carried out in two pieces with time between them. */
  splits: () => boolean;
}

export function emptyTables(date: () => Date): Record<keyof Collections, Table> {
  const table = (): Table => new Table(date);
  return {
    ...{ connections: table(), tokens: table(), apiTokens: table(), values: table() },
    ...{ links: table(), numbers: table(), gates: table(), budgets: table(), adoptions: table() },
    ...{ runs: table(), problems: table(), summaries: table(), changes: table() },
    ...{ lanes: table(), queue: table(), seen: table(), pages: table() },
    ...{ inbox: table(), events: table(), callbacks: table(), feeds: table(), receivers: table() },
    ...{ plans: table(), planItems: table() },
  };
}

/** The database as one process sees it. */
export function collectionsOf(world: StoreWorld, process: Process): Collections {
  const made = Object.entries(world.tables).map(([name, table]) => [
    name,
    new View(world, process, { name, table }),
  ]);
  return Object.fromEntries(made);
}

/** One collection as one process sees it; only what the store uses. */
class View {
  readonly #world: StoreWorld;
  readonly #process: Process;
  readonly #name: string;
  readonly #table: Table;

  constructor(world: StoreWorld, process: Process, of: { name: string; table: Table }) {
    this.#world = world;
    this.#process = process;
    this.#name = of.name;
    this.#table = of.table;
  }

  /** @param what the request as a fault may name it: what is done, and by which fields it is found */
  #ask<T>(what: string, filter: Filter, effect: (table: Table) => T): Promise<T> {
    const { simulation, latency, fault } = this.#world;
    const by = Object.keys(filter).join(',');
    const trip = simulation.count('store', `${this.#name} ${what} ${by}`);
    const wrong = fault(trip);
    const done = (): T => {
      if (wrong?.lost === 'before') throw new MongoNetworkError('connection lost');
      const value = effect(this.#table);
      if (wrong) throw new MongoNetworkError('connection lost');
      return value;
    };
    return simulation.request(this.#process, trip, latency(), done, latency());
  }

  createIndex(): Promise<string> {
    return this.#ask('index', {}, () => 'index');
  }

  findOne(filter: Filter): Promise<Doc | null> {
    return this.#ask('find', filter, (table) => clone(table.find(filter)[0] ?? null));
  }

  find(filter: Filter): Cursor {
    return new Cursor((shape) => this.#ask('find', filter, (table) => shape(table.find(filter))));
  }

  insertOne(document: Doc): Promise<{ acknowledged: boolean }> {
    return this.#ask('insert', {}, (table) => {
      table.insert(document);
      return { acknowledged: true };
    });
  }

  updateOne(
    filter: Filter,
    update: Update,
    options: UpdateOptions = {},
  ): Promise<{ matchedCount: number }> {
    return this.#ask('update', filter, (table) => {
      return { matchedCount: table.update(filter, update, options.upsert ?? false).matched };
    });
  }

  updateMany(filter: Filter, update: Update): Promise<{ matchedCount: number }> {
    return this.#ask('update', filter, (table) => {
      const found = table.find(filter);
      for (const { _id } of found) table.update({ _id }, update, false);
      return { matchedCount: found.length };
    });
  }

  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: UpdateOptions = {},
  ): Promise<Doc | null> {
    return this.#ask('update', filter, (table) =>
      clone(table.update(filter, update, options.upsert ?? false).after),
    );
  }

  replaceOne(
    filter: Filter,
    replacement: Doc,
    options: UpdateOptions = {},
  ): Promise<{ matchedCount: number }> {
    return this.#ask('replace', filter, (table) => {
      return { matchedCount: table.replace(filter, replacement, options.upsert ?? false) };
    });
  }

  deleteOne(filter: Filter): Promise<{ deletedCount: number }> {
    return this.#ask('delete', filter, (table) => {
      const [found] = table.find(filter);
      if (found) table.documents.delete(found['_id'] as string);
      return { deletedCount: found ? 1 : 0 };
    });
  }

  deleteMany(filter: Filter): Promise<{ deletedCount: number }> {
    return this.#ask('delete', filter, (table) => {
      const found = table.find(filter);
      for (const { _id } of found) table.documents.delete(_id as string);
      return { deletedCount: found.length };
    });
  }

  /** The server promises nothing about a bulk write as a whole: others may come in between. */
  async bulkWrite(
    operations: Operation[],
    options: { ordered?: boolean } = {},
  ): Promise<{ matchedCount: number }> {
    const ordered = options.ordered ?? true;
    const cut = this.#world.splits() ? Math.ceil(operations.length / 2) : operations.length;
    let failed: MongoServerError | null = null;
    let matchedCount = 0;
    for (const part of [operations.slice(0, cut), operations.slice(cut)]) {
      if (part.length === 0 || (failed && ordered)) continue;
      const done = await this.#ask('write', filterOf(part), (table) =>
        performAll(table, part, ordered),
      );
      failed ??= done.failed;
      matchedCount += done.matched;
    }
    if (failed) throw bulkError();
    return { matchedCount };
  }
}

/** Of the first operation: those of one bulk write are alike. */
function filterOf([first]: Operation[]): Filter {
  if (!first) return {};
  return 'updateOne' in first ? first.updateOne.filter : first.replaceOne.filter;
}

function performAll(table: Table, operations: Operation[], ordered: boolean) {
  let failed: MongoServerError | null = null;
  let matched = 0;
  for (const operation of operations) {
    try {
      matched += table.perform(operation);
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      failed ??= error;
      if (ordered) break;
    }
  }
  return { failed, matched };
}

function bulkError(): MongoBulkWriteError {
  const result = { insertedCount: 0, matchedCount: 0 };
  return new MongoBulkWriteError({ message: 'duplicate', code: 11000 }, result as never);
}

type Shape<T> = (found: Doc[]) => T;

/** Asks when it is read; all documents come in one answer. */
class Cursor implements AsyncIterable<Doc> {
  readonly #ask: (shape: Shape<Doc[]>) => Promise<Doc[]>;
  #sort: [string, number] | null = null;
  #limit = Infinity;

  constructor(ask: (shape: Shape<Doc[]>) => Promise<Doc[]>) {
    this.#ask = ask;
  }

  sort(by: Record<string, number>): this {
    this.#sort = Object.entries(by)[0] ?? null;
    return this;
  }

  limit(n: number): this {
    this.#limit = n;
    return this;
  }

  /** Fields that were not asked for do no harm here. */
  project(): this {
    return this;
  }

  toArray(): Promise<Doc[]> {
    return this.#ask((found) => {
      const sorted = [...found];
      const [path, way] = this.#sort ?? ['_id', 0];
      if (way !== 0) {
        sorted.sort((a, b) => way * compareText(pathOf(a, path), pathOf(b, path)));
      }
      return sorted.slice(0, this.#limit).map((it) => clone(it));
    });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Doc> {
    yield* await this.toArray();
  }
}

function compareText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
