/** Writes docs/fields.md, what --json prints, from the shapes of the API: node engines/ready.mjs test/cli/fields.ts */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import '../../api/replies-history.ts';
import '../../api/replies-plan.ts';
import { shapes } from '../../api/replies.ts';
import { commands } from '../../cli/run.ts';

export const file = fileURLToPath(new URL('../../docs/fields.md', import.meta.url));

interface Shape {
  type?: string | string[];
  $ref?: string;
  enum?: string[];
  const?: unknown;
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
  description?: string;
  format?: string;
}

const link = (id: string): string => `[${id}](#${id.toLowerCase()})`;

function typeOf(shape: Shape): string {
  if (shape.$ref) return link(shape.$ref);
  if (shape.enum) return shape.enum.join(', ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.anyOf) return shape.anyOf.map(typeOf).join(' or ');
  if (shape.type === 'array') return `list of ${typeOf(shape.items ?? {})}`;
  if (shape.format === 'date-time') return 'time, ISO 8601';
  return [shape.type ?? 'anything'].flat().join(' or ');
}

function rows(shape: Shape, under = ''): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.type === 'array' ? (field.items ?? {}) : field;
    if (inner.properties) return rows(inner, `${under}${name}${inner === field ? '' : '[]'}.`);
    const optional = shape.required?.includes(name) ? '' : '?';
    const says = field.description ?? '';
    return [
      `| \`${under}${name}\`${optional} | ${typeOf(field)} | ${says.replace(/\|/g, '\\|')} |`,
    ];
  });
}

/** The whole file. */
export function fieldsText(): string {
  const { schemas } = z.toJSONSchema(shapes, { uri: (id) => id, io: 'output' });
  // By name: the order in which they were loaded is another one in every process.
  const all = Object.entries(schemas as Record<string, Shape>).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = all.map(([id, shape]) => {
    const by = commands.filter((it) => it.json === id).map((it) => `\`orgsync ${it.name}\``);
    return [
      `## ${id}`,
      '',
      [shape.description, ...(by.length > 0 ? [`Printed by ${by.join(', ')}.`] : [])].join(' '),
      '',
      '| Field | Type | |',
      '|---|---|---|',
      ...rows(shape),
    ].join('\n');
  });
  return `# Fields of \`--json\` and of the control API

What a field is called and means is a promise; new ones may be added. A name with \`?\` may be absent. The document
of the API itself is served at \`/openapi.json\`. This file is made from the schemas (\`test/cli/fields.ts\`), not by hand.

${parts.join('\n\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, fieldsText());
