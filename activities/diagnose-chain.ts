/** A chain of checks: each is timed, the first that fails ends it, the rest are not checked. */
import type { DiagnosisFacts, DiagnosisSide, DiagnosisStep } from '../model/diagnosis.ts';
import type { DiagnosisStepName } from '../model/diagnosis.ts';
import { problemOf } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { PassClock } from './pass.ts';

/** What a check found: facts, and a problem when it works with a loss. A fault is thrown. */
export interface Finding {
  facts?: DiagnosisFacts;
  warning?: Problem;
  /** There was nothing to look at, so nothing is proved. */
  unchecked?: boolean;
}

export interface Check {
  name: DiagnosisStepName;
  run(): Promise<Finding>;
}

/** A fault that belongs to a later step, because what this step asks was answered. */
export type BelongsTo = (problem: Problem, met: DiagnosisStepName) => DiagnosisStepName | null;

/** Takes the checks in order. A fault may name a later step as its place. */
export async function runChain(
  side: DiagnosisSide,
  checks: Check[],
  clock: PassClock,
  belongsTo: BelongsTo = () => null,
): Promise<DiagnosisStep[]> {
  const steps: DiagnosisStep[] = [];
  let failedAt: DiagnosisStepName | null = null;
  let failure: Problem | null = null;
  let failureMs = 0;
  for (const check of checks) {
    const step = { side, name: check.name, ms: 0, problem: null, facts: {} };
    if (failure) {
      const here: boolean = check.name === failedAt;
      const status = here ? 'failed' : 'not_checked';
      const took = here ? failureMs : 0;
      steps.push({ ...step, status, ms: took, problem: here ? failure : null });
      continue;
    }
    const started = clock.monotonic();
    const ms = (): number => Math.round(clock.monotonic() - started);
    try {
      const { facts = {}, warning, unchecked } = await patiently(check, clock);
      const status = warning ? 'warning' : unchecked ? 'not_checked' : 'ok';
      steps.push({ ...step, status, ms: ms(), problem: warning ?? null, facts });
    } catch (error) {
      failure = problemOf(error);
      failureMs = ms();
      const later = belongsTo(failure, check.name);
      const known =
        later !== null && checks.some((it) => it.name === later) && !wasTaken(steps, later);
      failedAt = known && later !== check.name ? later : check.name;
      const here = failedAt === check.name;
      // Only the proxy's door is proved by a fault that lies behind it.
      const passed = check.name === 'proxy' ? 'ok' : 'not_checked';
      steps.push({
        ...step,
        status: here ? 'failed' : passed,
        ms: failureMs,
        problem: here ? failure : null,
      });
    }
  }
  return steps;
}

const THROTTLED: ProblemCode[] = ['SOURCE_RATE_LIMITED', 'TARGET_RATE_LIMITED'];
const LONGEST_WAIT_MS = 3_000;

/** A throttle of a second says nothing about the connection, and a diagnosis may cause it: asked once more. */
async function patiently(check: Check, clock: PassClock): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    const { code, retryAfterMs = 1_000 } = problemOf(error);
    if (!THROTTLED.includes(code) || retryAfterMs > LONGEST_WAIT_MS) throw error;
    await clock.sleep(retryAfterMs, new AbortController().signal);
    return check.run();
  }
}

function wasTaken(steps: DiagnosisStep[], name: DiagnosisStepName): boolean {
  return steps.some((step) => step.name === name);
}
