#!/usr/bin/env node
// The command `orgsync` of an installed package: the built command line where it is there and not older than its
// sources, because it starts in a third of the time; else the sources, started like everything else.
import { readdirSync, statSync } from 'node:fs';

const built = new URL('../dist/cli/main.js', import.meta.url);

function changedAt(folder) {
  let newest = 0;
  try {
    for (const name of readdirSync(new URL(folder, import.meta.url))) {
      if (!name.endsWith('.ts')) continue;
      newest = Math.max(newest, statSync(new URL(folder + name, import.meta.url)).mtimeMs);
    }
  } catch {
    // An image that holds the built output alone has no sources.
  }
  return newest;
}

const made = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = ['./', '../model/', '../runtime/'];
if (made > 0 && sources.every((it) => changedAt(it) <= made)) await import(built.href);
else {
  process.argv.splice(2, 0, 'cli/main.ts');
  await import('../engines/ready.mjs');
}
