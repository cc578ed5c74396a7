/** Laws of the planner for any input, found by chance and shrunk. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPerson, flatten, isEqual, pick } from '../plan/diff.ts';
import { sourceIdOf, targetKey } from '../plan/keys.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { mapPerson } from '../plan/mapping.ts';
import { closesCycle } from '../plan/tree.ts';

const prints = fc.dictionary(
  fc.constantFrom('name', 'phone', 'email', 'photo', 'username'),
  fc.string({ maxLength: 3 }),
);
const departments = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5'));
const side = fc.record({ prints, departments });
const optionalText = fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: undefined });
const person = fc.record({
  id: fc.string({ minLength: 1 }),
  name: fc.string({ unit: 'binary' }),
  departmentIds: departments,
  active: fc.boolean(),
  mobile: optionalText,
  stateCode: optionalText,
  email: optionalText,
  orgEmail: optionalText,
  avatar: optionalText,
});

describe('for any two sides', () => {
  it('applying the difference leaves nothing to do', () => {
    fc.assert(
      fc.property(side, side, (desired, base) => {
        const difference = diffPerson(desired, base);
        const after = {
          prints: { ...base.prints },
          departments: base.departments.filter((id) => !difference.leave.includes(id)) as string[],
        };
        for (const name of difference.fields) after.prints[name] = desired.prints[name] ?? '';
        after.departments.push(...difference.enter);
        expect(isEqual(diffPerson(desired, after))).toBe(true);
      }),
    );
  });

  it('the order of departments does not matter', () => {
    fc.assert(
      fc.property(side, side, (desired, base) => {
        const turned = { ...desired, departments: [...desired.departments].reverse() };
        const one = diffPerson(desired, base);
        const other = diffPerson(turned, base);
        expect(other.enter.sort()).toEqual(one.enter.sort());
        expect(other.leave.sort()).toEqual(one.leave.sort());
      }),
    );
  });

  it('what the source does not have is never among the changes', () => {
    fc.assert(
      fc.property(side, side, (desired, base) => {
        for (const name of diffPerson(desired, base).fields)
          expect(desired.prints).toHaveProperty(name);
      }),
    );
  });
});

describe('for any person of the source', () => {
  it('the mapped fields are never empty, hold no control character, and can be sent', () => {
    fc.assert(
      fc.property(person, (it) => {
        const mapped = mapPerson(it, 'key', DEFAULT_SETTINGS.mapping, []);
        if ('problem' in mapped) return;
        const flat = flatten(mapped.person.fields);
        for (const value of Object.values(flat)) {
          expect(value.trim()).not.toBe('');
          expect(value.isWellFormed()).toBe(true);
          expect(value).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
        expect(flat['phone'] ?? flat['email'] ?? flat['username']).toBeDefined();
        expect(pick(mapped.person.fields, Object.keys(flat))).toEqual(mapped.person.fields);
      }),
    );
  });
});

describe('for any key', () => {
  it('the source id comes back out, and foreign keys give none', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);
    fc.assert(
      fc.property(part, part, part, (corp, other, id) => {
        const key = targetKey('{corpId}:{id}', corp, id);
        expect(sourceIdOf('{corpId}:{id}', corp, key)).toBe(id);
        if (!`${corp}:`.startsWith(`${other}:`)) {
          expect(sourceIdOf('{corpId}:{id}', other, key)).toBeNull();
        }
      }),
    );
    expect(sourceIdOf('fixed', 'c', 'fixed')).toBeNull();
    expect(sourceIdOf('{corpId}:{id}', 'c', 'c:')).toBeNull();
    expect(sourceIdOf('{id}-{corpId}', 'c', 'x-d')).toBeNull();
  });
});

describe('for any forest', () => {
  const forest = fc.array(fc.nat({ max: 9 }), { minLength: 10, maxLength: 10 });

  it('a move closes a circle exactly when the new parent is the node or below it', () => {
    fc.assert(
      fc.property(forest, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (above, id, parent) => {
        // Node n hangs below a smaller one, so there is no circle to begin with.
        const parentOf = (node: string): string | null => {
          const n = Number(node);
          return n === 0 ? null : String((above[n] ?? 0) % n);
        };
        let below = false;
        for (let at: string | null = String(parent); at !== null; at = parentOf(at)) {
          if (at === String(id)) below = true;
        }
        expect(closesCycle(String(id), String(parent), parentOf)).toBe(below);
      }),
    );
  });

  it('a circle that is there already ends the question', () => {
    expect(closesCycle('9', '1', (id) => (id === '1' ? '2' : '1'))).toBe(false);
  });
});
