/** Whether a read was whole: each doubt by itself, at the number where it begins. */
import { describe, expect, it } from 'vitest';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import { problem } from '../../model/problem.ts';
import type { Reading } from '../../plan/completeness.ts';
import { contradicts, doubts, saysIncomplete } from '../../plan/completeness.ts';

const none = { departments: 0, people: 0 };
const reading = (more: Partial<Reading>): Reading => ({
  ...{ overAll: true, scopeKept: true, counted: null, place: '7' },
  ...{ met: { departments: 10, people: 100 }, missing: none },
  ...more,
});
const codes = (more: Partial<Reading>): ProblemCode[] =>
  doubts(reading(more)).map(({ code, detail }) => {
    expect(detail.object).toEqual({ kind: 'department', id: '7' });
    return code;
  });
const people = (met: number, missing = 0, counted: number | null = null): Partial<Reading> => ({
  ...{ met: { departments: 10, people: met }, missing: { departments: 0, people: missing } },
  counted,
});

describe('a read', () => {
  it('in which everything fits raises no doubt', () => {
    expect(doubts(reading({ counted: 100 }))).toEqual([]);
    expect(codes(people(0))).toEqual([]);
  });

  it('whose scope changed on the way is doubted', () => {
    expect(codes({ scopeKept: false })).toEqual(['READ_SCOPE_CHANGED']);
  });

  it('that met nobody is empty, when anybody was there before', () => {
    expect(codes(people(0, 1))).toEqual(['READ_EMPTY']);
    expect(codes({ ...people(0, 1), overAll: false })).toEqual(['READ_EMPTY']);
    expect(codes(people(1, 1))).toEqual([]);
  });

  it('that lacks more than half has shrunk, of people or of departments', () => {
    expect(codes(people(50, 50))).toEqual([]);
    expect(codes(people(50, 51))).toEqual(['READ_SHRUNK']);
    const departments = (met: number, missing: number) => ({
      ...{ met: { departments: met, people: 9 }, missing: { departments: missing, people: 1 } },
    });
    expect(codes(departments(4, 4))).toEqual([]);
    expect(codes(departments(4, 5))).toEqual(['READ_SHRUNK']);
    const [doubt] = doubts(reading(departments(4, 5)));
    expect(doubt?.detail).toMatchObject({ expected: 19, found: 13 });
  });

  it('of a branch may lack most of it: people leave one branch for another every day', () => {
    expect(codes({ ...people(1, 99), overAll: false })).toEqual([]);
  });

  it('may differ from the source’s count by three, or by one in a hundred', () => {
    expect(codes(people(100, 0, 103))).toEqual([]);
    expect(codes(people(100, 0, 104))).toEqual(['READ_COUNT_DIFFERS']);
    expect(codes(people(103, 0, 100))).toEqual([]);
    expect(codes(people(104, 0, 100))).toEqual(['READ_COUNT_DIFFERS']);
    expect(codes(people(990, 0, 1000))).toEqual([]);
    expect(codes(people(989, 0, 1000))).toEqual(['READ_COUNT_DIFFERS']);
    const [doubt] = doubts(reading(people(100, 0, 104)));
    expect(doubt?.detail).toMatchObject({ expected: 104, found: 100 });
  });

  it('that lacks somebody while the source counts even one more is doubted', () => {
    expect(codes(people(100, 1, 101))).toEqual(['READ_COUNT_DIFFERS']);
    expect(codes(people(100, 1, 100))).toEqual([]);
    expect(codes(people(100, 1, 99))).toEqual([]);
  });
});

it('two lists of a department contradict each other from four people on, or more than one in a hundred', () => {
  const ids = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, n) => String(from + n));
  const lacks = (many: number, of: number): boolean =>
    contradicts(new Set(ids(many, of)), ids(0, of));
  expect(lacks(0, 5)).toBe(false);
  expect(lacks(3, 200)).toBe(false);
  expect(lacks(4, 200)).toBe(true);
  expect(lacks(5, 500)).toBe(false);
  expect(lacks(6, 500)).toBe(true);
  expect(lacks(5, 502)).toBe(false);
});

it('a listed problem says that a department was not read whole, or nothing of the kind', () => {
  const at = { kind: 'department' as const, id: '7' };
  const says = (code: ProblemCode, object?: Parameters<typeof saysIncomplete>[1]): boolean =>
    saysIncomplete(problem(code) satisfies Problem, object);
  expect(says('READ_EMPTY', at)).toBe(true);
  expect(says('SOURCE_OBJECT_UNREADABLE', at)).toBe(true);
  expect(says('DATA_RECORD_UNREADABLE', at)).toBe(true);
  expect(says('DATA_CYCLE_AT_SOURCE', at)).toBe(false);
  expect(says('TARGET_DIFFERS', at)).toBe(false);
  expect(says('SOURCE_OBJECT_UNREADABLE', { kind: 'person', id: '7' })).toBe(false);
  expect(says('READ_EMPTY')).toBe(false);
});
