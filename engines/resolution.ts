/** The order in which an engine is looked for, and the words when none can be had. */

/** Lines for a person who waits; one call is one line. */
export type Progress = (line: string) => void;

export type Way = 'settings' | 'path' | 'cache' | 'download' | 'build';

/** One way that did not lead to an engine, and what it said. */
export interface Attempt {
  way: Way;
  said: string;
}

export interface Resolved<T> {
  engine: T;
  chosen: Way;
  /** Why this one, and why not the ones before it, in one line. */
  why: string;
}

export interface Step<T> {
  way: Way;
  /** The engine and why, or a sentence that says why not. May throw; the message is taken as the sentence. */
  attempt(): Promise<Finding<T> | string>;
}

export interface Finding<T> {
  engine: T;
  because: string;
  /** When it was found in another way than the step's own: a build of yesterday is in the cache. */
  way?: Way;
}

/** Nothing worked: a person must do something (exit code 78). The message is meant for them. */
export class EngineUnavailable extends Error {
  readonly engine: string;
  readonly attempts: readonly Attempt[];

  constructor(engine: string, attempts: readonly Attempt[], waysOut: readonly [string, string]) {
    const tried = attempts.map((one) => `  - ${NAMES[one.way]}: ${one.said}`);
    super(
      [
        `${engine} cannot be had on this machine. What was tried:`,
        ...tried,
        'The two shortest ways out:',
        ...waysOut.map((way, index) => `  ${index + 1}. ${way}`),
      ].join('\n'),
    );
    this.name = 'EngineUnavailable';
    this.engine = engine;
    this.attempts = attempts;
  }
}

/** An address in the settings does not lead to a usable server: a person must do something (exit code 78). */
export class SettingUnusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingUnusable';
  }
}

const NAMES: Record<Way, string> = {
  settings: 'settings',
  path: 'on the PATH',
  cache: 'cache',
  download: 'download',
  build: 'build',
};

/** Takes the first step that leads to an engine. @throws EngineUnavailable when none does */
export async function resolveEngine<T>(
  name: string,
  steps: readonly Step<T>[],
  waysOut: readonly [string, string],
  log: Progress,
): Promise<Resolved<T>> {
  const before: Attempt[] = [];
  for (const step of steps) {
    const result = await step.attempt().catch((error: unknown) => messageOf(error));
    if (typeof result !== 'string') {
      const notThose = before.map((one) => `${NAMES[one.way]}: ${one.said}`).join('; ');
      const why = notThose ? `${result.because} (not before it: ${notThose})` : result.because;
      const chosen = result.way ?? step.way;
      log(`${name}: ${NAMES[chosen]}, ${why}`);
      return { engine: result.engine, chosen, why };
    }
    before.push({ way: step.way, said: result });
  }
  throw new EngineUnavailable(name, before, waysOut);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
