/** Filters and updates of MongoDB over plain documents: the operators that the store uses, and no others. */
import { Binary } from 'mongodb';

export type Doc = Record<string, unknown>;
export type Filter = Record<string, unknown>;
export type Update = Partial<Record<string, Record<string, unknown>>>;

/** Documents leave and enter a table as copies. */
export function clone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Binary) return value;
  if (Array.isArray(value)) return value.map((it: unknown) => clone(it)) as T;
  const copy: Doc = {};
  // As the driver does with ignoreUndefined.
  for (const name in value) {
    const it = (value as Doc)[name];
    if (it !== undefined) copy[name] = clone(it);
  }
  return copy as T;
}

export function pathOf(document: Doc, path: string): unknown {
  if (!path.includes('.')) return document[path];
  let at: unknown = document;
  for (const part of path.split('.')) at = (at as Doc | null | undefined)?.[part];
  return at;
}

const comparable = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value);

function less(a: unknown, b: unknown): boolean {
  const [left, right] = [comparable(a), comparable(b)];
  // Values of different types never compare, as in MongoDB.
  if (typeof left !== typeof right || left === null || right === null) return false;
  return (left as number) < (right as number);
}

function same(a: unknown, b: unknown): boolean {
  return comparable(a ?? null) === comparable(b ?? null);
}

const operators: Record<string, (value: unknown, asked: unknown) => boolean> = {
  $lt: less,
  $gt: (value, asked) => less(asked, value),
  $lte: (value, asked) => less(value, asked) || (value !== undefined && same(value, asked)),
  $gte: (value, asked) => less(asked, value) || (value !== undefined && same(value, asked)),
  $ne: (value, asked) => !same(value, asked),
  $in: (value, asked) => (asked as unknown[]).some((it) => same(value, it)),
  $nin: (value, asked) => !(asked as unknown[]).some((it) => same(value, it)),
};

function matchesValue(value: unknown, asked: unknown): boolean {
  if (typeof asked !== 'object' || asked === null || asked instanceof Date) {
    return same(value, asked);
  }
  return Object.entries(asked).every(([name, it]) => {
    const operator = operators[name];
    if (!operator) throw new Error(`the simulated database does not know ${name}`);
    return operator(value, it);
  });
}

export function matches(document: Doc, filter: Filter): boolean {
  for (const name in filter) {
    const asked = filter[name];
    const fits =
      name === '$or'
        ? (asked as Filter[]).some((it) => matches(document, it))
        : matchesValue(pathOf(document, name), asked);
    if (!fits) return false;
  }
  return true;
}

function put(document: Doc, path: string, value: unknown): void {
  if (!path.includes('.')) {
    document[path] = clone(value);
    return;
  }
  const parts = path.split('.');
  const last = parts.pop() as string;
  let at = document;
  for (const part of parts) {
    if (typeof at[part] !== 'object' || at[part] === null) at[part] = {};
    at = at[part] as Doc;
  }
  at[last] = clone(value);
}

/** Changes a document in place. @param inserting also what is set on insertion alone */
export function apply(document: Doc, update: Update, now: Date, inserting: boolean): void {
  for (const [operator, fields] of Object.entries(update)) {
    for (const [path, value] of Object.entries(fields ?? {})) {
      const old = pathOf(document, path);
      if (operator === '$set') put(document, path, value);
      else if (operator === '$inc') put(document, path, Number(old ?? 0) + Number(value));
      else if (operator === '$max') {
        if (old === undefined || less(old, value)) put(document, path, value);
      } else if (operator === '$setOnInsert') {
        if (inserting) put(document, path, value);
      } else if (operator === '$currentDate') put(document, path, now);
      else if (operator === '$unset') delete document[path];
      else throw new Error(`the simulated database does not know ${operator}`);
    }
  }
}
