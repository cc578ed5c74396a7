/** Programs on the search path and what version they say they are. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runCommand } from './processes.ts';

/** The first executable file of that name on the search path. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const file of names.map((one) => join(folder, one))) {
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** A dotted version in a program's output. @throws when the program fails or shows none */
export async function versionOf(
  program: string,
  args: readonly string[],
  pattern: RegExp,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const output = await runCommand(program, args, { env, timeoutMs: 20_000 });
  const version = pattern.exec(output)?.[1];
  if (version === undefined) throw new Error(`${program} does not say its version`);
  return version;
}

/** Whether a dotted version is at least another. */
export function atLeast(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  const need = minimum.split('.').map(Number);
  for (const [index, wanted] of need.entries()) {
    const given = have[index] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
}
