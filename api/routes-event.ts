/** Addresses about events: their rows, and where DingTalk sends them. */
import type { EventRow } from '../model/event.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Language } from '../model/words.ts';
import { syncWorkflowId } from '../workflows/messages.ts';
import type { ApiParts } from './parts.ts';
import { callbackShape, eventShape, eventsShape, removedShape } from './replies.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { viewProblem } from './run-view.ts';
import { eventsQuery, newCallback } from './schemas.ts';

/** The row with words, and the workflows that apply it. */
export function viewEvent(row: EventRow, language: Language) {
  return {
    ...row,
    workflows: row.objects.map((object) => syncWorkflowId(row.connection, object)),
    problem: row.problem ? viewProblem(row.problem, undefined, language) : null,
  };
}

export function eventRoutes({ events, inbox, callbacks, connections }: ApiParts): Route[] {
  return [
    route('listEvents', 'GET /api/v1/events', {
      says: 'Lists events, newest first, and how many wait to be sent to their objects.',
      query: eventsQuery,
      answer: eventsShape,
      async run({ query: { connection, limit }, language }) {
        const rows = await events.list(connection ?? null, limit);
        const { count, oldest } = await inbox.waiting();
        const waiting = { count, oldest: oldest?.toISOString() ?? null };
        return { events: rows.map((it) => viewEvent(it, language)), waiting };
      },
    }),
    route('getEvent', 'GET /api/v1/events/:id', {
      says: 'Shows what became of an event.',
      answer: eventShape,
      refuses: ['EVENT_UNKNOWN'],
      async run({ id, language }) {
        const row = await events.get(id);
        if (!row) throw new ProblemError(problem('EVENT_UNKNOWN'));
        return viewEvent(row, language);
      },
    }),
    route('makeCallback', 'POST /api/v1/connections/:id/callback', {
      says: 'Makes an address for DingTalk’s callbacks, in place of the one there was.',
      body: newCallback,
      status: 201,
      answer: callbackShape,
      refuses: ['CONNECTION_UNKNOWN'],
      async run({ id, body }) {
        const { path, ...secrets } = await callbacks.replace(id, body.receiver);
        return { path: `/callbacks/dingtalk/${path}`, ...secrets };
      },
    }),
    route('removeCallback', 'DELETE /api/v1/connections/:id/callback', {
      says: 'Ends the address for callbacks; what DingTalk sends there is refused from then on.',
      answer: removedShape,
      refuses: ['CONNECTION_UNKNOWN'],
      async run({ id }) {
        await connections.get(id);
        await callbacks.remove(id);
        return { removed: id };
      },
    }),
  ];
}
