/** The rules of the house themselves: a small clean project passes, and every planted break is named where it is. */
import { describe, expect, it } from 'vitest';
import { breaksOf } from './architecture/repository.ts';
import type { RawFile } from './architecture/source-file.ts';

const OPENING = '/** What this file is, in one sentence. */\n';

/** A project as small as possible that breaks nothing. */
const clean: Record<string, string> = {
  'model/person.ts': 'export interface Person { at: Date }\nexport const NOBODY = null;\n',
  'plan/diff.ts':
    "import { NOBODY } from '../model/person.ts';\nexport const diff = () => NOBODY;\n",
  'connectors/source.ts':
    "import type { Person } from '../model/person.ts';\nexport type S = Person;\n",
  'connectors/dingtalk/reader.ts':
    "import { z } from 'zod';\nimport type { S } from '../source.ts';\nexport const read = (s: S) => z.string().parse(s);\n",
  'connectors/authing/writer.ts': 'export const write = () => undefined;\n',
  'store/links.ts':
    "import { MongoClient } from 'mongodb';\nexport const links = () => MongoClient;\n",
  'activities/index.ts':
    "import { diff } from '../plan/diff.ts';\nimport type { links } from '../store/links.ts';\nexport const make = (it: typeof links) => [diff, it];\n",
  'workflows/messages.ts': "export const QUEUE = 'bulk';\n",
  'workflows/index.ts':
    "import { proxyActivities } from '@temporalio/workflow';\nimport { QUEUE } from './messages.ts';\nexport const run = () => [proxyActivities, QUEUE];\n",
  'worker/main.ts':
    "import { make } from '../activities/index.ts';\nimport { read } from '../connectors/dingtalk/reader.ts';\nimport { write } from '../connectors/authing/writer.ts';\nimport { links } from '../store/links.ts';\nimport { env } from '../runtime/config.ts';\nmake(links); read; write; env;\n",
  'api/main.ts': "import { routes } from './routes.ts';\nroutes();\n",
  'api/routes.ts': "import express from 'express';\nexport const routes = () => express();\n",
  'runtime/config.ts': 'export const env = process.env;\n',
  'sandbox/main.ts': 'process.exitCode = 0;\n',
  'engines/main.ts': 'export {};\nprocess.env.PATH;\n',
  'test/plan/diff.test.ts': "import { it } from 'vitest';\nit('holds', () => undefined);\n",
};

function project(changes: Record<string, string | null> = {}): RawFile[] {
  return Object.entries({ ...clean, ...changes })
    .filter((it): it is [string, string] => it[1] !== null)
    .map(([path, body]) => ({ path, text: body.startsWith('/') ? body : `${OPENING}${body}` }));
}

/** Adds lines to a file of the clean project; its own code begins at line 2. */
const more = (path: string, lines: string) => ({ [path]: `${clean[path]}${lines}\n` });

/** A description, the files that are changed, and every break that must be named. */
const planted: [string, Record<string, string | null>, string[]][] = [
  [
    'the model imports the planner',
    more('model/person.ts', "import '../plan/diff.ts';"),
    [
      'model/person.ts:4 model may not import plan/diff.ts',
      'model/person.ts:1 is part of an import cycle: model/person.ts -> plan/diff.ts -> model/person.ts',
    ],
  ],
  [
    'the planner imports a type of the store',
    more('plan/diff.ts', "import type { links } from '../store/links.ts';"),
    ['plan/diff.ts:4 plan may not import store/links.ts'],
  ],
  [
    'one connector imports the other',
    more('connectors/authing/writer.ts', "export { read } from '../dingtalk/reader.ts';"),
    [
      'connectors/authing/writer.ts:3 connectors/authing may not import connectors/dingtalk/reader.ts',
    ],
  ],
  [
    'a port imports its connector',
    more('connectors/source.ts', "import '../connectors/authing/writer.ts';"),
    ['connectors/source.ts:4 connectors may not import connectors/authing/writer.ts'],
  ],
  [
    'the store imports a connector',
    more('store/links.ts', "import type { S } from '../connectors/source.ts';"),
    ['store/links.ts:4 store may not import connectors/source.ts'],
  ],
  [
    'activities import the store as a value',
    more('activities/index.ts', "import { links as l } from '../store/links.ts';"),
    [
      'activities/index.ts:5 activities may import only types of store (store/links.ts): write "import type"',
    ],
  ],
  [
    'activities load the store later',
    more('activities/index.ts', "void import('../store/links.ts');"),
    [
      'activities/index.ts:5 activities may import only types of store (store/links.ts): write "import type"',
    ],
  ],
  [
    'workflows import activities as values',
    more('workflows/index.ts', "import { make } from '../activities/index.ts';"),
    [
      'workflows/index.ts:5 workflows may import only types of activities (activities/index.ts): write "import type"',
    ],
  ],
  [
    "workflows use Node's modules",
    more('workflows/index.ts', "import { createHash } from 'node:crypto';"),
    ['workflows/index.ts:5 workflows may not import the package node:crypto'],
  ],
  [
    'a route of the API puts parts together, which its main alone may',
    more('api/routes.ts', "import { links } from '../store/links.ts';"),
    ['api/routes.ts:4 api may import only types of store (store/links.ts): write "import type"'],
  ],
  [
    'the API imports a workflow, not only the messages',
    more('api/routes.ts', "import { run } from '../workflows/index.ts';"),
    ['api/routes.ts:4 api may not import workflows/index.ts'],
  ],
  [
    'the command line imports the engines and the sandbox',
    { 'cli/main.ts': "import '../engines/main.ts';\nimport '../sandbox/main.ts';\n" },
    [
      'cli/main.ts:2 cli may not import engines/main.ts',
      'cli/main.ts:3 cli may not import sandbox/main.ts',
    ],
  ],
  [
    'the sandbox borrows a type of ours',
    more('sandbox/main.ts', "import type { Person } from '../model/person.ts';"),
    ['sandbox/main.ts:3 sandbox may not import model/person.ts'],
  ],
  [
    'the engines import the store',
    more('engines/main.ts', "import { links } from '../store/links.ts';"),
    ['engines/main.ts:4 engines may not import store/links.ts'],
  ],
  [
    'the runtime imports the API',
    more('runtime/config.ts', "import type { routes } from '../api/routes.ts';"),
    ['runtime/config.ts:3 runtime may not import api/routes.ts'],
  ],
  [
    'an import type hides in a signature',
    more('model/person.ts', "export type X = import('../store/links.ts').links;"),
    ['model/person.ts:4 model may not import store/links.ts'],
  ],
  [
    'the model uses a package',
    more('model/person.ts', "import { z } from 'zod';"),
    ['model/person.ts:4 model may not import the package zod'],
  ],
  [
    'a connector uses a package of the database, and a part of a package',
    more('connectors/source.ts', "import 'mongodb';\nimport 'zod/v4';\nimport 'zodiac';"),
    [
      'connectors/source.ts:4 connectors may not import the package mongodb',
      'connectors/source.ts:6 connectors may not import the package zodiac',
    ],
  ],
  [
    'an import leads nowhere',
    more('plan/diff.ts', "import '../model/people.ts';"),
    ['plan/diff.ts:4 imports ../model/people.ts, which does not exist'],
  ],
  [
    'two files of one folder import each other',
    {
      'plan/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
      'plan/b.ts':
        "import type { a } from './a.ts';\nexport const b = (): typeof a | null => null;\n",
    },
    ['plan/a.ts:1 is part of an import cycle: plan/a.ts -> plan/b.ts -> plan/a.ts'],
  ],
  [
    'a file is used by its test alone',
    {
      'plan/old.ts': 'export const old = 1;\n',
      'test/plan/old.test.ts': "import { old } from '../../plan/old.ts';\nold;\n",
    },
    ['plan/old.ts:1 is used by nobody (tests aside)'],
  ],
  [
    'a file that tests share is used by none',
    { 'test/plan/world.ts': 'export const world = 1;\n' },
    ['test/plan/world.ts:1 is used by nobody (tests aside)'],
  ],
  [
    'something is exported for nobody',
    more('store/links.ts', 'export function unlink(): void {}'),
    ['store/links.ts:4 exports unlink, which nobody imports'],
  ],
  [
    'the planner reads the clock, in three spellings',
    more('plan/diff.ts', 'const a = [Date.now(), new Date(), Date(), new Date(0)];'),
    Array<string>(3).fill('plan/diff.ts:4 is pure and may not use the clock'),
  ],
  [
    'the planner uses chance',
    more('plan/diff.ts', 'const a = Math.random();'),
    ['plan/diff.ts:4 is pure and may not use chance'],
  ],
  [
    'the model sets a timer, prints, asks the process and fetches',
    more('model/person.ts', 'setTimeout(() => console.log(process.pid), 1);\nvoid fetch(x);'),
    [
      'model/person.ts:4 is pure and may not use setTimeout',
      'model/person.ts:4 is pure and may not use console',
      'model/person.ts:4 is pure and may not use process',
      'model/person.ts:5 is pure and may not use fetch',
    ],
  ],
  [
    'the planner depends on the language and the zone of the machine',
    more('plan/diff.ts', 'const a = (d: Date) => [d.toLocaleString(), d.getHours()];'),
    [
      'plan/diff.ts:4 is pure and may not use toLocaleString (language or zone of the machine)',
      'plan/diff.ts:4 is pure and may not use getHours (language or zone of the machine)',
    ],
  ],
  [
    'the planner reaches around the rules',
    more('plan/diff.ts', "globalThis['process'];\nimport.meta.url;"),
    [
      'plan/diff.ts:4 is pure and may not use globalThis',
      'plan/diff.ts:5 is pure and may not use import.meta',
    ],
  ],
  [
    'the environment is read outside the runtime, in five spellings',
    more(
      'worker/main.ts',
      "process.env.HOME;\nprocess['env'];\nconst { env: e } = process;\nglobalThis.process.env;\nimport { env as f } from 'node:process';",
    ),
    [8, 9, 10, 11, 12].map(
      (line) => `worker/main.ts:${line} reads the environment; only runtime/ may`,
    ),
  ],
  [
    'tests are left out',
    more(
      'test/plan/diff.test.ts',
      "it.skip('a', f);\ndescribe.only('b', f);\nit.each([1]).skip('c', f);\nit.skipIf(x)('d', f);\nxit('e', f);",
    ),
    [
      'test/plan/diff.test.ts:4 leaves tests out with it.skip',
      'test/plan/diff.test.ts:5 leaves tests out with describe.only',
      'test/plan/diff.test.ts:6 leaves tests out with it.skip',
      'test/plan/diff.test.ts:7 leaves tests out with it.skipIf',
      'test/plan/diff.test.ts:8 leaves tests out with xit',
    ],
  ],
  [
    'a file opens without a sentence',
    {
      'engines/main.ts': '/* eslint-disable */\nexport {};\n',
      'sandbox/main.ts': '// @ts-nocheck\nexport {};\n',
    },
    [
      'sandbox/main.ts:1 does not open with a sentence that says what it is',
      'engines/main.ts:1 does not open with a sentence that says what it is',
    ],
  ],
  [
    'a file grows beyond a few screens',
    more('engines/main.ts', 'export {};\n'.repeat(400)),
    ['engines/main.ts:400 has 404 lines, more than 400'],
  ],
  [
    'a folder and a file do not say what is in them',
    {
      'plan/core/a.ts': 'export const A = 1;\n',
      'plan/helpers.ts': "export { A as B } from './core/a.ts';\n",
      ...more('plan/diff.ts', "import './helpers.ts';"),
    },
    [
      'plan/core/a.ts:1 "core" does not say what is in it',
      'plan/helpers.ts:1 "helpers" does not say what is in it',
    ],
  ],
  [
    'a folder is not in the table',
    { 'services/main.ts': "import '../model/person.ts';\n" },
    [
      'services/main.ts:2 is in a folder that the import table does not know',
      'services/main.ts:1 is used by nobody (tests aside)',
      'services/main.ts:1 "services" does not say what is in it',
      'services/main.ts:1 is in a folder that the import table does not know',
    ],
  ],
];

describe('the rules of the house', () => {
  it('find nothing in a clean project', () => {
    expect(breaksOf(project())).toEqual([]);
  });

  it.each(planted)('name it when %s', (_, changes, expected) => {
    expect(breaksOf(project(changes)).sort()).toEqual([...expected].sort());
  });

  it('let words and types be named like the forbidden', () => {
    const body =
      "// process.env, Date.now() and setTimeout in a comment\nexport const a = 'console.log(Math.random())';\n" +
      'export const b = (it: { process: string }, fetch: number) => [it.process, { console: fetch }];\n';
    const uses = "import { a, b } from './a.ts';\nexport const c = () => [a, b];\n";
    const named = "import { c } from './c.ts';\n";
    const changes = {
      'plan/a.ts': `/** What this file is, in one sentence. */\n${body}`,
      'plan/c.ts': uses,
      'plan/diff.ts': `${named}${clean['plan/diff.ts']}c;\n`,
    };
    expect(breaksOf(project(changes))).toEqual([]);
  });
});
