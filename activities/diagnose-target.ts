/** The target's chain: from its host to the right to write, leaving nothing behind. */
import type { TargetReader, TargetWriter } from '../connectors/target.ts';
import type { Connection } from '../model/connection.ts';
import type { DiagnosisStep, DiagnosisStepName } from '../model/diagnosis.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { runChain } from './diagnose-chain.ts';
import type { Check, Finding } from './diagnose-chain.ts';
import type { PassClock } from './pass.ts';

export interface TargetDiagnosis {
  connection: Connection;
  reader: TargetReader;
  writer: (window: () => boolean) => TargetWriter;
  /** Throws TARGET_CREDENTIALS_REJECTED. */
  proveKey(): Promise<void>;
  reach(base: string): Promise<void>;
  clock: PassClock;
}

const NETWORK =
  /^(EGRESS_|TARGET_(UNREACHABLE|TIMEOUT|CERTIFICATE|TLS_FAILED|CONNECTION_BROKEN|HOST_WRONG))/;

/** The host that answers, but not as Authing does, is the first step's fault. */
function belongsTo(it: Problem, met: DiagnosisStepName): DiagnosisStepName | null {
  if (NETWORK.test(it.code)) return 'reach';
  return met === 'key' && it.code.startsWith('TARGET_POOL_') ? 'pool' : null;
}

/** Ids that nobody has: what names them is refused, and can be found should it ever not be. */
const NOBODYS = 'orgsync-diagnosis-none';

export function diagnoseTarget(parts: TargetDiagnosis): Promise<DiagnosisStep[]> {
  const { reader, connection } = parts;
  const { organizationCode, host } = connection.target;
  const checks: Check[] = [
    { name: 'reach', run: () => parts.reach(host).then(() => ({})) },
    { name: 'key', run: () => parts.proveKey().then(() => ({})) },
    {
      name: 'pool',
      async run() {
        const all = await reader.organizations();
        return { facts: { organizations: all.length } };
      },
    },
    {
      name: 'organization',
      async run() {
        const found = await reader.organization(organizationCode);
        const state = found ? 'exists' : 'will_be_created';
        return { facts: { code: organizationCode, state } };
      },
    },
    { name: 'write', run: () => mayWrite(parts) },
    {
      name: 'customFields',
      run: async () => ({ facts: { defined: (await reader.customFields()).length } }),
    },
  ];
  return runChain('target', checks, parts.clock, belongsTo);
}

/**
 * Two writes that pass the check of rights and are then refused for what they say: a department in an
 * organisation that does not exist (404), and a person without any identifier (400, "Must contain one of
 * the following fields: username, phone, email") in a department that does not exist (404). The person
 * is refused for two reasons, so that one rule that a pool does not keep still creates nobody.
 */
async function mayWrite(parts: TargetDiagnosis): Promise<Finding> {
  const writer = parts.writer(() => true);
  const department = await refusalOf(async () => {
    const asked = { key: NOBODYS, name: NOBODYS, parentId: 'root' };
    await writer.createDepartment(NOBODYS, asked);
  });
  const person = await refusalOf(async () => {
    const asked = { key: NOBODYS, fields: {}, departmentIds: [NOBODYS] };
    const [it] = await writer.createPeople([asked]);
    if (it && it.outcome !== 'done') throw new ProblemError(it.problem);
  });
  const refused = [department, person].filter((it) => it !== null);
  const denied = refused.find(
    (it) => it.kind === 'config' && it.code !== 'TARGET_ORGANIZATION_NOT_FOUND',
  );
  if (denied) throw new ProblemError(denied);
  // It should be impossible, and must not be passed over in silence.
  if (refused.length < 2) return { warning: problem('TARGET_PROBE_ACCEPTED', { field: NOBODYS }) };
  const proved =
    department?.code === 'TARGET_ORGANIZATION_NOT_FOUND' && PERSON_REFUSED.includes(person?.code);
  return proved ? {} : { warning: problem('TARGET_WRITE_NOT_PROVED') };
}

const PERSON_REFUSED: (string | undefined)[] = ['DATA_IDENTIFIER_MISSING', 'DATA_DEPARTMENT_GONE'];

/** Why a write was refused, or null when it was not. */
async function refusalOf(write: () => Promise<void>): Promise<Problem | null> {
  try {
    await write();
    return null;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problem;
  }
}
