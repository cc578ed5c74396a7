/** Addresses about what was changed: by a run, and of one object over runs and events. */
import type { ObjectRef } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Language } from '../model/words.ts';
import { objectState } from './object-state.ts';
import type { ApiParts, OpenedChange } from './parts.ts';
import { shownTo } from './personal.ts';
import type { Shown } from './personal.ts';
import { changesShape, traceShape } from './replies-history.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { viewEvent } from './routes-event.ts';
import { viewListed } from './run-view.ts';
import { peopleQuery, traceQuery } from './schemas.ts';

/** Entries of each list of a trace. */
const TRACED = 50;

function viewChange({ place: _place, ...change }: OpenedChange, shown: Shown) {
  const { kind, name, fields } = change;
  const called = shown.value(kind, 'name', name) ?? '';
  return { ...change, name: called, fields: shown.fields(kind, fields) };
}

export function historyRoutes(parts: ApiParts): Route[] {
  const { connections, runs, log } = parts;
  return [
    route('listChanges', 'GET /api/v1/runs/:id/changes', {
      says: 'Lists what a run wrote, field by field, page by page; people masked by default.',
      query: peopleQuery,
      answer: changesShape,
      refuses: ['RUN_UNKNOWN', 'CONNECTION_UNKNOWN', 'SECRET_UNREADABLE'],
      async run({ id, query: { limit, after, people }, by }) {
        const run = await runs.get(id);
        if (!run) throw new ProblemError(problem('RUN_UNKNOWN'));
        const found = await parts.changesOfRun(run, limit + 1, after);
        const page = found.slice(0, limit);
        const shown = shownTo(log, people, { by, run: id });
        return {
          changes: page.map((it) => viewChange(it, shown)),
          next: found.length > limit ? (page.at(-1)?.place ?? null) : null,
        };
      },
    }),
    route('traceObject', 'GET /api/v1/connections/:id/trace', {
      says: 'Shows what happened to one person or department, over runs and events.',
      query: traceQuery,
      answer: traceShape,
      refuses: ['CONNECTION_UNKNOWN', 'SECRET_UNREADABLE'],
      async run({ id, query: { people, ...object }, language, by }) {
        await connections.get(id);
        const asked = { by, connection: id, object: `${object.kind} ${object.id}` };
        return trace(parts, { id, object, language }, shownTo(log, people, asked));
      },
    }),
  ];
}

async function trace(
  parts: ApiParts,
  { id, object, language }: { id: string; object: ObjectRef; language: Language },
  shown: Shown,
) {
  const [link, { state }, changes, problems, events] = await Promise.all([
    parts.linkOf(id, object),
    objectState(parts, id, object),
    parts.changesOf(id, object, TRACED),
    problemsAbout(parts, id, object),
    parts.events.about(id, object, TRACED),
  ]);
  return {
    ...{ object, state },
    link: link && {
      ...{ targetId: link.targetId, state: link.state, adopted: link.adopted },
      ...{ departments: link.departments ?? [], parentId: link.parentId ?? null },
      reads: link.applied,
    },
    changes: changes.map((it) => viewChange(it, shown)),
    problems: problems.map(({ run, ...it }) => ({ ...viewListed(it, language), run })),
    events: events.map((it) => viewEvent(it, language)),
  };
}

/** Ids are a company's own: what another connection met under the same id is left out. */
async function problemsAbout({ runs }: ApiParts, connection: string, object: ObjectRef) {
  const found = await runs.problemsAbout(object, TRACED);
  const ids = [...new Set(found.map((it) => it.run))];
  const known = await Promise.all(ids.map(async (it) => [it, await runs.get(it)] as const));
  const mine = new Set(
    known.filter(([, run]) => run?.connection === connection).map(([runId]) => runId),
  );
  return found.filter(({ run }) => mine.has(run) || run === `sync/${connection}`);
}
