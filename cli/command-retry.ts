/** `orgsync run retry`: takes up the failed objects of a run and says what came of each. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectRef } from '../model/directory.ts';
import { EXIT } from './command.ts';
import type { CliContext, Command } from './command.ts';
import type { ProblemView } from './views.ts';
import { showProblem } from './watch.ts';

interface Retried {
  run: string | null;
  connection: string;
  objects: ObjectRef[];
}

interface ObjectState {
  state: 'running' | 'settled' | 'held' | 'failed' | 'unknown';
  problems: ProblemView[];
}

/** A single object is done when a read that confirms it has been made, some seconds after the first. */
const PATIENCE_MS = 180_000;
const BETWEEN_MS = 500;

/** Asks until each object has ended or patience has; the states in the order of the objects. */
async function outcomes(context: CliContext, { connection, objects }: Retried) {
  const states: (ObjectState | null)[] = objects.map(() => null);
  const until = Date.now() + PATIENCE_MS;
  while (states.includes(null) && Date.now() < until) {
    for (const [at, { kind, id }] of objects.entries()) {
      if (states[at] !== null) continue;
      const query = new URLSearchParams({ kind, id }).toString();
      const path = `/connections/${encodeURIComponent(connection)}/sync?${query}`;
      const found = await context.api.get<ObjectState>(path);
      if (found.state !== 'running') states[at] = found;
    }
    if (states.includes(null)) await sleep(BETWEEN_MS);
  }
  return states;
}

export const runRetry: Command = {
  name: 'run retry',
  summary: 'sayRetry',
  takes: ['ID'],
  options: [],
  flags: ['detach'],
  examples: [
    'orgsync run retry 20261124085530-2313a937',
    'orgsync run retry 20261124085530-2313a937 --detach --json',
  ],
  json: 'Retried',
  async run(context, [id = ''], options) {
    const retried = await context.api.post<Retried>(`/runs/${encodeURIComponent(id)}/retry`, {});
    const { connection, objects } = retried;
    if (objects.length === 0) {
      context.data(retried, () => [context.say('nothingToRetry', { id, connection })]);
      return EXIT.done;
    }
    context.talk(context.say('retryStarted', { count: objects.length }));
    const { run } = retried;
    if (options['detach'] === true) {
      context.data(retried, () => objects.map((it) => `${it.kind} ${it.id}`));
      return EXIT.done;
    }
    const states = await outcomes(context, retried);
    const ended = states.filter((it) => it !== null);
    const failures = ended.filter((it) => it.state === 'failed' || it.problems.length > 0);
    const count = (state: ObjectState['state']): number =>
      ended.filter((it) => it.state === state && !failures.includes(it)).length;
    for (const it of failures.flatMap(({ problems }) => problems)) {
      showProblem(it, context.language, context.talk);
    }
    const said = { settled: count('settled'), held: count('held'), failed: failures.length };
    context.data(retried, () => [context.say('retried', { count: objects.length, ...said })]);
    const left = states.length - ended.length;
    if (run !== null) context.talk(context.say('seeRun', { id: run }));
    if (left > 0) context.talk(context.say('stillRunning', { count: left, id }));
    return said.settled === objects.length ? EXIT.done : EXIT.partly;
  },
};
