/** Keys: the one tie between an object here and its object there, for ever. */
import { describe, expect, it } from 'vitest';
import { sourceIdOf, targetKey } from '../../plan/keys.ts';

const FORMAT = '{corpId}:{id}';

describe('a key', () => {
  it('is made of company and id, in the format of the connection', () => {
    expect(targetKey(FORMAT, 'ding1', 'U-1')).toBe('ding1:U-1');
    expect(targetKey('dt-{id}@{corpId}', 'ding1', '0012')).toBe('dt-0012@ding1');
  });

  it('gives the id back exactly as it was, also with the format’s own signs in it', () => {
    for (const id of ['0012', 'A:b', 'ding1:x', '{id}', '小红']) {
      expect(sourceIdOf(FORMAT, 'ding1', targetKey(FORMAT, 'ding1', id))).toBe(id);
    }
  });

  it.each([
    ['of another company', 'ding2:U-1'],
    ['that ends with the company', 'U-1:ding1'],
    ['without an id', 'ding1:'],
    ['that somebody else made', 'employee-7'],
    ['that is empty', ''],
  ])('%s is foreign', (_, key) => {
    expect(sourceIdOf(FORMAT, 'ding1', key)).toBeNull();
  });

  it('is compared case by case', () => {
    expect(sourceIdOf(FORMAT, 'ding1', 'DING1:U-1')).toBeNull();
    expect(sourceIdOf('{id}/{corpId}', 'ding1', 'U-1/DING1')).toBeNull();
  });

  it('in a format that begins and ends with something needs an id in between', () => {
    const format = 'x{id}x{corpId}';
    expect(sourceIdOf(format, 'y', targetKey(format, 'y', 'U'))).toBe('U');
    expect(sourceIdOf(format, 'y', 'xUUUxy')).toBe('UUU');
    expect(sourceIdOf(format, 'y', 'xxy')).toBeNull();
    expect(sourceIdOf(format, 'y', 'xy')).toBeNull();
  });

  it('in a format without an id names nobody', () => {
    expect(sourceIdOf('{corpId}', 'ding1', 'ding1')).toBeNull();
  });
});
