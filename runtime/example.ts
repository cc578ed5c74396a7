/** Writes `.env.example` from the table of variables: node engines/ready.mjs runtime/example.ts */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engineVariables, temporalVariables } from './foreign-variables.ts';
import type { ForeignVariable } from './foreign-variables.ts';
import { variables } from './variables.ts';
import type { VariableName } from './variables.ts';

function own(name: VariableName): string {
  const { says, expected, unset, parts } = variables[name];
  return [`# ${says}`, `# ${parts.join(', ')}: ${expected}`, `#${name}=${unset ?? ''}`].join('\n');
}

function foreign(title: string, list: ForeignVariable[]): string {
  return [`# ${title}`, ...list.flatMap(({ name, says }) => [`# ${says}`, `#${name}=`])].join('\n');
}

/** The whole file: every variable commented out, at its default. */
export function exampleText(): string {
  return [
    '# Settings of the worker, the API and the command line; made from runtime/variables.ts, not by hand.\n' +
      '# A line that is commented out shows the default; an empty one stands for no value.',
    ...(Object.keys(variables) as VariableName[]).map(own),
    foreign("Temporal's own variables; all processes.", temporalVariables),
    foreign('Engines on one machine ("npm run demo", "npm test").', engineVariables),
  ]
    .join('\n\n')
    .concat('\n');
}

const file = fileURLToPath(new URL('../.env.example', import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, exampleText());
