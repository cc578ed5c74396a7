/** `orgsync events list|show|enable|disable`: what DingTalk told us, and where it is to tell it. */
import { eventOutcomeWords } from '../model/words-cli.ts';
import { column } from './columns.ts';
import { EXIT } from './command.ts';
import type { CliContext, Command } from './command.ts';
import type { EventView } from './views.ts';
import { showProblem } from './watch.ts';

const when = (time: string): string => `${time.slice(0, 23).replace('T', ' ')}Z`;

function line(event: EventView, { language, say }: CliContext): string {
  const { type, objects, outcome, receivedAt, id } = event;
  const [only] = objects;
  const about =
    only && objects.length === 1
      ? `${only.kind} ${only.id}`
      : say('eventObjects', { count: objects.length });
  const said = column(eventOutcomeWords[outcome][language], 16);
  return `${when(receivedAt)}  ${column(type, 18)} ${said} ${column(about, 34)} ${id}`;
}

export const eventsList: Command = {
  name: 'events list',
  summary: 'sayEvents',
  takes: [],
  options: ['connection', 'limit'],
  examples: ['orgsync events list', 'orgsync events list --connection feihua --limit 5 --json'],
  json: 'Events',
  async run(context, _args, options) {
    const query = new URLSearchParams();
    for (const name of ['connection', 'limit']) {
      const value = options[name];
      if (typeof value === 'string') query.set(name, value);
    }
    const answer = await context.api.get<{
      events: EventView[];
      waiting: { count: number; oldest: string | null };
    }>(`/events?${query.toString()}`);
    const { events, waiting } = answer;
    context.data(answer, () =>
      events.length === 0 ? [context.say('noEvent')] : events.map((it) => line(it, context)),
    );
    if (waiting.oldest !== null) {
      const { count, oldest } = waiting;
      context.talk(context.say('eventsWait', { count, since: when(oldest) }));
    }
    return EXIT.done;
  },
};

export const eventsShow: Command = {
  name: 'events show',
  summary: 'sayEvent',
  takes: ['ID'],
  options: [],
  examples: ['orgsync events show feihua/9f2c', 'orgsync events show feihua/9f2c --json'],
  json: 'Event',
  async run(context, [id = '']) {
    const event = await context.api.get<EventView>(`/events/${encodeURIComponent(id)}`);
    context.data(event, () => {
      const open = new Set(event.open.map((it) => `${it.kind} ${it.id}`));
      const objects = event.objects.map((it, at) => {
        const name = `${it.kind} ${it.id}`;
        return `  ${open.has(name) ? '…' : '✓'} ${column(name, 36)} ${event.workflows[at] ?? ''}`;
      });
      const ms = event.appliedAt && Date.parse(event.appliedAt) - Date.parse(event.receivedAt);
      const took = ms === null ? [] : [`  ${context.say('eventApplied', { ms })}`];
      return [line(event, context), ...objects, ...took];
    });
    if (event.problem) showProblem(event.problem, context.language, context.talk);
    return event.outcome === 'failed' ? EXIT.failed : EXIT.done;
  },
};

export const eventsEnable: Command = {
  name: 'events enable',
  summary: 'sayEventsOn',
  takes: [],
  options: ['connection'],
  examples: ['orgsync events enable', 'orgsync events enable --connection feihua --json'],
  json: 'Callback',
  async run(context, _args, options) {
    const id = await context.connection(options);
    const path = `/connections/${encodeURIComponent(id)}/callback`;
    const made = await context.api.post<{ path: string; token: string; aesKey: string }>(path, {});
    context.talk(context.say('callbackMade'));
    context.data(made, () => [
      context.say('callbackPath', { path: made.path }),
      `Token: ${made.token}`,
      `AES key: ${made.aesKey}`,
    ]);
    return EXIT.done;
  },
};

export const eventsDisable: Command = {
  name: 'events disable',
  summary: 'sayEventsOff',
  takes: [],
  options: ['connection'],
  examples: ['orgsync events disable', 'orgsync events disable --connection feihua'],
  json: 'Removed',
  async run(context, _args, options) {
    const id = await context.connection(options);
    const path = `/connections/${encodeURIComponent(id)}/callback`;
    const gone = await context.api.remove<{ removed: string }>(path);
    context.data(gone, () => [context.say('callbackGone')]);
    return EXIT.done;
  },
};
