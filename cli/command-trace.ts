/** `orgsync trace` and `run show --changes`: what was written field by field, and what happened to one object. */
import type { ObjectChange } from '../model/change.ts';
import { eventOutcomeWords, outcomeWords } from '../model/words-cli.ts';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command, Options } from './command.ts';
import { text } from './given.ts';
import type { EventView, ProblemView } from './views.ts';

export interface ChangeView extends ObjectChange {
  run: string;
}

interface TraceView {
  object: { kind: 'person' | 'department'; id: string };
  link: { targetId: string | null; adopted: boolean; departments: string[] } | null;
  changes: ChangeView[];
  problems: (ProblemView & { run: string; at?: string })[];
  events: EventView[];
}

const when = (at: string): string => `${at.slice(0, 19).replace('T', ' ')}Z`;

/** The query of a list that has people in it. */
export function peopleQuery(options: Options): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['limit', 'after']) {
    const value = text(options, name);
    if (value !== undefined) query.set(name, value);
  }
  if (options['unmasked'] === true) query.set('people', 'full');
  return query;
}

function changeLines(change: ChangeView, context: CliContext): string[] {
  const { language, say } = context;
  const { kind, id, name, outcome, fields, enter, unread } = change;
  const called = say(kind === 'department' ? 'departmentWord' : 'personWord');
  const none = say('planNothing');
  const had = unread ? '?' : none;
  return [
    `  ${when(change.at)}  ${outcomeWords[outcome][language]}: ${called} ${id} ${name}`,
    ...fields.map(
      ({ field, before, after }) => `      ${field}: ${before ?? had} -> ${after ?? none}`,
    ),
    ...enter.map((it) => `      + ${it}`),
  ];
}

/** The lines of one page of what a run wrote. */
export async function showChanges(context: CliContext, id: string, options: Options) {
  const path = `/runs/${encodeURIComponent(id)}/changes?${peopleQuery(options).toString()}`;
  const page = await context.api.get<{ changes: ChangeView[]; next: string | null }>(path);
  const none = [context.say('noChange', { id })];
  context.data(page, () =>
    page.changes.length > 0 ? page.changes.flatMap((it) => changeLines(it, context)) : none,
  );
  if (page.next !== null) context.talk(context.say('moreChanges', { id, after: page.next }));
  return EXIT.done;
}

/** All of it in the order of time, newest first. */
function timeline({ changes, problems, events }: TraceView, context: CliContext): string[] {
  const { language } = context;
  const dated = [
    ...changes.map((it) => ({
      at: it.at,
      lines: changeLines(it, context).map((line, n) => (n === 0 ? `${line}  (${it.run})` : line)),
    })),
    ...problems.map((it) => ({
      at: it.at ?? '',
      lines: [`  ${when(it.at ?? '')}  ${it.code}: ${it.message}  (${it.run})`],
    })),
    ...events.map((it) => ({
      at: it.receivedAt,
      lines: [
        `  ${when(it.receivedAt)}  ${it.type}: ${eventOutcomeWords[it.outcome][language]}  (${it.id})`,
      ],
    })),
  ];
  return dated.sort((a, b) => (a.at < b.at ? 1 : -1)).flatMap((it) => it.lines);
}

export const trace: Command = {
  name: 'trace',
  json: 'Trace',
  summary: 'sayTrace',
  takes: ['person|department', 'ID'],
  options: ['connection'],
  flags: ['unmasked'],
  examples: [
    'orgsync trace person 0123456789',
    'orgsync trace department 300000001 --connection feihua --json',
  ],
  async run(context, [kind = '', object = ''], options) {
    if (kind !== 'person' && kind !== 'department') {
      throw new CliFault(context.say('missing', { name: 'person|department' }));
    }
    const connection = await context.connection(options);
    const query = peopleQuery({ unmasked: options['unmasked'] });
    query.set('kind', kind);
    query.set('id', object);
    const path = `/connections/${encodeURIComponent(connection)}/trace?${query.toString()}`;
    const found = await context.api.get<TraceView>(path);
    const { link } = found;
    context.data(found, () => [
      link === null
        ? context.say('neverSeen', { kind, id: object })
        : context.say('tracedTo', {
            ...{ kind, id: object, target: link.targetId ?? '–' },
            departments: link.departments.join(', ') || '–',
          }),
      ...timeline(found, context),
    ]);
    context.talk(context.say('nextSync', { kind, id: object }));
    return EXIT.done;
  },
};
