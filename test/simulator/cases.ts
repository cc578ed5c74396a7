/** Worlds that showed a bug once: kept as data, played with the tests, and told in the documentation. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedBugs } from './planted-bugs.ts';
import type { World } from './world.ts';

/** The smallest world found that shows the bug, and the law it breaks there. */
export interface Case {
  law: string;
  world: World;
}

const casesFile = new URL('./cases.json', import.meta.url);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const docFile = join(root, 'docs/simulator.md');
const HEAD = '| Planted bug | Seed | Law that it breaks there |\n|---|---|---|\n';

/** Cases by the name of their bug. */
export async function readCases(): Promise<Map<string, Case>> {
  return new Map(Object.entries(JSON.parse(await readFile(casesFile, 'utf8')) as object));
}

/** The table of the documentation: every planted bug, with the seed that found it. */
export function tableOf(cases: Map<string, Case>): string {
  const rows = plantedBugs.map(({ name }) => {
    const found = cases.get(name);
    return `| ${name} | ${found?.world.seed ?? 'not found'} | ${found?.law ?? ''} |\n`;
  });
  return HEAD + rows.join('');
}

/** The table as it stands in the documentation. */
export async function tableInDocs(): Promise<string> {
  return split(await readFile(docFile, 'utf8')).table;
}

function split(text: string): { before: string; table: string; after: string } {
  const from = text.indexOf(HEAD);
  if (from < 0) throw new Error('the documentation has no table of planted bugs');
  const rest = text.slice(from);
  const end = rest.search(/\n(?!\|)/) + 1;
  return { before: text.slice(0, from), table: rest.slice(0, end), after: rest.slice(end) };
}

/** Keeps a case, one line each, in the order of the list, and brings the documentation up to date. */
export async function keepCase(name: string, kept: Case): Promise<void> {
  const cases = (await readCases()).set(name, kept);
  const order = plantedBugs.map((it) => it.name).filter((it) => cases.has(it));
  const lines = order.map((it) => `  ${JSON.stringify(it)}: ${JSON.stringify(cases.get(it))}`);
  await writeFile(casesFile, `{\n${lines.join(',\n')}\n}\n`);
  const { before, after } = split(await readFile(docFile, 'utf8'));
  await writeFile(docFile, before + tableOf(cases) + after);
}
