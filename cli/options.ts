/** What was typed behind `orgsync`: words and options, told apart by all options that any command has. */
import { parseArgs } from 'node:util';
import { cliSay } from '../model/words-cli.ts';
import type { Language } from '../model/words.ts';
import { CliFault } from './command.ts';
import type { Command, Options } from './command.ts';
import { nearest } from '../model/nearest.ts';

/** Options of every command; the first takes a value. */
const EVERYWHERE = { strings: ['lang'], flags: ['json', 'help'] };

export interface Typed {
  /** Words that are neither options nor their values. */
  words: string[];
  options: TypedOption[];
}

interface TypedOption {
  /** Without dashes. */
  name: string;
  /** As it was typed, without its value, which may be a secret. */
  typed: string;
  value: string | undefined;
  /** Written as `--name=value`. */
  inline: boolean;
}

/** Decides nothing about right or wrong, so that the language is known before anything is said. */
export function readTyped(argv: string[], commands: Command[]): Typed {
  const strings = new Set([...EVERYWHERE.strings, ...commands.flatMap((it) => it.options)]);
  const options = Object.fromEntries(
    [...strings].map((name) => [name, { type: 'string' as const }]),
  );
  const { tokens } = parseArgs({ args: argv, options, strict: false, tokens: true });
  const typed: Typed = { words: [], options: [] };
  for (const token of tokens) {
    if (token.kind === 'positional') typed.words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    typed.options.push({ name, typed: rawName, value, inline: inlineValue === true });
  }
  return typed;
}

/** The language that `--lang` asks for, wherever it stands. */
export function languageOf({ options }: Typed, otherwise: Language): Language {
  const asked = options.findLast((it) => it.name === 'lang');
  if (!asked) return otherwise;
  if (asked.value === 'en' || asked.value === 'zh') return asked.value;
  throw new CliFault('--lang en|zh');
}

/** The options of one command; for null, refuses only what no command knows. */
export function optionsOf(
  { options }: Typed,
  command: Command | null,
  commands: Command[],
  language: Language,
): Options {
  const known = command ? [command] : commands;
  const strings = [...EVERYWHERE.strings, ...known.flatMap((it) => it.options)];
  const alone = command ? [] : ['version'];
  const flags = [...EVERYWHERE.flags, ...alone, ...known.flatMap((it) => it.flags ?? [])];
  const values: Options = {};
  for (const { name, typed, value, inline } of options) {
    if (strings.includes(name)) {
      const missing = value === undefined || value === '' || (!inline && /^--?[a-z]/.test(value));
      if (missing) throw new CliFault(cliSay('needsValue', language, { name: typed }));
      values[name] = value;
    } else if (flags.includes(name)) {
      if (value !== undefined) throw new CliFault(cliSay('noValue', language, { name: typed }));
      values[name] = true;
    } else {
      throw new CliFault(unknownOption(name, typed, [...strings, ...flags], language));
    }
  }
  return values;
}

/** An option that would take a secret is not there on purpose, and the way that is there is named. */
function unknownOption(name: string, typed: string, known: string[], language: Language): string {
  const file = `${name}-file`;
  if (known.includes(file)) return cliSay('secretByFlag', language, { flag: `--${file}` });
  const near = nearest(name, known);
  const hint = near ? ` ${cliSay('near', language, { name: `--${near}` })}` : '';
  return `${cliSay('noOption', language, { name: typed })}${hint}`;
}
