/** Writes docs/diagnosis.md from the causes and the words: node engines/ready.mjs test/doctor/document.ts */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stepWords } from '../../model/words-steps.ts';
import { problemWords } from '../../model/words.ts';
import type { Language } from '../../model/words.ts';
import { causes } from './causes.ts';
import type { Cause } from './cause.ts';

export const file = fileURLToPath(new URL('../../docs/diagnosis.md', import.meta.url));

function entry(code: Cause['code'], language: Language): string {
  const { what, means, remedy } = problemWords[code][language];
  return `${what} ${means} **${remedy}**`;
}

/** The whole document. */
export function diagnosisDocument(): string {
  const rows = causes.map((cause) => {
    const step = stepWords[cause.step].en;
    return `| ${cause.name} | ${step} | \`${cause.code}\` | ${cause.status} | ${problemWords[cause.code].who} |`;
  });
  const codes = [...new Set(causes.map((cause) => cause.code))];
  const words = codes.flatMap((code) => [
    `### \`${code}\``,
    '',
    entry(code, 'en'),
    '',
    entry(code, 'zh'),
    '',
  ]);
  return [
    '# Diagnosis: causes, codes, cures',
    '',
    'Made from the code by `node engines/ready.mjs test/doctor/document.ts`; a test says when it is stale.',
    'Each cause is brought about in the sandbox by `test/doctor/causes.test.ts`.',
    '',
    '`orgsync doctor` asks a worker, so it speaks for the worker’s own place in the network. Each side stops at its',
    'first fault. It leaves nothing behind: the right to write is proved by writes that Authing must refuse for what',
    'they say, after it has checked the right (a department of an organisation that does not exist; people without',
    'any identifier in a department that does not exist; changes of people who do not exist). The right to create the',
    'organisation itself is not proved, as no call shows it without a trace: it is the first write of an import.',
    '',
    'Of the vendor’s own words it repeats the code and the request id. Its sentence is left out (“…”) where it could',
    'tell of a person, and wherever it holds a secret of the connection; nobody’s id is repeated.',
    '',
    '| Cause | Step | Code | Status | Who acts |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '## Words',
    '',
    'Names in braces are filled in with what was met.',
    '',
    ...words,
  ].join('\n');
}

if (process.argv[1]?.endsWith('document.ts')) writeFileSync(file, diagnosisDocument());
