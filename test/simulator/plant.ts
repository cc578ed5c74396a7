/** Plants a bug into a copy of the product and lets the simulator look for it; the product itself stays as it is. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

/** One piece of the product's text, and what stands there instead. */
export interface Edit {
  file: string;
  find: string;
  replace: string;
}

export interface PlantedBug {
  name: string;
  edits: Edit[];
}

/** One edit makes the bug. */
export const bug = (name: string, file: string, find: string, replace: string): PlantedBug => ({
  name,
  edits: [{ file, find, replace }],
});

export interface Search {
  name: string;
  /** The first seed that found it; null when none did. */
  seed: number | null;
  /** The law that was broken there. */
  law: string | null;
  seeds: number;
  /** The smallest world found that shows it. */
  world: World | null;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** All that the simulator needs; types of connectors are gone when it runs. */
const FOLDERS = ['model', 'plan', 'store', 'activities', 'test/simulator'];

/** The text with the edit made; throws when the place is not there exactly once. */
export function edited(text: string, edit: Edit): string {
  const [before, after, ...more] = text.split(edit.find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${edit.file} does not hold this once: ${edit.find}`);
  }
  return before + edit.replace + after;
}

/** Whether every place of a planted bug is still in the product. */
export async function checkPlace(bug: PlantedBug): Promise<void> {
  for (const edit of bug.edits) edited(await readFile(join(root, edit.file), 'utf8'), edit);
}

/** Plays seeds of the changed copy until one breaks a law. */
export async function search(bug: PlantedBug, from: number, seeds: number): Promise<Search> {
  const lines = await inCopy(bug, ['--from', String(from), '--seeds', String(seeds)]);
  const { failed, seeds: played } = JSON.parse(lines.at(-1) ?? '') as Summary;
  const [first] = failed;
  const { name } = bug;
  if (!first) return { name, seed: null, law: null, seeds: played, world: null };
  return { name, ...first, seeds: played, world: JSON.parse(lines.at(-2) ?? 'null') as World };
}

interface Summary {
  failed: { seed: number; law: string }[];
  seeds: number;
}

/** Runs the simulator of a copy with the bug in it; what it printed. */
async function inCopy(bug: PlantedBug, args: string[]): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    for (const folder of FOLDERS) {
      await cp(join(root, folder), join(copy, folder), { recursive: true });
    }
    for (const file of ['package.json', 'tsconfig.json'])
      await cp(join(root, file), join(copy, file));
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const edit of bug.edits) {
      const path = join(copy, edit.file);
      await writeFile(path, edited(await readFile(path, 'utf8'), edit));
    }
    return await run(copy, args);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function run(folder: string, args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/simulator/main.ts', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
  await new Promise((resolve) => child.once('close', resolve));
  const lines = text.trim().split('\n');
  if (!lines.at(-1)?.startsWith('{'))
    throw new Error(`the simulator broke down: ${said.slice(0, 2000)}`);
  return lines;
}
