/** The engines as a process: starts Temporal and MongoDB, says on one line of stdout when both are ready, keeps them. */
import { parseArgs } from 'node:util';
import { EngineUnavailable, messageOf, SettingUnusable } from './resolution.ts';
import { engineSettings } from './settings.ts';
import { DataFolderInUse, startEngines } from './start.ts';
import { GuaranteesMissing } from './proof.ts';
import type { RunningEngines, StartOptions } from './start.ts';
import { withoutPassword } from './readiness.ts';

/** A person must change something first (EX_CONFIG of sysexits.h). */
const EXIT_CONFIG = 78;

/** Faults that a person must mend. */
const FOR_PERSON = [EngineUnavailable, SettingUnusable, GuaranteesMissing, DataFolderInUse];

const log = (line: string) => void process.stderr.write(`engines: ${line}\n`);

function options(): StartOptions & { withParent: boolean } {
  const values = parsed();
  return {
    dataDir: values.data,
    settings: engineSettings(process.env),
    fresh: values.fresh,
    ports: values['free-ports'] ? 'free' : 'preferred',
    withParent: values['with-parent'],
    ...(values.only === undefined ? {} : { only: values.only }),
    log,
  };
}

interface Parsed {
  data: string;
  only: 'temporal' | 'mongo' | undefined;
  fresh: boolean;
  'free-ports': boolean;
  'with-parent': boolean;
}

/** @throws SettingUnusable for what is not an option */
function parsed(): Parsed {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string', default: 'data' },
        only: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'free-ports': { type: 'boolean', default: false },
        'with-parent': { type: 'boolean', default: false },
      },
    });
    const { only } = values;
    if (only === undefined || only === 'temporal' || only === 'mongo') return { ...values, only };
    throw new Error(`--only is "temporal" or "mongo", not "${only}"`);
  } catch (error) {
    throw new SettingUnusable(messageOf(error));
  }
}

/** The line for whoever started us. An address from the settings is theirs already; its password stays there. */
function readyLine(engines: RunningEngines): string {
  const { temporal, mongo } = engines;
  return JSON.stringify({
    ready: {
      ...(temporal && {
        temporal: {
          address: temporal.address,
          ui: temporal.ui,
          pid: temporal.pid,
          chosen: temporal.chosen,
          why: temporal.why,
        },
      }),
      ...(mongo && {
        mongo: {
          uri: withoutPassword(mongo.uri),
          pid: mongo.pid,
          kind: mongo.kind,
          chosen: mongo.chosen,
          why: mongo.why,
        },
      }),
    },
  });
}

/** Resolves with a reason when it is time to leave: a signal, or the end of whoever started us. */
function timeToLeave(withParent: boolean): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(signal));
    }
    if (withParent) {
      process.stdin.on('end', () => resolve('the parent process has gone'));
      process.stdin.on('error', () => resolve('the parent process has gone'));
      process.stdin.resume();
    }
  });
}

async function main(): Promise<number> {
  const chosen = options();
  const leave = timeToLeave(chosen.withParent);
  const began = Date.now();
  const abort = new AbortController();
  let left: string | undefined;
  void leave.then((reason) => {
    left = reason;
    abort.abort();
  });
  const engines = await startEngines({ ...chosen, signal: abort.signal }).catch(
    (error: unknown) => {
      if (left === undefined) throw error;
      return undefined;
    },
  );
  if (engines === undefined) {
    log(`${left} while starting; stopped`);
    return 0;
  }
  log(`ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  process.stdout.write(`${readyLine(engines)}\n`);
  const end = await Promise.race([
    leave.then((reason) => ({ reason, code: 0 })),
    engines.givenUp.then((reason) => ({ reason, code: 1 })),
  ]);
  log(`${end.reason}; stopping`);
  await engines.stop();
  return end.code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    log(messageOf(error));
    const forPerson = FOR_PERSON.some((kind) => error instanceof kind);
    process.exit(forPerson ? EXIT_CONFIG : 1);
  },
);
