/** Trees: which move would close a circle. */
import { describe, expect, it } from 'vitest';
import { closesCycle } from '../../plan/tree.ts';

// 1 - 2 - 3, and 1 - 4.
const parents: Record<string, string> = { '2': '1', '3': '2', '4': '1' };
const parentOf = (id: string): string | null => parents[id] ?? null;

describe('a move', () => {
  it('below a circle that others have closed comes to an end', () => {
    const circle: Record<string, string> = { '5': '6', '6': '5' };
    expect(closesCycle('2', '5', (id) => circle[id] ?? null)).toBe(false);
  });

  it.each([
    ['below itself', '2', '2', true],
    ['below its child', '2', '3', true],
    ['below the grandparent', '3', '1', false],
    ['below a sibling', '2', '4', false],
    ['below something unknown', '2', '9', false],
  ])('%s', (_, id, newParent, closes) => {
    expect(closesCycle(id, newParent, parentOf)).toBe(closes);
  });
});
