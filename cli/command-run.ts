/** `orgsync import`, `sync` and `run list|show|watch`: start, watch, look back. */
import { runStatusWords } from '../model/words-cli.ts';
import { ask, isTerminal } from '../runtime/secret-input.ts';
import { ApiProblem } from './api-client.ts';
import { column } from './columns.ts';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command, Options } from './command.ts';
import { showChanges } from './command-trace.ts';
import type { RunView } from './views.ts';
import { remaining, showEnd, waits, watchRun } from './watch.ts';

export function exitCode(run: RunView): number {
  if (run.status === 'succeeded') return EXIT.done;
  if (run.status === 'partly_succeeded') return EXIT.partly;
  if (run.status === 'waiting_for_approval') return EXIT.waits;
  return run.failure?.kind === 'config' ? EXIT.config : EXIT.failed;
}

/** Ctrl-C ends the watching and says so; the run goes on. */
export async function follow(context: CliContext, id: string): Promise<RunView> {
  process.once('SIGINT', () => {
    context.talk(context.say('stoppedWatching', { id }));
    process.exit(EXIT.interrupted);
  });
  return watchRun(context.api, id, context.language, context.talk);
}

async function watch(context: CliContext, id: string): Promise<number> {
  const run = await follow(context, id);
  showEnd(run, context.language, context.talk);
  context.data(run, () => [line(run, context)]);
  context.talk(context.say('seeRun', { id }));
  return exitCode(run);
}

type RunRow = Pick<RunView, 'id' | 'startedAt' | 'trigger' | 'status' | 'counts' | 'pausedAt'>;

function line(run: RunRow, { language, say }: CliContext): string {
  const { people } = run.counts;
  const changed = people.created + people.adopted + people.updated + people.moved;
  const when = run.startedAt.slice(0, 19).replace('T', ' ');
  const status = column(runStatusWords[run.status][language], 20);
  const since = run.pausedAt === null ? '' : `  ${say('pausedSince', { since: run.pausedAt })}`;
  const done = say('changed', { changed, failed: people.failed });
  return `${run.id}  ${when}Z  ${status} ${done}${since}`;
}

/** A department with everything below it; the root is the whole organisation. */
export function scopeOf(options: Options): { scope?: { kind: 'branch'; departmentId: string } } {
  const departmentId = options['scope'];
  const whole = typeof departmentId !== 'string' || departmentId === '1';
  return whole ? {} : { scope: { kind: 'branch', departmentId } };
}

/** Asked once, on a terminal; elsewhere the option that answers is named. */
async function agreed(context: CliContext, id: string, options: Options): Promise<boolean> {
  if (options['yes'] === true) return true;
  const question = context.say('importAsk', { id });
  if (!isTerminal() || options['no-input'] === true) {
    throw new CliFault(context.say('noInput', { name: question, flag: '--yes' }));
  }
  return /^(y|yes|是)$/i.test(await ask(question));
}

export const importCommand: Command = {
  name: 'import',
  json: 'Run',
  summary: 'sayImport',
  takes: [],
  options: ['connection', 'scope', 'plan'],
  flags: ['yes', 'no-input', 'detach'],
  examples: ['orgsync import', 'orgsync import --scope 300000001 --yes --detach --json'],
  async run(context, _args, options) {
    const { plan } = options;
    if (plan !== undefined && options['scope'] !== undefined) {
      throw new CliFault(context.say('planOrScope'));
    }
    const id = await context.connection(options);
    if (!(await agreed(context, id, options))) {
      context.talk(context.say('notStarted'));
      return EXIT.done;
    }
    const path = `/connections/${encodeURIComponent(id)}/imports`;
    let run: string;
    try {
      ({ run } = await context.api.post<{ run: string }>(
        path,
        plan === undefined ? scopeOf(options) : { plan },
      ));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.run === null) throw error;
      context.talk(error.message);
      run = error.run;
    }
    if (options['detach'] === true) {
      context.data({ run }, () => [run]);
      context.talk(context.say('watchRun', { id: run }));
      return EXIT.done;
    }
    context.talk(context.say('started', { id: run }));
    return watch(context, run);
  },
};

export const sync: Command = {
  name: 'sync',
  json: 'StartedSync',
  summary: 'saySync',
  takes: ['person|department', 'ID'],
  options: ['connection'],
  examples: ['orgsync sync person 0123456789', 'orgsync sync department 300000001'],
  async run(context, [kind, object], options) {
    if (kind !== 'person' && kind !== 'department') {
      throw new CliFault(context.say('missing', { name: 'person|department' }));
    }
    const id = await context.connection(options);
    const started = await context.api.post<{ workflowId: string }>(
      `/connections/${encodeURIComponent(id)}/sync`,
      {
        kind,
        id: object,
      },
    );
    context.data(started, () => [context.say('syncStarted', { workflow: started.workflowId })]);
    return EXIT.done;
  },
};

export const runList: Command = {
  name: 'run list',
  summary: 'sayRuns',
  takes: [],
  options: ['connection', 'status', 'trigger', 'limit', 'after'],
  examples: [
    'orgsync run list',
    'orgsync run list --connection feihua --status failed,partly_succeeded --limit 5 --json',
  ],
  json: 'Runs',
  async run(context, _args, options) {
    const query = new URLSearchParams();
    for (const name of ['connection', 'status', 'trigger', 'limit', 'after']) {
      const value = options[name];
      if (typeof value === 'string') query.set(name, value);
    }
    const path = `/runs?${query.toString()}`;
    const found = await context.api.get<{ runs: RunView[]; next: string | null }>(path);
    context.data(found, () =>
      found.runs.length === 0
        ? [context.say('noRun')]
        : found.runs.map((run) => line(run, context)),
    );
    if (found.next !== null) context.talk(context.say('moreRuns', { id: found.next }));
    return EXIT.done;
  },
};

export const runShow: Command = {
  name: 'run show',
  json: 'Run',
  summary: 'sayRun',
  takes: ['ID'],
  options: ['limit', 'after'],
  flags: ['changes', 'unmasked'],
  examples: [
    'orgsync run show 20261124085530-2313a937',
    'orgsync run show 20261124085530-2313a937 --changes --json',
  ],
  async run(context, [id], options) {
    if (options['changes'] === true) return showChanges(context, id ?? '', options);
    const run = await context.api.get<RunView>(`/runs/${encodeURIComponent(id ?? '')}`);
    context.data(run, () => {
      const lines = [line(run, context) + remaining(run, context.language)];
      lines.push(...waits(run, context.language));
      for (const it of run.departments) {
        const name = column(it.name, 30);
        lines.push(`  ${name} ${context.say('departmentRow', { ...it.people })}`);
      }
      showEnd(run, context.language, (said) => void lines.push(said));
      return lines;
    });
    return EXIT.done;
  },
};

export const runWatch: Command = {
  name: 'run watch',
  json: 'Run',
  summary: 'sayWatch',
  takes: ['ID'],
  options: [],
  examples: [
    'orgsync run watch 20261124085530-2313a937',
    'orgsync run watch 20261124085530-2313a937 --lang zh',
  ],
  run: (context, [id = '']) => watch(context, id),
};
