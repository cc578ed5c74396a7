/** The tables of docs/sandbox-authing.md say what the code says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interfaces } from '../../sandbox/authing/interfaces.ts';
import { authingLimits } from '../../sandbox/authing/limits.ts';
import { authingSwitches } from '../../sandbox/authing/switches.ts';

const document = readFileSync(new URL('../../docs/sandbox-authing.md', import.meta.url), 'utf8');

/** Cells of each table row; the widths that a formatter gives them do not count. */
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const code = (text: string): string => `\`${text}\``;

describe('the document of the simulated Authing', () => {
  it.each(Object.entries(authingSwitches))('lists the switch %s', (name, entry) => {
    const others = entry.values.filter((value) => value !== entry.default);
    expect(rows).toContainEqual([
      code(name),
      code(entry.default),
      others.map(code).join(' '),
      entry.meaning,
      entry.reference,
    ]);
  });

  it.each(Object.entries(authingLimits))('lists the limit %s', (name, entry) => {
    expect(rows).toContainEqual([
      code(name),
      String(entry.default),
      entry.meaning,
      entry.reference,
    ]);
  });

  it('names every interface', () => {
    const missing = [...interfaces.keys()].filter((name) => !document.includes(code(name)));
    expect(missing).toEqual([]);
  });
});
