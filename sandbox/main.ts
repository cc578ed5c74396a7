/** The sandbox as a process: `npm run sandbox -- --data DIR`; one JSON line on stdout says where everything is. */
import { parseArgs } from 'node:util';
import { startSandbox } from './start.ts';
import type { SandboxOptions } from './start.ts';
import { settingsTable } from './settings-table.ts';

const USAGE = `Usage: npm run sandbox -- [options]
  --data DIR        where state is kept (default: data/sandbox)
  --fresh           forget what is kept there
  --people N        a generated company with N people in place of the example
  --departments D   its departments (default: one for 20 people)
  --seed S          decides the generated company (default 1)
  --limits L        vendor or none; a restart keeps what it had
  --port-base P     first of four ports to try
  --with-parent     end when standard input closes
  --settings        print DingTalk's switches and limits, and end`;

interface Asked {
  options: SandboxOptions;
  withParent: boolean;
  settings: boolean;
}

function readOptions(): Asked {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: 'data/sandbox' },
      fresh: { type: 'boolean', default: false },
      people: { type: 'string' },
      departments: { type: 'string' },
      seed: { type: 'string', default: '1' },
      limits: { type: 'string' },
      'port-base': { type: 'string' },
      'with-parent': { type: 'boolean', default: false },
      settings: { type: 'boolean', default: false },
    },
  });
  const { data, fresh, limits } = values;
  if (limits !== undefined && limits !== 'vendor' && limits !== 'none') {
    throw new Error('--limits is vendor or none');
  }
  const seed = wholeNumber('--seed', values.seed, 0);
  const people = values.people === undefined ? null : wholeNumber('--people', values.people, 0);
  if (people === null && values.departments !== undefined) {
    throw new Error('--departments belongs to --people');
  }
  const options: SandboxOptions = {
    data,
    fresh,
    ...(limits ? { limits } : {}),
    seed,
    progress: (line) => void process.stderr.write(`${line}\n`),
  };
  if (people !== null) {
    const usual = Math.max(1, Math.round(people / 20));
    const departments = wholeNumber('--departments', values.departments, usual);
    options.generator = { people, departments, seed };
  }
  if (values['port-base']) options.portBase = wholeNumber('--port-base', values['port-base'], 0);
  return { options, withParent: values['with-parent'], settings: values.settings };
}

function wholeNumber(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${name} is a whole number, not ${value}`);
  return Number(value);
}

async function main(): Promise<void> {
  let read: Asked;
  try {
    read = readOptions();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n${USAGE}\n`);
    process.exitCode = 78;
    return;
  }
  if (read.settings) {
    process.stdout.write(`${settingsTable()}\n`);
    return;
  }
  const sandbox = await startSandbox(read.options);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (read.withParent) process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ ready: sandbox.addresses })}\n`);
}

await main();
