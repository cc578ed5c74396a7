/** The target's chain: from its host to the right to write, leaving nothing behind. */
import type { TargetReader, TargetWriter } from '../connectors/target.ts';
import type { Connection } from '../model/connection.ts';
import type { DiagnosisStep, DiagnosisStepName } from '../model/diagnosis.ts';
import type { Problem } from '../model/problem.ts';
import { runChain } from './diagnose-chain.ts';
import type { Check } from './diagnose-chain.ts';
import { mayWrite } from './diagnose-write.ts';
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
    { name: 'write', run: () => mayWrite(parts.writer(() => true)) },
    {
      name: 'customFields',
      run: async () => ({ facts: { defined: (await reader.customFields()).length } }),
    },
  ];
  return runChain('target', checks, parts.clock, belongsTo);
}
