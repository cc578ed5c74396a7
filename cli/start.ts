/** `npm start`: the engines where none are configured, the API and a worker, kept running until they are stopped. */
import { join } from 'node:path';
import { tell } from '../model/words-terminal.ts';
import { ConfigError, EXIT_CONFIG, environmentWith, readConfig } from '../runtime/config.ts';
import type { Config, Fault } from '../runtime/config.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';

interface EngineFacts {
  temporal?: { address: string; ui: string };
  mongo?: { uri: string };
}

/** The settings of every process that is started here; all faults of all of them at once. */
function settings(env: Record<string, string>): Config {
  const faults = new Map<string, Fault>();
  let config: Config | null = null;
  for (const part of ['worker', 'api'] as const) {
    try {
      config = readConfig(part, env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const it of error.faults) faults.set(it.name, it);
    }
  }
  if (config && faults.size === 0) return config;
  process.stderr.write(`${new ConfigError([...faults.values()]).message}\n`);
  process.exit(EXIT_CONFIG);
}

const env = environmentWith({});
const config = settings(env);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const children: Child[] = [];
let ending: Promise<void> | null = null;

/** The API and the worker first, so that they can hand over; then the engines. */
function end(): Promise<void> {
  ending ??= (async () => {
    const engines = children.filter((it) => it.name === 'engines');
    await Promise.all(children.filter((it) => !engines.includes(it)).map((it) => it.stop()));
    await Promise.all(engines.map((it) => it.stop()));
  })();
  return ending;
}

function start(name: string, entry: string, args: string[], its: Record<string, string>): Child {
  const child = startChild({
    ...{ name, entry, args, env: its, log: null },
    onRestart: (who) => say(tell('restarted', config.language, { name: who })),
    onGiveUp: (who, code) => {
      say(tell('gaveUpHere', config.language, { name: who }));
      void end().finally(() => process.exit(code === EXIT_CONFIG ? code : 1));
    },
  });
  children.push(child);
  return child;
}

/** Addresses of what was started, for what nobody configured. */
async function engineAddresses(): Promise<Record<string, string | undefined>> {
  const given = { temporal: env['TEMPORAL_ADDRESS'], mongo: env['MONGODB_URI'] };
  if (given.temporal && given.mongo) return {};
  const only = given.temporal ? ['--only', 'mongo'] : given.mongo ? ['--only', 'temporal'] : [];
  const args = ['--data', join(config.dataDir, 'engines'), ...only];
  const at = (await start('engines', 'engines/main.ts', args, env).ready) as unknown as EngineFacts;
  if (at.temporal) say(tell('temporalAt', config.language, { ui: at.temporal.ui }));
  return {
    TEMPORAL_ADDRESS: given.temporal ?? at.temporal?.address,
    MONGODB_URI: given.mongo ?? at.mongo?.uri,
  };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end().finally(() => process.exit(0)));
}
const all = environmentWith(await engineAddresses());
const api = start('API', 'api/main.ts', [], all);
const worker = start('worker', 'worker/main.ts', [], all);
const [{ url }] = await Promise.all([api.ready, worker.ready]);
process.stdout.write(`${JSON.stringify({ ready: { process: 'start', pid: process.pid, url } })}\n`);
say(tell('runsAt', config.language, { url: String(url), token: config.api.tokenFile }));
