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
import { EXIT } from './command.ts';
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

export const doctor: Command = {
  name: 'doctor',
  summary: 'sayDoctor',
  takes: [],
  options: {
    connection: 'id of the connection, when there are several',
    report: 'file for a report that can be sent to support: no secrets, no personal data',
  },
  examples: ['orgsync doctor', 'orgsync doctor --connection feihua --report report.json'],
  async run(context, _args, options) {
    const id = await context.connection(options);
    context.talk(context.say('diagnosing', { id }));
    const found = await context.api.post<DiagnosisView>(`/connections/${id}/diagnosis`, {});
    context.data(found, () => lines(context, found));
    if (typeof options['report'] === 'string') {
      writeFileSync(options['report'], `${JSON.stringify(found, null, 2)}\n`, { mode: 0o600 });
      context.talk(context.say('reportWritten', { file: options['report'] }));
    }
    if (found.verdict === 'broken') return EXIT.failed;
    context.talk(context.say('nextImport', { id }));
    return EXIT.done;
  },
};

function lines(context: CliContext, found: DiagnosisView): string[] {
  const { language } = context;
  const out: string[] = [];
  for (const step of found.steps) {
    const side = context.say(step.side).padEnd(7);
    const name = stepWords[step.name][language].padEnd(24);
    const status = statusWords[step.status][language].padEnd(12);
    const facts = factsOf(step, language);
    const time = step.status === 'not_checked' ? '' : `${step.ms} ms  `;
    const said = step.problem ? step.problem.message : facts.join(', ');
    out.push(`${side} ${name} ${status} ${time}${said}`.trimEnd());
    if (step.problem) out.push(...explained(step.problem, context));
  }
  out.push(verdictWords[found.verdict][language]);
  return out;
}

function factsOf({ facts }: StepView, language: Language): string[] {
  const known = Object.keys(factWords) as (keyof DiagnosisFacts)[];
  return known.flatMap((name) => {
    const value = facts[name];
    return value === undefined
      ? []
      : [`${factWords[name][language]}: ${factValue(value, language)}`];
  });
}

function explained(it: ProblemView, { language }: CliContext): string[] {
  const said = [it.vendorCode, it.vendorMessage].filter(Boolean).join(' ');
  return [
    `        ${it.code}`,
    `        ${tell('means', language, { text: it.means })}`,
    `        ${tell('remedy', language, { text: it.remedy })}`,
    ...(said ? [`        ${tell('vendorSaid', language, { text: said })}`] : []),
  ];
}
