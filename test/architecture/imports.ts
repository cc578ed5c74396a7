/** Rules about who imports whom: the table, packages, cycles, and files or exports that nobody uses. */
import { entryPoints, overseers, table } from './table.ts';
import type { Row } from './table.ts';
import type { Import, SourceFile } from './source-file.ts';

/** One break of a rule, named so that the reader can go there and knows what is wrong. */
export interface Break {
  path: string;
  line: number;
  what: string;
}

export function shown(it: Break): string {
  return `${it.path}:${it.line} ${it.what}`;
}

/** Key of the file's row, or null for a file that the table does not know. */
export function rowOf(path: string): string | null {
  const keys = Object.keys(table).filter((it) => path === it || path.startsWith(`${it}/`));
  return keys.sort((a, b) => b.length - a.length)[0] ?? null;
}

function isOverseer(path: string): boolean {
  return overseers.some((it) => path.startsWith(`${it}/`)) || !path.includes('/');
}

function mayImport(key: string, row: Row, it: Import & { file: string }): string | null {
  const target = rowOf(it.file);
  if (target === key) return null;
  const named = (list: string[]) => list.includes(it.file) || (target && list.includes(target));
  if (named(row.imports)) return null;
  const typesOnly = named(row.types ?? []);
  if (typesOnly && it.typeOnly) return null;
  return typesOnly
    ? `${key} may import only types of ${target} (${it.file}): write "import type"`
    : `${key} may not import ${it.file}`;
}

function packageBreak(key: string, row: Row, specifier: string): string | null {
  const allowed =
    row.packages.some((it) => specifier === it || specifier.startsWith(`${it}/`)) ||
    (specifier.startsWith('node:') && row.packages.includes('node:*'));
  return allowed ? null : `${key} may not import the package ${specifier}`;
}

/** Breaks of the import table by one file. */
function importBreaks(file: SourceFile, paths: Set<string>): Break[] {
  const key = rowOf(file.path);
  const breaks: Break[] = [];
  for (const it of file.imports) {
    const at = { path: file.path, line: it.line };
    if (it.file !== null && !paths.has(it.file)) {
      breaks.push({ ...at, what: `imports ${it.specifier}, which does not exist` });
    } else if (isOverseer(file.path)) {
      continue;
    } else if (key === null) {
      breaks.push({ ...at, what: 'is in a folder that the import table does not know' });
      break;
    } else {
      const row = table[key] as Row;
      const what =
        it.file === null
          ? packageBreak(key, row, it.specifier)
          : mayImport(key, row, { ...it, file: it.file });
      if (what !== null) breaks.push({ ...at, what });
    }
  }
  return breaks;
}

/** Every way from a file back to itself is named once. */
function cycles(files: SourceFile[]): Break[] {
  const byPath = new Map(files.map((it) => [it.path, it]));
  const done = new Set<string>();
  const breaks: Break[] = [];
  const known = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    const begin = way.indexOf(path);
    if (begin >= 0) {
      const round = way.slice(begin);
      const key = [...round].sort().join();
      if (known.has(key)) return;
      known.add(key);
      const what = `is part of an import cycle: ${[...round, path].join(' -> ')}`;
      breaks.push({ path, line: 1, what });
      return;
    }
    if (done.has(path)) return;
    for (const it of byPath.get(path)?.imports ?? []) {
      if (it.file !== null && byPath.has(it.file)) visit(it.file, [...way, path]);
    }
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return breaks;
}

/** Files that are no entry point and that nobody imports or starts by name; tests do not count for other folders. */
function deadFiles(files: SourceFile[]): Break[] {
  const used = new Set<string>();
  for (const file of files) {
    for (const it of file.imports) {
      if (it.file === null || it.file === file.path) continue;
      if (!isOverseer(file.path) || isOverseer(it.file)) used.add(it.file);
    }
  }
  const named = (path: string) =>
    files.some((it) => it.path !== path && it.text.includes(`'${path}'`));
  return files
    .filter(({ path }) => !used.has(path) && !entryPoints.some((it) => it.test(path)))
    .filter(({ path }) => !named(path))
    .map(({ path }) => ({ path, line: 1, what: 'is used by nobody (tests aside)' }));
}

/** Exported functions, classes and constants that no other file imports. */
function unusedExports(files: SourceFile[]): Break[] {
  const used = new Map<string, Set<string>>();
  for (const file of files) {
    for (const it of file.imports) {
      if (it.file === null) continue;
      const names = used.get(it.file) ?? new Set();
      for (const name of it.names) names.add(name);
      used.set(it.file, names);
    }
  }
  const breaks: Break[] = [];
  for (const { path, exports } of files) {
    if (entryPoints.some((it) => it.test(path)) || isOverseer(path)) continue;
    const names = used.get(path) ?? new Set();
    if (names.has('*')) continue;
    for (const { name, line } of exports) {
      if (!names.has(name))
        breaks.push({ path, line, what: `exports ${name}, which nobody imports` });
    }
  }
  return breaks;
}

/** Everything about imports that is not as the table says. */
export function checkImports(files: SourceFile[]): Break[] {
  const paths = new Set(files.map((it) => it.path));
  return [
    ...files.flatMap((it) => importBreaks(it, paths)),
    ...cycles(files),
    ...deadFiles(files),
    ...unusedExports(files),
  ];
}
