/** Another build of the workflows: the same order of things in other words, as a later version would have it. */
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Build {
  folder: string;
  /** The entry of its bundle. */
  workflowsPath: string;
}

/** Made in a folder of its own, which the caller removes. */
export function anotherBuild(): Build {
  const folder = mkdtempSync(join(tmpdir(), 'orgsync-build-'));
  for (const part of ['workflows', 'model', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const lanes = join(folder, 'workflows/lanes.ts');
  const now = readFileSync(lanes, 'utf8');
  const then = now.replace("'read people'", "'read members of departments'");
  if (then === now) throw new Error('the other build is the same');
  writeFileSync(lanes, then);
  return { folder, workflowsPath: join(folder, 'workflows/index.ts') };
}
