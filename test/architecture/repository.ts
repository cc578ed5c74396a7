/** The files of this repository as they lie on the disk, without what is made or installed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkHouse } from './house.ts';
import { checkImports, shown } from './imports.ts';
import { isCode, parse } from './source-file.ts';
import type { RawFile } from './source-file.ts';

const LEFT_OUT = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', 'target']);

/** Reads all text files below the root. */
export function repositoryFiles(root = '.', below = ''): RawFile[] {
  const files: RawFile[] = [];
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!LEFT_OUT.has(entry.name)) files.push(...repositoryFiles(root, path));
    } else if (entry.isFile() && !/\.(png|jpg|gif|ico|jar|gz|log)$/.test(entry.name)) {
      files.push({ path, text: readFileSync(join(root, path), 'utf8') });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All breaks of the rules of the house among the given files, each as one line. */
export function breaksOf(files: RawFile[]): string[] {
  const parsed = files.filter((it) => isCode(it.path)).map(parse);
  return [...checkImports(parsed), ...checkHouse(files, parsed)].map(shown);
}
