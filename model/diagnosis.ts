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

export const TARGET_STEPS = [
  'reach',
  'key',
  'pool',
  'organization',
  'write',
  'customFields',
] as const;

export type DiagnosisStepName = (typeof SOURCE_STEPS)[number] | (typeof TARGET_STEPS)[number];

/**
 * - `ok`: proved.
 * - `warning`: works, with a loss, or could not be proved; the problem says which.
 * - `failed`: the first fault of this side.
 * - `not_checked`: a step before it failed.
 */
export type DiagnosisStatus = 'ok' | 'warning' | 'failed' | 'not_checked';

/** Values that are words, not numbers or names; the terminal says them in the reader's language. */
export type FactState = 'none' | 'allowed' | 'whole_company' | 'exists' | 'will_be_created';

/** What a step learned; safe to show anywhere: no secret and nothing of people. */
export interface DiagnosisFacts {
  proxy?: FactState;
  address?: FactState;
  scope?: FactState;
  departments?: number;
  people?: number;
  /** Departments right below where the app may begin. */
  firstLevel?: number;
  /** People whose fields were looked at. */
  looked?: number;
  /** Names of the vendor's fields that came, and of those we need that did not. */
  present?: string;
  absent?: string;
  /** People seen by a walk over everything. */
  visible?: number;
  organizations?: number;
  code?: string;
  state?: FactState;
  /** Custom fields. */
  defined?: number;
}

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

/** Broken: no run can start. Needs attention: works with a loss, or something was not seen to work. */
export function verdictOf(diagnosis: Diagnosis): DiagnosisVerdict {
  if (diagnosis.steps.some((step) => step.status === 'failed')) return 'broken';
  return diagnosis.steps.every((step) => step.status === 'ok') ? 'healthy' : 'needs_attention';
}
