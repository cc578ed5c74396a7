/** Generated companies: decided by the seed, sound when clean, as odd as asked otherwise. */
import { expect, test } from 'vitest';
import { makeCompany } from '../../sandbox/companies.ts';
import type { MadeCompany } from '../../sandbox/companies.ts';
import type { Person } from '../../sandbox/dingtalk/company.ts';
import { openCompany, pathOf } from '../../sandbox/dingtalk/directory.ts';
import type { GeneratorOptions } from '../../sandbox/dingtalk/generator-options.ts';

const NOW = Date.UTC(2026, 0, 5);

function made(options: Partial<GeneratorOptions>, number = 1): MadeCompany {
  const generator = { people: 2000, departments: 120, seed: 1, ...options };
  return makeCompany({ number, now: NOW, generator });
}

const values = (people: Person[], field: 'mobile' | 'email' | 'userid' | 'unionid'): string[] =>
  people.map((each) => each[field]).filter((each) => each !== undefined);

test('one seed always makes the same company, another seed another', () => {
  expect(made({ seed: 5 })).toEqual(made({ seed: 5 }));
  expect(made({ seed: 5 }).data).not.toEqual(made({ seed: 6 }).data);
});

test('a clean company has the asked size, a sound tree, and nothing twice', () => {
  const { data, planted } = made({});
  expect(planted).toEqual([]);
  expect([data.people.length, data.departments.length]).toEqual([2000, 121]);
  const company = openCompany(data);
  const siblings = new Set<string>();
  for (const { department } of company.nodes.values()) {
    expect(pathOf(company, department.id).at(-1)).toBe(1);
    expect(department.name).toMatch(/^[^-,，]{1,64}$/);
    siblings.add(`${department.parentId}/${department.name}`);
  }
  expect(siblings.size).toBe(121);
  for (const field of ['mobile', 'email', 'userid', 'unionid'] as const) {
    expect(new Set(values(data.people, field)).size).toBe(2000);
  }
  for (const person of data.people) expect(person.mobile).toMatch(/^1[3-9]\d{9}$/);
});

test('sizes are uneven, about 15 % of departments are empty, and people have about 1.1 of them', () => {
  const company = openCompany(made({ people: 10_000, departments: 1000 }).data);
  const sizes = [...company.nodes.values()].slice(1).map((node) => node.members.length);
  const empty = sizes.filter((size) => size === 0).length;
  expect(empty).toBeGreaterThan(110);
  expect(empty).toBeLessThan(230);
  const sorted = sizes.sort((a, b) => b - a);
  const biggest = sorted.slice(0, 100).reduce((sum, size) => sum + size, 0);
  expect(biggest).toBeGreaterThan(3000);
  const seats = sizes.reduce((sum, size) => sum + size, 0);
  expect(seats).toBeGreaterThan(10_800);
  expect(seats).toBeLessThan(11_300);
});

test('names come from all of Unicode', () => {
  const names = made({ people: 3000 }).data.people.map((each) => each.name);
  for (const kind of [/\p{Script=Han}/u, /\p{Script=Arabic}/u, /\p{Emoji_Presentation}/u, /·/]) {
    expect(names.some((name) => kind.test(name))).toBe(true);
  }
  // Beyond the basic plane, where a character is two code units.
  expect(names.some((name) => [...name].length < name.length)).toBe(true);
});

test('a branch of 50 levels, a department of 1,000 and a parent of 500 children on demand', () => {
  const company = openCompany(
    made({ departments: 700, depth: 50, bigDepartment: 1000, wideDepartment: 500 }).data,
  );
  const nodes = [...company.nodes.values()];
  const depths = nodes.map((node) => pathOf(company, node.department.id).length - 1);
  expect(Math.max(...depths)).toBe(50);
  expect(Math.max(...nodes.map((node) => node.members.length))).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...nodes.map((node) => node.children.length))).toBeGreaterThanOrEqual(500);
});

test('siblings of one name on demand', () => {
  const { data } = made({ sameNames: 3 });
  const names = new Map<string, number>();
  for (const { parentId, name } of data.departments) {
    const key = `${parentId}/${name}`;
    names.set(key, (names.get(key) ?? 0) + 1);
  }
  expect([...names.values()].filter((times) => times > 1)).toHaveLength(3);
});

test('bad records are planted at the asked rates, each of them listed, and nothing else is bad', () => {
  const { data, planted } = made({ clean: false });
  expect(planted).toHaveLength(4 * 4);
  const people = new Map(data.people.map((each) => [each.userid, each]));
  for (const { kind, userid, other } of planted) {
    const field = kind.endsWith('mobile') ? 'mobile' : 'email';
    const value = people.get(userid)?.[field];
    expect(value).toBe(other === undefined ? undefined : people.get(other)?.[field]);
  }
  expect(new Set(values(data.people, 'mobile')).size).toBe(2000 - 8);
});

test('nobody has two faults, and no value is repeated twice, however many are planted', () => {
  const { planted } = made({ people: 60, duplicateRate: 0.15, missingRate: 0.15 });
  const concerned = planted.flatMap(({ userid, other }) => (other ? [userid, other] : [userid]));
  expect(concerned).toHaveLength(2 * (9 * 2 + 9));
  expect(new Set(concerned).size).toBe(concerned.length);
});

test('two companies have no phone number and no address in common', () => {
  const [one, two] = [made({}, 1), made({}, 2)];
  for (const field of ['mobile', 'email'] as const) {
    const first = new Set(values(one.data.people, field));
    expect(values(two.data.people, field).filter((each) => first.has(each))).toEqual([]);
  }
  expect([two.data.corpId, two.egress]).not.toEqual([one.data.corpId, one.egress]);
});

test('no people, one person, no departments: small companies are companies too', () => {
  expect(made({ people: 0, departments: 0 }).data.people).toEqual([]);
  const alone = openCompany(made({ people: 1, departments: 0 }).data);
  expect(alone.nodes.get(1)?.members).toHaveLength(1);
  expect(openCompany(made({ people: 3, departments: 1, emptyShare: 1 }).data).people.size).toBe(3);
});
