/** `orgsync export runs|departments|problems|changes`: the history as JSON lines or CSV, page by page. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command, Options } from './command.ts';
import type { ChangeView } from './command-trace.ts';
import { csvLine } from './csv.ts';
import { text } from './given.ts';
import type { ProblemView, RunView } from './views.ts';

type Row = Record<string, unknown>;

/** Pages of rows, so that nothing large is held. */
type Pages = AsyncGenerator<Row[]>;

/** What is nested gets the names of its places, with dots between them. */
function flat(row: Row, under = ''): Row {
  const made: Row = {};
  for (const [name, value] of Object.entries(row)) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject) Object.assign(made, flat(value as Row, `${under}${name}.`));
    else made[`${under}${name}`] = value;
  }
  return made;
}

/** Opens the output; a file is the reader's alone, because a history names departments. */
function output(context: CliContext, options: Options): (piece: string) => void {
  const file = text(options, 'out');
  if (file === undefined) return context.text;
  const said = <T>(write: () => T): T => {
    try {
      return write();
    } catch {
      throw new CliFault(context.say('fileAway', { file }), EXIT.failed);
    }
  };
  // Spreadsheets take a file for their own old code page unless it begins with this sign.
  const mark = text(options, 'format') === 'csv' ? '\ufeff' : '';
  said(() => writeFileSync(file, mark, { mode: 0o600 }));
  return (piece) => said(() => appendFileSync(file, piece));
}

async function write(
  context: CliContext,
  options: Options,
  columns: readonly string[],
  pages: Pages,
): Promise<number> {
  const format = text(options, 'format') ?? 'jsonl';
  if (format !== 'jsonl' && format !== 'csv') throw new CliFault(context.say('formatWhat'));
  const put = output(context, options);
  let count = 0;
  let head = format === 'csv' ? csvLine([...columns]) : '';
  for await (const rows of pages) {
    count += rows.length;
    const lines = rows.map((row) => {
      if (format === 'jsonl') return `${JSON.stringify(row)}\n`;
      const cells = flat(row);
      return csvLine(columns.map((name) => cells[name]));
    });
    put(head + lines.join(''));
    head = '';
  }
  put(head);
  const file = text(options, 'out');
  if (file !== undefined) context.talk(context.say('exported', { count, file }));
  return EXIT.done;
}

async function* paged<T extends Row>(
  context: CliContext,
  path: string,
  name: string,
  query: Record<string, string>,
): Pages {
  for (let after: string | null = ''; after !== null;) {
    const asked = new URLSearchParams({ ...query, limit: '500', ...(after ? { after } : {}) });
    const page: Record<string, unknown> = await context.api.get(`${path}?${asked.toString()}`);
    yield page[name] as T[];
    after = page['next'] as string | null;
  }
}

const RUN_COLUMNS = [
  ...['id', 'connection', 'trigger', 'by', 'status', 'stage', 'startedAt', 'endedAt', 'verified'],
  ...['departments', 'people'].flatMap((kind) =>
    ['read', 'created', 'updated', 'moved', 'unchanged', 'removed', 'failed'].map(
      (it) => `counts.${kind}.${it}`,
    ),
  ),
  ...['calls.source', 'calls.targetReads', 'calls.targetWrites'],
  ...['failure.code', 'failure.message', 'failure.remedy'],
] as const;

const DEPARTMENT_COLUMNS = [
  ...['id', 'name', 'status', 'people.read', 'people.written', 'people.changed', 'people.failed'],
] as const;

const PROBLEM_COLUMNS = [
  ...['code', 'kind', 'object.kind', 'object.id', 'message', 'means', 'remedy', 'who'],
  ...['vendorCode', 'vendorMessage', 'requestId', 'tries', 'at'],
] as const;

const CHANGE_COLUMNS = ['at', 'run', 'kind', 'id', 'name', 'outcome', 'field', 'before', 'after'];

export const exportRuns: Command = {
  name: 'export runs',
  summary: 'sayExportRuns',
  takes: [],
  options: ['format', 'out', 'connection', 'status', 'trigger'],
  examples: [
    'orgsync export runs --format csv --out runs.csv',
    'orgsync export runs --connection feihua --status failed,partly_succeeded',
  ],
  json: 'RunRow',
  run(context, _args, options) {
    const names = ['connection', 'status', 'trigger'] as const;
    const given = names.flatMap((it) => {
      const value = text(options, it);
      return value === undefined ? [] : [[it, value]];
    });
    const query = Object.fromEntries(given) as Record<string, string>;
    return write(context, options, RUN_COLUMNS, paged(context, '/runs', 'runs', query));
  },
};

const EXAMPLE = '20261124085530-2313a937';

export const exportDepartments: Command = {
  name: 'export departments',
  summary: 'sayExportDepartments',
  takes: ['RUN'],
  options: ['format', 'out'],
  examples: [
    `orgsync export departments ${EXAMPLE}`,
    `orgsync export departments ${EXAMPLE} --format csv --out departments.csv`,
  ],
  json: 'RunDepartment',
  async run(context, [id = ''], options) {
    const { departments } = await context.api.get<RunView>(`/runs/${encodeURIComponent(id)}`);
    async function* all(): Pages {
      yield await Promise.resolve(departments as unknown as Row[]);
    }
    return write(context, options, DEPARTMENT_COLUMNS, all());
  },
};

export const exportProblems: Command = {
  name: 'export problems',
  summary: 'sayExportProblems',
  takes: ['RUN'],
  options: ['format', 'out'],
  examples: [
    `orgsync export problems ${EXAMPLE} --lang zh`,
    `orgsync export problems ${EXAMPLE} --format csv --out problems.csv`,
  ],
  json: 'Problem',
  async run(context, [id = ''], options) {
    const path = `/runs/${encodeURIComponent(id)}`;
    // What ended the run is a problem too, of no object.
    const { failure } = await context.api.get<{ failure: ProblemView | null }>(path);
    async function* all(): Pages {
      if (failure) yield [failure as unknown as Row];
      yield* paged(context, `${path}/problems`, 'problems', {});
    }
    return write(context, options, PROBLEM_COLUMNS, all());
  },
};

/** A table has a row for each field; what has no fields has one row. */
function fieldRows({ fields, enter, ...change }: ChangeView): Row[] {
  const entered = enter.map((after) => ({ field: 'department', before: null, after }));
  const all = [...fields, ...entered];
  return all.length === 0 ? [change] : all.map((it) => ({ ...change, ...it }));
}

export const exportChanges: Command = {
  name: 'export changes',
  summary: 'sayExportChanges',
  takes: ['RUN'],
  options: ['format', 'out'],
  flags: ['unmasked'],
  examples: [
    `orgsync export changes ${EXAMPLE}`,
    `orgsync export changes ${EXAMPLE} --unmasked --format csv --out changes.csv`,
  ],
  json: 'Change',
  run(context, [id = ''], options) {
    const path = `/runs/${encodeURIComponent(id)}/changes`;
    const people: Record<string, string> = options['unmasked'] === true ? { people: 'full' } : {};
    const pages = paged<Row>(context, path, 'changes', people);
    if (text(options, 'format') !== 'csv') return write(context, options, CHANGE_COLUMNS, pages);
    async function* table(): Pages {
      for await (const page of pages) {
        yield page.flatMap((it) => fieldRows(it as unknown as ChangeView));
      }
    }
    return write(context, options, CHANGE_COLUMNS, table());
  },
};
