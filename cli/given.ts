/** What was given to a command: by option, by file, by the environment, or typed when asked for. */
import { readFileSync } from 'node:fs';
import { promptWords } from '../model/words-options.ts';
import type { PromptName } from '../model/words-options.ts';
import { ask, isTerminal, secretFrom } from '../runtime/secret-input.ts';
import { CliFault } from './command.ts';
import type { CliContext, Options } from './command.ts';

/** The value of an option, or undefined. */
export const text = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** An answer by option, or asked for; without a terminal its option is named. */
export async function answer(
  context: CliContext,
  options: Options,
  name: PromptName,
): Promise<string> {
  const given = text(options, name);
  if (given !== undefined) return given;
  const label = promptWords[name][context.language];
  if (!isTerminal() || options['no-input'] === true) {
    throw new CliFault(context.say('noInput', { name: label, flag: `--${name}` }));
  }
  return ask(label);
}

export async function secret(
  context: CliContext,
  options: Options,
  way: { file: PromptName; variable: string },
): Promise<string> {
  const file = text(options, way.file);
  const mayAsk = options['no-input'] !== true;
  const label = promptWords[way.file][context.language];
  const asked = { variable: way.variable, file, prompt: label, mayAsk };
  const found = await readable(context, file, () => secretFrom(asked));
  if (found) return found;
  const flag = `--${way.file}, ${way.variable}`;
  throw new CliFault(context.say('noInput', { name: label, flag }));
}

/** A proxy with a password in it is a secret, and not taken from the command line. */
export async function proxyOf(context: CliContext, options: Options): Promise<string> {
  const given = text(options, 'proxy');
  if (given !== undefined) {
    if (given.includes('@'))
      throw new CliFault(context.say('secretByFlag', { flag: '--proxy-file' }));
    return given;
  }
  return secret(context, options, { file: 'proxy-file', variable: 'DINGTALK_PROXY' });
}

/** A file that cannot be read is named, and nothing of it. */
async function readable<T>(
  context: CliContext,
  file: string | undefined,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (file === undefined) throw error;
    throw new CliFault(context.say('fileAway', { file }));
  }
}

export function fileText(
  context: CliContext,
  options: Options,
  name: string,
): Promise<string | undefined> {
  const file = text(options, name);
  return readable(context, file, () =>
    file === undefined ? undefined : readFileSync(file, 'utf8'),
  );
}

/** One setting by its place, for example "scope.include=[\"2\"]"; what is no JSON is text. */
function assigned(place: string, value: string): object {
  let known: unknown = value;
  try {
    known = JSON.parse(value) as unknown;
  } catch {
    // A word.
  }
  const names = place.split('.').reverse();
  return names.reduce((inner: unknown, name) => ({ [name]: inner }), known) as object;
}

function together(one: object, other: object): object {
  const made: [string, unknown][] = Object.entries(one);
  for (const [name, value] of Object.entries(other) as [string, unknown][]) {
    const at = made.findIndex(([it]) => it === name);
    const before: unknown = made[at]?.[1];
    const both = isObject(before) && isObject(value) ? together(before, value) : value;
    if (at < 0) made.push([name, both]);
    else made[at] = [name, both];
  }
  return Object.fromEntries(made);
}

const isObject = (it: unknown): it is object =>
  typeof it === 'object' && it !== null && !Array.isArray(it);

/**
 * A file, or single settings as "place=value" with ";" between them. What is in it is judged by the API;
 * here a file only has to be JSON.
 */
export async function settingsFrom(context: CliContext, options: Options): Promise<unknown> {
  const given = text(options, 'settings') ?? '';
  if (/^[A-Za-z.]+[\w.]*=/.test(given)) {
    return given
      .split(';')
      .map((it) => assigned(it.slice(0, it.indexOf('=')).trim(), it.slice(it.indexOf('=') + 1)))
      .reduce(together, {});
  }
  const content = await fileText(context, options, 'settings');
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw new CliFault(context.say('notJson', { file: text(options, 'settings') ?? '' }));
  }
}
