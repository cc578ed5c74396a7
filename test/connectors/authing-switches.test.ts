/** One story of writing and reading, told once for every way in which Authing's open questions may be answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authingSwitches } from '../../sandbox/authing/switches.ts';
import { problemOf } from '../../model/problem.ts';
import { people, person, sandboxAuthing } from './authing-sandbox.ts';
import type { ItemResult } from '../../connectors/target.ts';
import type { TargetPerson } from '../../model/directory.ts';
import type { SandboxAuthing, Settings } from './authing-sandbox.ts';

let sandbox: SandboxAuthing;
beforeAll(async () => {
  sandbox = await sandboxAuthing();
});
afterAll(() => sandbox.close());

const ORG = 'northwind';

function values(results: ItemResult<TargetPerson>[]): TargetPerson[] {
  return results.map((it) => {
    if (it.outcome !== 'done') throw new Error(`${it.outcome} ${it.problem.code}`);
    return it.value;
  });
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => problemOf(error).code,
  );

const outcomes = (results: ItemResult<TargetPerson>[]): string[] =>
  results.map((it) => (it.outcome === 'done' ? 'done' : it.problem.code));

/** Everything that a synchronisation does, ending with what is then at the target. */
async function story(settings: Settings, over: 'https' | 'direct' = 'https') {
  const root = sandbox.fresh(settings);
  sandbox.authing.addForeign();
  const { reader, writer } = over === 'https' ? sandbox.connect() : sandbox.connectDirectly();
  const said: Record<string, unknown> = {};
  await writer.defineCustomFields([
    { key: 'jobNumber', label: 'Job number', type: 'STRING' },
    { key: 'level', label: 'Level', type: 'NUMBER' },
  ]);

  const make = (key: string, name: string, parentId: string) =>
    writer.createDepartment(ORG, { key, name, parentId });
  const rd = await make('corp:2', '研发部', root);
  const web = await make('corp:3', 'Web', rd.id);
  const sales = await make('corp:4', 'Sales', root);

  const crew = people(49).map((it, n) => ({ ...it, departmentIds: [n % 2 ? rd.id : web.id] }));
  const ada = person(49, {
    fields: {
      name: ' Ada ',
      email: 'Ada@Northwind.example',
      phone: '13900000049',
      custom: { jobNumber: 'N049', level: 3, undefinedField: 'x' },
    },
    departmentIds: [rd.id, sales.id],
  });
  const made = values(await writer.createPeople([...crew, ada]));
  const [first, second, , fourth] = made as [
    TargetPerson,
    TargetPerson,
    TargetPerson,
    TargetPerson,
  ];
  const last = made[49] as TargetPerson;

  said.again = outcomes(await writer.createPeople([crew[0] ?? ada, person(50)]));
  said.taken = outcomes(
    await writer.createPeople([
      person(51, { fields: { email: 'ADA@northwind.example' } }),
      person(52),
    ]),
  );
  values(
    await writer.updatePeople([
      { id: last.id, fields: { custom: { level: 4 } } },
      { id: first.id, fields: { name: 'First' }, status: 'Suspended' },
      { id: second.id, fields: { username: 'Second' } },
    ]),
  );
  await writer.updateDepartment(ORG, web.id, { name: 'Web & App', parentId: sales.id });
  await writer.updateDepartment(ORG, sales.id, { leaderIds: [last.id] });
  said.cycle = await codeOf(writer.updateDepartment(ORG, sales.id, { parentId: web.id }));
  await writer.addMembers(ORG, sales.id, [first.id, last.id]);
  await writer.removeMembers(ORG, web.id, [first.id, second.id]);
  await writer.removeMembers(ORG, sales.id, [fourth.id]);
  const empty = await make('corp:5', 'Empty', rd.id);
  await writer.deleteDepartment(ORG, empty.id);
  await writer.deleteDepartment(ORG, empty.id);

  const departments = await reader.departments(ORG);
  const nameOf = (id: string | null) => departments.find((it) => it.id === id)?.name ?? 'root';
  const read = await reader.people(
    ['corp:0', 'corp:1', 'corp:49', 'corp:51', 'corp:52', 'corp:none'],
    'external_id',
  );
  return {
    said,
    departments: departments
      .map((it) => [it.key, it.name, nameOf(it.parentId), it.leaderIds.length].join('|'))
      .sort(),
    people: read
      .map((it) => ({
        key: it.key,
        status: it.status,
        ...it.fields,
        photo: null,
        departments: it.departmentIds?.map(nameOf).sort(),
      }))
      .sort((a, b) => String(a.key).localeCompare(String(b.key))),
    sales: (await reader.memberIds(ORG, sales.id)).length,
    organizations: (await reader.organizations()).map((it) => it.code).sort(),
    fields: (await reader.customFields()).filter((it) => it !== 'undefinedField').sort(),
    notified: sandbox.authing.notifications().length,
  };
}

let usual: Awaited<ReturnType<typeof story>>;
beforeAll(async () => {
  usual = await story({});
});

it('ends as wanted with every question answered the likelier way', () => {
  expect(usual).toMatchObject({
    said: {
      again: ['done', 'done'],
      taken: ['DATA_EMAIL_TAKEN', 'done'],
      cycle: 'DATA_CYCLE',
    },
    departments: ['corp:2|研发部|root|0', 'corp:3|Web & App|Sales|0', 'corp:4|Sales|root|1'],
    people: [
      { key: 'corp:0', name: 'First', status: 'Suspended', departments: ['Sales'] },
      { key: 'corp:1', username: 'Second', departments: ['研发部'] },
      {
        key: 'corp:49',
        name: 'Ada',
        email: 'ada@northwind.example',
        phoneCountryCode: '+86',
        custom: { jobNumber: 'N049', level: 4 },
        departments: ['Sales', '研发部'],
      },
      { key: 'corp:52' },
    ],
    sales: 2,
    notified: 0,
  });
});

const otherWays = Object.entries(authingSwitches).flatMap(([name, entry]) =>
  entry.values
    .filter((value) => value !== entry.default)
    .map((value): [string, string] => [name, value]),
);

describe('every other way of every switch ends the same', () => {
  it.each(otherWays)('%s: %s', async (name, value) => {
    expect(await story({ [name]: value }, 'direct')).toEqual(usual);
  });
});

describe('combinations that reality may hold', () => {
  const combinations: Settings[] = [
    { allDepartments: 2 },
    { batch: 'skip', partialBatchReply: 'nulls', replyOrder: 'shuffled', absentUsers: 'null' },
    { batch: 'stop', partialBatchReply: 'failure', conflictCode: 'none', conflictStatus: '499' },
    { bearer: 'refused', badToken: 'http', poolHeader: 'required', tokens: 'newest' },
    { unsetFields: 'null', customDataUpdate: 'replace', unknownCustomData: 'refuse' },
    { duplicateDepartmentCode: 'allow', departmentKeyScope: 'pool', allDepartmentsRoot: 'yes' },
  ];
  it.each(combinations.map((it) => [JSON.stringify(it), it] as const))('%s', async (_, got) => {
    expect(await story(got)).toEqual(usual);
  });
});
