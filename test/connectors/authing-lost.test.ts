/** Replies that get lost after the work was done, before it was done, or long before it is done: nobody is doubled. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../model/problem.ts';
import { people, person, sandboxAuthing } from './authing-sandbox.ts';
import type { ItemResult, TargetReader, TargetWriter } from '../../connectors/target.ts';
import type { TargetPerson } from '../../model/directory.ts';
import type { Asked } from './authing-server.ts';
import type { Fault, SandboxAuthing, Settings } from './authing-sandbox.ts';

let sandbox: SandboxAuthing;
beforeAll(async () => {
  sandbox = await sandboxAuthing();
});
afterAll(() => sandbox.close());

const WRITES = /^(create|update|delete|add|remove|set)-/;
const FAULTS: Fault[] = ['lost', 'never-arrives', 'html', 'empty-reply'];

/** A generator with a seed, so that a failure can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Breaks the next write, and counts what is written after it. */
function breakNextWrite(kind: Fault, alsoReads = false) {
  const seen = { broken: 0, writesAfter: 0 };
  sandbox.fail(({ name }) => {
    if (!WRITES.test(name)) return alsoReads && seen.broken > 0 ? 'lost' : null;
    if (seen.broken > 0) {
      seen.writesAfter += 1;
      return null;
    }
    seen.broken += 1;
    return kind;
  });
  return seen;
}

/** What a caller does once its claim has run out: reads by key, and creates who is not there. */
async function finish(reader: TargetReader, writer: TargetWriter, wanted: string[]) {
  sandbox.fail(() => null);
  const there = new Set((await reader.people(wanted, 'external_id')).map((it) => it.key));
  const missing = wanted.filter((key) => !there.has(key));
  if (missing.length === 0) return;
  const results = await writer.createPeople(
    missing.map((key) => person(Number(key.replace('corp:', '')))),
  );
  expect(results.map((it) => it.outcome)).toEqual(missing.map(() => 'done'));
}

function keysAtTarget(): string[] {
  return sandbox.people().map((it) => String(it.profile['externalId']));
}

const SETTINGS: Settings[] = [
  {},
  { batch: 'skip', partialBatchReply: 'failure' },
  { batch: 'stop', partialBatchReply: 'done', absentUsers: 'null' },
];

describe('creating people', () => {
  it('nobody is doubled and nothing is sent after an unclear reply, in 400 broken batches', async () => {
    let injections = 0;
    for (const settings of SETTINGS) {
      sandbox.fresh(settings);
      const { reader, writer } = sandbox.connectDirectly();
      const random = seeded(11);
      const wanted: string[] = [];
      for (let round = 0; round < 134; round += 1) {
        const batch = people(1 + random(12), wanted.length);
        wanted.push(...batch.map((it) => it.key));
        const kind = FAULTS[random(FAULTS.length)] ?? null;
        const seen = breakNextWrite(kind, random(4) === 0);
        const results = await writer.createPeople(batch);
        injections += seen.broken;
        expect(seen).toEqual({ broken: 1, writesAfter: 0 });
        for (const it of results) expect(['done', 'unknown']).toContain(it.outcome);
        await finish(
          reader,
          writer,
          batch.map((it) => it.key),
        );
      }
      expect(keysAtTarget().sort()).toEqual([...wanted].sort());
    }
    expect(injections).toBeGreaterThanOrEqual(400);
  });

  it('those seen by reading back are done, the others are unknown', async () => {
    for (const [kind, outcome] of [
      ['lost', 'done'],
      ['html', 'done'],
      ['empty-reply', 'done'],
      ['never-arrives', 'unknown'],
    ] as const) {
      sandbox.fresh();
      const { writer } = sandbox.connect();
      breakNextWrite(kind);
      const results = await writer.createPeople(people(3));
      expect(results.map((it) => it.outcome)).toEqual([outcome, outcome, outcome]);
      if (results[0]?.outcome === 'done') expect(results[0].value.key).toBe('corp:0');
      if (results[0]?.outcome === 'unknown') expect(results[0].problem.effect).toBe('unknown');
    }
  });

  it('one broken read does not make them unknown, two do', async () => {
    for (const [brokenReads, outcome] of [
      [1, 'done'],
      [2, 'unknown'],
    ] as const) {
      sandbox.fresh();
      const { writer } = sandbox.connectDirectly();
      let reads = 0;
      sandbox.fail(({ name }) =>
        WRITES.test(name) || (name === 'get-user-batch' && ++reads <= brokenReads) ? 'lost' : null,
      );
      const results = await writer.createPeople(people(3));
      expect(results.map((it) => it.outcome)).toEqual([outcome, outcome, outcome]);
    }
  });

  it('a batch that is committed long after its reply was lost is unknown, and then there once', async () => {
    sandbox.fresh();
    const { reader, writer } = sandbox.connectDirectly();
    const late: Asked[] = [];
    sandbox.fail((asked) => {
      if (!WRITES.test(asked.name)) return null;
      late.push(asked);
      return 'never-arrives';
    });
    const results = await writer.createPeople(people(4));
    expect(results.map((it) => it.outcome)).toEqual(Array(4).fill('unknown'));
    expect(late).toHaveLength(1);
    sandbox.authing.byHand('create-users-batch', late[0]?.body ?? {});
    await finish(
      reader,
      writer,
      people(4).map((it) => it.key),
    );
    expect(keysAtTarget()).toHaveLength(4);
  });

  it('a reply lost while a bad record is looked for leaves the rest unsent, to be sent later', async () => {
    for (let broken = 1; broken <= 12; broken += 1) {
      sandbox.fresh();
      const { reader, writer } = sandbox.connectDirectly();
      sandbox.authing.byHand('create-user', { phone: '13800000030' });
      let writes = 0;
      sandbox.fail(({ name }) => (WRITES.test(name) && ++writes === broken ? 'lost' : null));
      const results = await writer.createPeople(people(50));
      expect(writes).toBeLessThanOrEqual(broken);
      const outcomes = results.map((it) =>
        it.outcome === 'refused' ? it.problem.code : it.outcome,
      );
      expect(new Set(outcomes.filter((_, n) => n !== 30))).toSatisfy((all: Set<string>) =>
        [...all].every((it) => ['done', 'unknown', 'TARGET_WRITE_NOT_SENT'].includes(it)),
      );
      sandbox.fail(() => null);
      const there = new Set(keysAtTarget());
      results.forEach((it, n) => expect(it.outcome === 'done').toBe(there.has(`corp:${n}`)));
      const good = people(50).filter((_, n) => n !== 30);
      await finish(
        reader,
        writer,
        good.map((it) => it.key),
      );
      const keys = keysAtTarget().filter((key) => key !== 'undefined');
      expect(keys.sort()).toEqual(good.map((it) => it.key).sort());
    }
  });
});

describe('changing people', () => {
  it('what shows the change is done, and nothing is sent again', async () => {
    sandbox.fresh();
    const { writer } = sandbox.connectDirectly();
    const made: ItemResult<TargetPerson>[] = await writer.createPeople(people(5));
    const ids = made.map((it) => (it.outcome === 'done' ? it.value.id : ''));
    for (let round = 0; round < 100; round += 1) {
      const kind = FAULTS[round % FAULTS.length] ?? null;
      const seen = breakNextWrite(kind);
      const results = await writer.updatePeople(
        ids.map((id) => ({
          id,
          fields: { name: `Round ${round}` },
          status: round % 2 ? 'Activated' : 'Suspended',
        })),
      );
      expect(seen.writesAfter).toBe(0);
      const expected = kind === 'never-arrives' ? 'unknown' : 'done';
      expect(results.map((it) => it.outcome)).toEqual(ids.map(() => expected));
    }
  });
});

describe('departments and memberships', () => {
  it('no department is doubled, also where the target does not enforce its key, in 120 broken calls', async () => {
    for (const duplicateOpenDepartmentId of ['refuse', 'allow'] as const) {
      const root = sandbox.fresh({ duplicateOpenDepartmentId });
      const { reader, writer } = sandbox.connectDirectly();
      for (let n = 0; n < 60; n += 1) {
        const kind = FAULTS[n % FAULTS.length] ?? null;
        const department = { key: `corp:${n}`, name: `Department ${n}`, parentId: root };
        const seen = breakNextWrite(kind, n % 5 === 0);
        const first = await writer.createDepartment('northwind', department).catch(problemOf);
        expect(seen).toEqual({ broken: 1, writesAfter: 0 });
        if ('effect' in first) expect(first.effect).toBe('unknown');
        sandbox.fail(() => null);
        const there = await reader.departmentByKey('northwind', department.key);
        expect(there === null).toBe(kind === 'never-arrives');
        if (!there) await writer.createDepartment('northwind', department);
      }
      const keys = (await reader.departments('northwind')).map((it) => it.key);
      expect(keys).toHaveLength(60);
      expect(new Set(keys).size).toBe(60);
    }
  });

  it('renaming, moving, deleting and memberships are settled by reading what they left', async () => {
    const root = sandbox.fresh();
    const { reader, writer } = sandbox.connect();
    const make = (key: string, parentId: string) =>
      writer.createDepartment('northwind', { key, name: key, parentId });
    const a = await make('corp:1', root);
    const b = await make('corp:2', root);
    const [made] = await writer.createPeople([person(1)]);
    const id = made?.outcome === 'done' ? made.value.id : '';
    const steps: [() => Promise<void>, () => Promise<boolean>][] = [
      [
        () => writer.updateDepartment('northwind', b.id, { name: 'B', parentId: a.id }),
        async () => (await reader.departments('northwind')).some((it) => it.parentId === a.id),
      ],
      [
        () => writer.addMembers('northwind', a.id, [id]),
        async () => (await reader.memberIds('northwind', a.id)).includes(id),
      ],
      [
        () => writer.removeMembers('northwind', a.id, [id]),
        async () => !(await reader.memberIds('northwind', a.id)).includes(id),
      ],
      [
        () => writer.deleteDepartment('northwind', b.id),
        async () => (await reader.departmentByKey('northwind', 'corp:2')) === null,
      ],
      [
        () => writer.renameOrganization('northwind', 'Renamed'),
        async () => (await reader.organization('northwind'))?.name === 'Renamed',
      ],
    ];
    for (const [act, isDone] of steps) {
      breakNextWrite('never-arrives');
      expect(await act().catch(problemOf)).toMatchObject({ effect: 'unknown', kind: 'transient' });
      expect(await isDone()).toBe(false);
      breakNextWrite('lost');
      expect(await act()).toBeUndefined();
      expect(await isDone()).toBe(true);
    }
  });
});
