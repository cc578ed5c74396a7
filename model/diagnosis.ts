/** What a diagnosis of a connection found, step by step; two chains, one per side, each ending at its first fault. */
import type { Problem } from './problem.ts';

export type DiagnosisSide = 'source' | 'target';

/** In the order in which they are taken. */
export const SOURCE_STEPS = [
  'proxy',
  'tunnel',
  'credentials',
  'company',
  'address',
  'scope',
  'departments',
  'people',
  'fields',
  'counts',
] as const;

export const TARGET_STEPS = ['reach', 'key', 'organization', 'write', 'customFields'] as const;

export type DiagnosisStepName = (typeof SOURCE_STEPS)[number] | (typeof TARGET_STEPS)[number];

/**
 * - `ok`: proved.
 * - `warning`: works, with a loss, or could not be proved; the problem says which.
 * - `failed`: the first fault of this side.
 * - `not_checked`: a step before it failed.
 */
export type DiagnosisStatus = 'ok' | 'warning' | 'failed' | 'not_checked';

/** Numbers and words that are safe to show anywhere; no secret and nothing of people. */
export type DiagnosisFacts = Record<string, string | number>;

export interface DiagnosisStep {
  side: DiagnosisSide;
  name: DiagnosisStepName;
  status: DiagnosisStatus;
  ms: number;
  problem: Problem | null;
  facts: DiagnosisFacts;
}

export interface Diagnosis {
  connection: string;
  /** When it began, ISO 8601. */
  at: string;
  steps: DiagnosisStep[];
}

export type DiagnosisVerdict = 'healthy' | 'needs_attention' | 'broken';

/** Broken: no run can start. Needs attention: works, with a loss. */
export function verdictOf(diagnosis: Diagnosis): DiagnosisVerdict {
  if (diagnosis.steps.some((step) => step.status === 'failed')) return 'broken';
  return diagnosis.steps.some((step) => step.status === 'warning') ? 'needs_attention' : 'healthy';
}
