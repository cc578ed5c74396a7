/** One bad record in a batch of 50: all others arrive, the bad one gets its reason, and few calls are spent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people, person, sandboxAuthing } from './authing-sandbox.ts';
import type { NewPerson } from '../../connectors/target.ts';
import type { SandboxAuthing, Settings } from './authing-sandbox.ts';

/** 2 * ceil(log2(50)) + 2, beyond the batch itself. */
const EXTRA_CALLS_PER_BAD_RECORD = 14;

let sandbox: SandboxAuthing;
beforeAll(async () => {
  sandbox = await sandboxAuthing();
});
afterAll(() => sandbox.close());

/** Kinds of badness, each with the code that must name it. */
const BAD: Record<string, { code: string; make: (n: number) => NewPerson }> = {
  'a taken phone number': {
    code: 'DATA_PHONE_TAKEN',
    make: (n) => person(n, { fields: { name: 'Bad', phone: '13900000001' } }),
  },
  'a taken e-mail address': {
    code: 'DATA_EMAIL_TAKEN',
    make: (n) => person(n, { fields: { name: 'Bad', email: 'Taken@northwind.example' } }),
  },
  'a taken user name': {
    code: 'DATA_USERNAME_TAKEN',
    make: (n) => person(n, { fields: { name: 'Bad', username: 'taken' } }),
  },
  'a key that another account has': {
    code: 'DATA_KEY_TAKEN',
    make: (n) => person(n, { key: 'corp:taken', fields: { name: 'Bad', username: `free${n}` } }),
  },
  'no identifier': {
    code: 'DATA_IDENTIFIER_MISSING',
    make: (n) => person(n, { fields: { name: 'Bad' } }),
  },
  'an address of bad form': {
    code: 'DATA_FIELD_REFUSED',
    make: (n) => person(n, { fields: { name: 'Bad', email: 'no-address' } }),
  },
  'a department that is gone': {
    code: 'DATA_DEPARTMENT_GONE',
    make: (n) => person(n, { departmentIds: ['64a0c0ffee000000000000ff'] }),
  },
};

/** Keys that were sent although they were at the target already. */
let sentAgain: unknown[] = [];

async function withBad(bad: Map<number, keyof typeof BAD>, settings: Settings) {
  sandbox.fresh(settings);
  const { writer } = sandbox.connectDirectly();
  sandbox.authing.byHand('create-user', {
    externalId: 'corp:taken',
    phone: '13900000001',
    email: 'taken@northwind.example',
    username: 'taken',
  });
  sentAgain = [];
  sandbox.fail(({ name, body }) => {
    if (!name.startsWith('create-')) return null;
    const there = new Set(sandbox.people().map((it) => it.profile['externalId']));
    const list = (body.list ?? [body]) as { externalId: string }[];
    sentAgain.push(...list.filter((it) => there.has(it.externalId)));
    return null;
  });
  const batch = people(50).map((it, n) => {
    const kind = bad.get(n);
    return kind === undefined ? it : (BAD[kind]?.make(n) ?? it);
  });
  const results = await writer.createPeople(batch);
  const calls = sandbox.calls();

  const wrong = results.flatMap((result, n) => {
    const kind = bad.get(n);
    const expected = kind === undefined ? 'done' : (BAD[kind]?.code ?? '');
    const got = result.outcome === 'done' ? 'done' : result.problem.code;
    return got === expected ? [] : [`${n}: ${got} instead of ${expected}`];
  });
  expect(wrong).toEqual([]);
  const keys = sandbox.people().map((it) => it.profile['externalId']);
  expect(keys.length).toBe(51 - bad.size);
  expect(new Set(keys).size).toBe(keys.length);
  return calls;
}

const SEMANTICS: Settings[] = [
  { batch: 'atomic' },
  { batch: 'atomic', conflictCode: 'none', conflictStatus: '499', replyOrder: 'shuffled' },
  { batch: 'skip', partialBatchReply: 'failure' },
  { batch: 'skip', partialBatchReply: 'done', replyOrder: 'shuffled' },
  { batch: 'skip', partialBatchReply: 'nulls', conflictCode: 'per-field' },
  { batch: 'stop', partialBatchReply: 'failure', absentUsers: 'null' },
  { batch: 'stop', partialBatchReply: 'done', batchValidation: 'item' },
  { batch: 'stop', partialBatchReply: 'nulls', unsetFields: 'null' },
];
const named = SEMANTICS.map((it) => [JSON.stringify(it), it] as const);

describe('one bad record at any place of 50', () => {
  it.each(named)('%s', async (_, settings) => {
    let most = 0;
    for (let place = 0; place < 50; place += 1) {
      const kinds = Object.keys(BAD);
      const kind = kinds[place % kinds.length] ?? '';
      const calls = await withBad(new Map([[place, kind]]), settings);
      most = Math.max(most, calls.length - 1);
    }
    expect(most).toBeLessThanOrEqual(EXTRA_CALLS_PER_BAD_RECORD);
  });
});

describe('the worst case', () => {
  it('is within the bound when only four reads tell which identifier is taken', async () => {
    BAD['the last of three'] = {
      code: 'DATA_USERNAME_TAKEN',
      make: (n) =>
        person(n, {
          fields: { phone: '13700000000', email: 'free@northwind.example', username: 'taken' },
        }),
    };
    let most = 0;
    for (let place = 0; place < 50; place += 1) {
      const calls = await withBad(new Map([[place, 'the last of three']]), { batch: 'atomic' });
      most = Math.max(most, calls.length - 1);
    }
    delete BAD['the last of three'];
    expect(most).toBe(EXTRA_CALLS_PER_BAD_RECORD);
  });
});

describe('a batch of changes', () => {
  it.each(named)('with one bad one at any place: %s', async (_, settings) => {
    sandbox.fresh(settings);
    const { writer } = sandbox.connectDirectly();
    const ids = (await writer.createPeople(people(50))).map((it) =>
      it.outcome === 'done' ? it.value.id : '',
    );
    sandbox.authing.byHand('create-user', { username: 'taken' });
    for (let place = 0; place < 50; place += 1) {
      sandbox.calls();
      const results = await writer.updatePeople(
        ids.map((id, n) => ({
          id,
          fields: n === place ? { username: 'taken' } : { name: `Round ${place}, ${n}` },
        })),
      );
      expect(sandbox.calls().length - 1).toBeLessThanOrEqual(EXTRA_CALLS_PER_BAD_RECORD);
      results.forEach((it, n) => {
        if (n !== place) return expect(it.outcome).toBe('done');
        expect(it).toMatchObject({
          outcome: 'refused',
          problem: { code: 'DATA_USERNAME_TAKEN', effect: 'none' },
        });
      });
      const names = new Map(sandbox.people().map((it) => [it.id, it.profile['name']]));
      const others = ids.filter((id, n) => n !== place && names.get(id) !== `Round ${place}, ${n}`);
      expect(others).toEqual([]);
    }
  });

  it('with a person who was deleted, who is named as gone', async () => {
    for (const [, settings] of named) {
      sandbox.fresh(settings);
      const { writer } = sandbox.connectDirectly();
      const [first, second] = await writer.createPeople(people(2));
      if (first?.outcome !== 'done' || second?.outcome !== 'done') throw new Error('not created');
      sandbox.authing.byHand('delete-users-batch', { userIds: [first.value.id] });
      const results = await writer.updatePeople(
        [first, second].map((it) => ({ id: it.value.id, fields: { name: 'New' } })),
      );
      expect(results).toMatchObject([
        { outcome: 'refused', problem: { code: 'DATA_PERSON_GONE' } },
        { outcome: 'done', value: { fields: { name: 'New' } } },
      ]);
    }
  });
});

describe('several bad records', () => {
  it.each(named)('are each named, with the calls of each: %s', async (_, settings) => {
    const kinds = Object.keys(BAD);
    for (const places of [
      [0, 1],
      [0, 49],
      [48, 49],
      [7, 23, 24],
      [3, 9, 27, 31, 40, 44, 49],
    ]) {
      const bad = new Map(places.map((place, n) => [place, kinds[n % kinds.length] ?? '']));
      const calls = await withBad(bad, settings);
      expect(calls.length - 1).toBeLessThanOrEqual(EXTRA_CALLS_PER_BAD_RECORD * bad.size);
    }
  });

  it('faults of form refuse the whole batch, others do not: both are found with few calls', async () => {
    for (const [form, clash] of [
      [40, 10],
      [3, 20],
      [25, 24],
    ] as const) {
      const bad = new Map([
        [form, 'an address of bad form'],
        [clash, 'a taken phone number'],
      ]);
      const settings = { partialBatchReply: 'failure', batchValidation: 'whole' } as const;
      for (const batch of ['skip', 'stop'] as const) {
        const calls = await withBad(bad, { batch, ...settings });
        expect(calls.length - 1).toBeLessThanOrEqual(2 * EXTRA_CALLS_PER_BAD_RECORD);
        expect(sentAgain).toEqual([]);
      }
    }
  });

  it('may be all of them', async () => {
    for (const [, settings] of named) {
      const all = new Map(people(50).map((__, n) => [n, 'a taken phone number']));
      await withBad(all, settings);
    }
  });
});
