/** The options of the demo, and what is wrong with them. */
import { parseArgs } from 'node:util';
import type { Language } from '../model/words.ts';

export const DEMO_USAGE = `Usage: npm run demo -- [options]

Imports the example company through a real Temporal server, a real database and
HTTPS through a CONNECT proxy, all on this machine, and stays up until Ctrl-C.

  --once            leave after the import
  --json            the last line of stdout is the run as one JSON object
  --story           then plays the document's story: what is changed in DingTalk, and after how
                    many milliseconds Authing shows it; begins with fresh data
  --events E        how changes arrive in the story: callback (default) or stream
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
  npm run demo -- --story
  npm run demo -- --story --events stream --once --json
  npm run demo -- --once --json --people 2000 --departments 60`;

export type Mistake = 'secret' | 'proxy-refused' | 'proxy-hangs';

export interface DemoOptions {
  once: boolean;
  json: boolean;
  fresh: boolean;
  /** How its changes arrive; null: no story. */
  story: 'callback' | 'stream' | null;
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
      story: { type: 'boolean', default: false },
      events: { type: 'string' },
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
  const mistake = oneOf('--mistake', values.mistake, mistakes);
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
  const way = oneOf('--events', values.events, ['callback', 'stream'] as const);
  if (way && !values.story) throw new Error('--events needs --story');
  const other = values.people !== undefined || mistake !== null;
  if (values.story && other)
    throw new Error('--story is about the example company, without a mistake');
  if (limits) sandboxArgs.push('--limits', limits);
  const { once, json, data } = values;
  const story = values.story ? (way ?? 'callback') : null;
  // Its names are those of the example as it was.
  const fresh = values.fresh || values.story;
  const how = { once, json, fresh, story, language, data, mistake };
  return { ...how, limits: limits ?? 'vendor', sandboxArgs };
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
