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
  reach(base: string): Promise<void>;
  clock: PassClock;
}

const NETWORK =
  /^(EGRESS_|TARGET_(UNREACHABLE|TIMEOUT|CERTIFICATE|TLS_FAILED|CONNECTION_BROKEN|HOST_WRONG))/;

/** The host that answers, but not as Authing does, is the first step's fault. */
function belongsTo(it: Problem): DiagnosisStepName | null {
  return NETWORK.test(it.code) ? 'reach' : null;
}

/** An organisation that nobody has, and a person whom Authing must refuse: neither can come into being. */
const NOBODYS_ORGANIZATION = 'orgsync-diagnosis-none';

export function diagnoseTarget(parts: TargetDiagnosis): Promise<DiagnosisStep[]> {
  const { reader, connection } = parts;
  const { organizationCode, host } = connection.target;
  const checks: Check[] = [
    { name: 'reach', run: () => parts.reach(host).then(() => ({})) },
    {
      name: 'key',
      async run() {
        const all = await reader.organizations();
        return { facts: { organizations: all.length } };
      },
    },
    {
      name: 'organization',
      async run() {
        const found = await reader.organization(organizationCode);
        const state = found ? 'exists' : 'will be created';
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
 * the following fields: username, phone, email").
 */
async function mayWrite(parts: TargetDiagnosis): Promise<Finding> {
  const writer = parts.writer(() => true);
  const refusals: Problem[] = [];
  try {
    const department = { key: 'orgsync-diagnosis', name: 'diagnosis', parentId: 'root' };
    await writer.createDepartment(NOBODYS_ORGANIZATION, department);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    refusals.push(error.problem);
  }
  const nobody = { key: 'orgsync-diagnosis', fields: {}, departmentIds: [] };
  const [person] = await writer.createPeople([nobody]);
  if (person && person.outcome !== 'done') refusals.push(person.problem);
  const denied = refusals.find(
    (it) => it.kind === 'config' && it.code !== 'TARGET_ORGANIZATION_NOT_FOUND',
  );
  if (denied) throw new ProblemError(denied);
  const proved = refusals.map((it) => it.code);
  const both =
    proved.includes('TARGET_ORGANIZATION_NOT_FOUND') && proved.includes('DATA_IDENTIFIER_MISSING');
  return both ? {} : { warning: problem('TARGET_WRITE_NOT_PROVED') };
}
