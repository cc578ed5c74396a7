/** The options of `npm run simulate`, read once and checked; what is wrong with them is said in a sentence. */
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run simulate -- [options]
  --seeds N        how many seeds are played (500; with --bugs at most so many for each, 10000)
  --from S         the first of them (1)
  --seed S         one seed alone
  --world FILE     one world alone, as a failure prints it
  --all            go on after a failure
  --log            everything that happened, line by line
  --unshrunk       a failing world as it is
  --bugs           plant every bug of the list; say which seed finds it
  --only WORDS     with --bugs: only those whose name holds these words
  --save           with --bugs: keep the smallest worlds as cases, and the table in docs/simulator.md
  --help           this
The last line is one JSON object. Exit code: 0 all is well, 1 a law was broken or a bug was not found, 64 wrong options.
`;

/** A wrong option; its message says which. */
export class WrongOption extends Error {}

export interface Options {
  help: boolean;
  from: number;
  count: number;
  /** A file with one world; null for drawn ones. */
  world: string | null;
  all: boolean;
  log: boolean;
  unshrunk: boolean;
  bugs: boolean;
  only: string;
  save: boolean;
}

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

/** @throws WrongOption for whatever cannot be meant */
export function optionsOf(args: string[]): Options {
  const values = parsed(args);
  const only = (name: 'seed' | 'world', others: ('seeds' | 'from' | 'seed' | 'bugs')[]): void => {
    const found = values[name] === undefined ? [] : others.filter((it) => values[it]);
    if (found.length > 0) throw new WrongOption(`--${name} and --${found[0]} exclude each other`);
  };
  only('seed', ['seeds', 'from', 'bugs']);
  only('world', ['seeds', 'from', 'seed', 'bugs']);
  for (const name of ['only', 'save'] as const) {
    if (values[name] && !values.bugs)
      throw new WrongOption(`--${name} says something only with --bugs`);
  }
  const count = whole('seeds', values.seeds) ?? (values.bugs ? 10_000 : 500);
  const seed = whole('seed', values.seed);
  const { help, all, log, unshrunk, bugs, save } = values;
  return {
    ...{ help, all, log, unshrunk, bugs, save },
    from: seed ?? whole('from', values.from) ?? 1,
    count: seed === null ? count : 1,
    world: values.world ?? null,
    only: values.only ?? '',
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ seeds: text, from: text, seed: text, world: text, only: text },
        ...{ all: flag, log: flag, unshrunk: flag, bugs: flag, save: flag, help: flag },
      },
    }).values;
  } catch (error) {
    // Node's sentence names the option; what it advises after that is about another kind of program.
    const [sentence] = (error instanceof Error ? error.message : '').split('. ');
    throw new WrongOption(sentence ?? 'the options cannot be read');
  }
}

/** A whole number from 1; null when it was not given. */
function whole(name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(value)) {
    throw new WrongOption(`--${name} takes a whole number from 1, not "${value}"`);
  }
  return Number(value);
}
