/** Scopes on paths: what is taken, where a walk starts, and what stands above it. */
import { describe, expect, it } from 'vitest';
import { departmentsAbove, isWhole, isWithin, walkRoots } from '../../plan/scope.ts';

// 1 - 2 - 4 - 8, 2 - 5, 1 - 3
const parents: Record<string, string> = { 2: '1', 3: '1', 4: '2', 5: '2', 8: '4' };
const path = (id: string): string[] => (id === '1' ? ['1'] : [id, ...path(parents[id] ?? '1')]);
const paths = new Map(['2', '3', '4', '5', '8'].map((id) => [id, path(id)]));
const whole = { include: [], exclude: [] };

describe('a scope', () => {
  it('without a word takes everything', () => {
    expect(isWithin(path('8'), whole)).toBe(true);
    expect(isWhole(whole)).toBe(true);
    expect(isWhole({ include: ['2'], exclude: [] })).toBe(false);
    expect(isWhole({ include: [], exclude: ['2'] })).toBe(false);
  });

  it('takes what is below what it includes, and not what is below what it excludes', () => {
    const scope = { include: ['2'], exclude: ['4'] };
    expect(['2', '3', '4', '5', '8'].filter((id) => isWithin(path(id), scope))).toEqual(['2', '5']);
  });

  it('takes nothing below what is excluded, also when it is included itself', () => {
    expect(isWithin(path('8'), { include: ['8'], exclude: ['4'] })).toBe(false);
  });

  it('takes nobody into a department that is gone, and has no path', () => {
    expect(isWithin([], { include: ['2'], exclude: [] })).toBe(false);
  });
});

describe('a walk', () => {
  it('starts at the root when nothing is narrower', () => {
    expect(walkRoots([['1'], ['1']], whole, paths)).toEqual(['1']);
  });

  it('starts at the deeper of what the app may see, what is included and what is asked for', () => {
    expect(walkRoots([['2'], ['4', '3'], ['8']], whole, paths)).toEqual(['8']);
    expect(walkRoots([['1'], ['4', '3']], whole, paths)).toEqual(['4', '3']);
    expect(walkRoots([['4'], ['2']], whole, paths)).toEqual(['4']);
  });

  it('starts once, where one start is below another', () => {
    expect(walkRoots([['4', '2', '8', '2']], whole, paths)).toEqual(['2']);
  });

  it('has no start where nothing meets, or all is excluded', () => {
    expect(walkRoots([['3'], ['2']], whole, paths)).toEqual([]);
    expect(walkRoots([['1'], ['8']], { include: ['8'], exclude: ['2'] }, paths)).toEqual([]);
  });

  it('brings what stands above its starts as far as the app may see it, parents first', () => {
    expect(departmentsAbove(['8', '5'], ['1'], paths)).toEqual(['2', '4']);
    expect(departmentsAbove(['8'], ['4'], paths)).toEqual(['4']);
    expect(departmentsAbove(['2'], ['2'], paths)).toEqual([]);
    expect(departmentsAbove(['8'], ['3', '4'], paths)).toEqual(['4']);
    expect(departmentsAbove(['1'], ['1'], paths)).toEqual([]);
  });

  it('takes what stands above from the path of the start alone, when nothing else was asked', () => {
    const only = new Map([['8', path('8')]]);
    expect(departmentsAbove(['8'], ['8'], only)).toEqual([]);
    expect(departmentsAbove(['8'], ['2'], only)).toEqual(['2', '4']);
    expect(departmentsAbove(['8'], ['4'], only)).toEqual(['4']);
  });

  it('is below the root, also where a path does not say so', () => {
    const cut = new Map([['8', ['8', '4']]]);
    expect(walkRoots([['1'], ['8']], whole, cut)).toEqual(['8']);
  });
});
