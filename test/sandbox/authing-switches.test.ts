/** Every switch of the simulated Authing, each way: one small scene per switch, and what is seen in it. */
import { describe, expect, it } from 'vitest';
import { authingSwitches } from '../../sandbox/authing/switches.ts';
import { desk, outcomeOf, request, tokenOf } from './authing-desk.ts';
import { accessScenes } from './authing-switch-scenes-access.ts';
import { departmentScenes } from './authing-switch-scenes-departments.ts';
import { peopleScenes } from './authing-switch-scenes-people.ts';
import type { AuthingSwitches } from '../../sandbox/authing/switches.ts';
import type { Scene } from './authing-switch-scenes-departments.ts';

// The type makes a switch without a scene fail to compile.
const scenes: Record<keyof AuthingSwitches, Scene> = {
  ...departmentScenes,
  ...peopleScenes,
  ...accessScenes,
};

describe.each(Object.entries(scenes))('the switch %s', (name, { seen, outcomes }) => {
  const entry = authingSwitches[name as keyof AuthingSwitches];

  it.each([...entry.values])('set to %s', (value) => {
    const at = desk({ switches: { [name]: value } });
    expect(seen(at)).toEqual(outcomes[value]);
  });

  it('has a default among its values, all of which differ', () => {
    expect(entry.values).toContain(entry.default);
    const distinct = new Set(entry.values.map((value) => JSON.stringify(outcomes[value])));
    expect(distinct.size).toBe(entry.values.length);
    expect(Object.keys(outcomes).sort()).toEqual([...entry.values].sort());
  });
});

describe('settings', () => {
  it('are seen and changed while running, all or nothing', () => {
    const { authing } = desk();
    authing.configure({ batch: 'skip', callsPerSecond: 20 });
    expect(authing.settings()).toMatchObject({ batch: 'skip', callsPerSecond: 20 });
    const wrong = { batch: 'stop', bearer: 'perhaps' };
    expect(() => authing.configure(wrong)).toThrow('the switch bearer is one of');
    expect(() => authing.configure({ batches: 'stop' })).toThrow(
      'no Authing setting named batches',
    );
    expect(() => authing.configure({ callsPerSecond: -1 })).toThrow('callsPerSecond');
    expect(authing.settings()).toMatchObject({ batch: 'skip', callsPerSecond: 20 });
  });
});

describe('limits', () => {
  it('let so many calls pass in any second, then 429 inside HTTP 200, per pool', () => {
    const at = desk({ limits: { callsPerSecond: 3 } });
    const headers = { authorization: tokenOf(at.authing) };
    const call = (): string =>
      outcomeOf(at.authing.handle(request('GET', 'list-organizations', {}, headers)));
    expect([call(), call(), call(), call()]).toEqual([
      '200: 200',
      '200: 200',
      '200: 200',
      '200: 429',
    ]);
    at.advance(999);
    expect(call()).toBe('200: 429');
    at.advance(1);
    expect([call(), call(), call(), call()].at(-1)).toBe('200: 429');
  });

  it('hold for the token interface apart', () => {
    const at = desk({ limits: { tokenCallsPerSecond: 1 } });
    tokenOf(at.authing);
    expect(() => tokenOf(at.authing)).toThrow();
    at.advance(1000);
    tokenOf(at.authing);
  });

  it('cut get-all-departments, deep pages, names, depth and departments per person', () => {
    const at = desk();
    const add = (name: string, parentDepartmentId = 'root') =>
      at.ok('create-department', { organizationCode: 'acme', name, parentDepartmentId });
    const a = add('a');
    const b = add('b', a.departmentId);
    at.ok('create-user', { username: 'u', departmentIds: [a.departmentId] });
    at.authing.configure({
      allDepartments: 1,
      listUsersWindow: 20,
      departmentName: 3,
      treeDepth: 2,
      departmentsPerUser: 1,
    });
    const all = at.ok('get-all-departments', { organizationCode: 'acme' });
    expect([all.totalCount, all.list.length]).toEqual([2, 1]);
    const page = (number: number) =>
      at.code('list-users', { options: { pagination: { page: number, limit: 10 } } });
    expect([page(2), page(3)]).toEqual(['200', '400']);
    expect(() => add('long name')).toThrow('参数 name');
    expect(() => add('c', b.departmentId)).toThrow('422');
    const departmentIds = [a.departmentId, b.departmentId];
    expect(at.code('create-user', { username: 'v', departmentIds })).toBe('422');
  });
});
