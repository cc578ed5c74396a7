/** The options of the demo, and what is wrong with them. */
import { parseArgs } from 'node:util';
import type { Language } from '../model/words.ts';

export const DEMO_USAGE = `Usage: npm run demo -- [options]

Imports the example company through a real Temporal server, a real database and
HTTPS through a CONNECT proxy, all on this machine, and stays up until Ctrl-C.

  --once            leave after the import
  --json            the last line of stdout is the run as one JSON object
  --fresh           forget the data of earlier demos
  --lang en|zh      language of what is said here
  --people N        a generated company in place of the example
  --departments D   its departments
  --seed S          decides the generated company
  --limits L        vendor (default) or none
  --data DIR        where the demo keeps everything (default: data/demo)
  --mistake M       secret, proxy-refused or proxy-hangs: see how a mistake is explained

Examples:
  npm run demo
  npm run demo -- --once --json --people 2000 --departments 60`;

export type Mistake = 'secret' | 'proxy-refused' | 'proxy-hangs';

export interface DemoOptions {
  once: boolean;
  json: boolean;
  fresh: boolean;
  language: Language | null;
  data: string;
  mistake: Mistake | null;
  limits: 'vendor' | 'none';
  /** Passed on to the sandbox. */
  sandboxArgs: string[];
}

/** Reads the arguments; throws an error whose message says what is wrong. */
export function readDemoOptions(args: string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      lang: { type: 'string' },
      people: { type: 'string' },
      departments: { type: 'string' },
      seed: { type: 'string' },
      limits: { type: 'string' },
      data: { type: 'string', default: 'data/demo' },
      mistake: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const language = oneOf('--lang', values.lang, ['en', 'zh'] as const);
  const limits = oneOf('--limits', values.limits, ['vendor', 'none'] as const);
  const mistakes = ['secret', 'proxy-refused', 'proxy-hangs'] as const;
  const sandboxArgs: string[] = [];
  for (const name of ['people', 'departments', 'seed'] as const) {
    const value = values[name];
    if (value === undefined) continue;
    if (!/^\d{1,7}$/.test(value)) throw new Error(`--${name} is a whole number, not "${value}"`);
    sandboxArgs.push(`--${name}`, value);
  }
  if (values.departments !== undefined && values.people === undefined) {
    throw new Error('--departments needs --people');
  }
  if (limits) sandboxArgs.push('--limits', limits);
  const { once, json, fresh, data } = values;
  const mistake = oneOf('--mistake', values.mistake, mistakes);
  return { once, json, fresh, language, data, mistake, limits: limits ?? 'vendor', sandboxArgs };
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | null {
  if (value === undefined) return null;
  const found = allowed.find((it) => it === value);
  if (!found) throw new Error(`${name} is one of ${allowed.join(', ')}, not "${value}"`);
  return found;
}
