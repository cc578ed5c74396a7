/** `orgsync doctor`: asks a worker to check both sides, and shows each step with its meaning and cure. */
import { writeFileSync } from 'node:fs';
import type { DiagnosisFacts, DiagnosisStatus, DiagnosisStepName } from '../model/diagnosis.ts';
import type { DiagnosisSide, DiagnosisVerdict } from '../model/diagnosis.ts';
import {
  factValue,
  factWords,
  statusWords,
  stepWords,
  verdictWords,
} from '../model/words-steps.ts';
import { tell } from '../model/words-terminal.ts';
import type { Language } from '../model/words.ts';
import { column } from './columns.ts';
import { CliFault, EXIT } from './command.ts';
import type { CliContext, Command } from './command.ts';
import type { ProblemView } from './views.ts';

interface StepView {
  side: DiagnosisSide;
  name: DiagnosisStepName;
  status: DiagnosisStatus;
  ms: number;
  facts: DiagnosisFacts;
  problem: ProblemView | null;
}

export interface DiagnosisView {
  connection: string;
  at: string;
  verdict: DiagnosisVerdict;
  steps: StepView[];
}

/** Longer than the API waits: a vendor that is slow at each step is still diagnosed. */
const PATIENCE_MS = 200_000;

export const doctor: Command = {
  name: 'doctor',
  json: 'Diagnosis',
  summary: 'sayDoctor',
  takes: [],
  options: ['connection', 'report'],
  examples: ['orgsync doctor', 'orgsync doctor --connection feihua --report report.json'],
  async run(context, _args, options) {
    const id = await context.connection(options);
    context.talk(context.say('diagnosing', { id }));
    const path = `/connections/${encodeURIComponent(id)}/diagnosis`;
    const found = await context.api.post<DiagnosisView>(path, {}, PATIENCE_MS);
    context.data(found, () => lines(context, found));
    if (typeof options['report'] === 'string') writeReport(context, options['report'], found);
    if (found.verdict === 'broken') return EXIT.failed;
    context.talk(context.say('nextImport', { id }));
    return EXIT.done;
  },
};

function writeReport(context: CliContext, file: string, found: DiagnosisView): void {
  try {
    writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`, { mode: 0o600 });
  } catch {
    throw new CliFault(context.say('fileAway', { file }), EXIT.failed);
  }
  context.talk(context.say('reportWritten', { file }));
}

function lines(context: CliContext, found: DiagnosisView): string[] {
  const { language } = context;
  const out: string[] = [];
  for (const step of found.steps) {
    const side = column(context.say(step.side), 7);
    const name = column(stepWords[step.name][language], 22);
    const status = column(statusWords[step.status][language], 12);
    const time = step.status === 'not_checked' ? '' : `${step.ms} ms  `;
    const said = step.problem ? step.problem.message : factsOf(step, language).join(', ');
    out.push(`${side} ${name} ${status} ${time}${said}`.trimEnd());
    if (step.problem) out.push(...explained(step, step.problem, language));
  }
  const count = (status: DiagnosisStatus): number =>
    found.steps.filter((step) => step.status === status).length;
  const counted = {
    all: found.steps.length,
    failed: count('failed'),
    warnings: count('warning'),
    unchecked: count('not_checked'),
  };
  out.push(`${verdictWords[found.verdict][language]} ${context.say('checked', counted)}`);
  return out;
}

function factsOf({ facts }: StepView, language: Language): string[] {
  const known = Object.keys(factWords) as (keyof DiagnosisFacts)[];
  return known.flatMap((name) => {
    const value = facts[name];
    return value === undefined
      ? []
      : [`${factWords[name][language]}: ${factValue(name, value, language)}`];
  });
}

function explained(step: StepView, it: ProblemView, language: Language): string[] {
  const said = [it.vendorCode, it.vendorMessage].filter(Boolean).join(' ');
  const facts = factsOf(step, language);
  return [
    it.code,
    ...(facts.length > 0 ? [facts.join(', ')] : []),
    tell('means', language, { text: it.means }),
    tell('remedy', language, { text: it.remedy }),
    ...(said ? [tell('vendorSaid', language, { text: said })] : []),
  ].map((line) => `        ${line}`);
}
