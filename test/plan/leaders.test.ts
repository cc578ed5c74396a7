/** Heads of one department: who is added, who is taken off, who is nobody's business. */
import { describe, expect, it } from 'vitest';
import { changedLeaders } from '../../plan/leaders.ts';

const ours = (id: string): boolean => !id.startsWith('x');

describe('heads of a department', () => {
  it.each([
    ['nothing to do', ['a', 'b'], ['b', 'a'], true, null],
    ['one more', ['a'], ['a', 'b'], true, ['a', 'b']],
    ['one less', ['a', 'b'], ['a'], true, ['a']],
    ['nobody any more', ['a'], [], true, []],
    ['somebody foreign stays', ['x', 'a'], ['b'], true, ['x', 'b']],
    ['a read that did not say who leads takes nobody off', ['a'], [], false, null],
    ['and still adds', ['a'], ['b'], false, ['a', 'b']],
  ])('%s', (_, now, lead, complete, then) => {
    expect(changedLeaders(now, { lead, complete }, ours)).toEqual(then);
  });
});
